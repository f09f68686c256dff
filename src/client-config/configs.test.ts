import { describe, expect, it } from 'vitest';
import { templateSettings } from '../cli/policy/template.ts';
import { effectiveSettings, type PolicySettings } from '../policy/index.ts';
import {
  filePolicy,
  guardPolicy,
  presentationPolicy,
  saveDirectories,
  sessionConfig,
  tokenConfig,
} from './configs.ts';

const anchor = Buffer.from('a certificate').toString('base64');
/** A self-signed P-256 authority, CN=Example Root CA. */
const issuer =
  'MIIBiTCCAS+gAwIBAgIUeHozBLLPlDzft4duoeZwjHiQi3IwCgYIKoZIzj0EAwIwGjEYMBYGA1UEAwwPRXhhbXBsZSBSb290IENBMB4XDTI2MTEyMjAyNDg1OFoXDTM2MTExOTAyNDg1OFowGjEYMBYGA1UEAwwPRXhhbXBsZSBSb290IENBMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEY8ATI1ix5otmrWEo0RduEp2k3G6gIvnOZwvvRo+es4GdWMeZjwh9a7ZdQdUSZuX6uEcAEtMJOUak86wy5/qYCaNTMFEwHQYDVR0OBBYEFNRdMhcZFiToOKCnDUtpAvDIhjYWMB8GA1UdIwQYMBaAFNRdMhcZFiToOKCnDUtpAvDIhjYWMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIhAJq0y5g5GE1w1JUWOVI0j4AV8cbug9YfM6mQLs0oHf6xAiBlDIm3NIcvTxQL4gM7ULCj35Sccv3BTdPmCpkyNiNAJg==';
const defaults = effectiveSettings(templateSettings());
const settings: PolicySettings = {
  ...defaults,
  organization: { name: 'Example Command', support: 'Help desk, 4242' },
  domain: 'chat.example.mil',
  servers: [
    { host: 'b.example.mil', port: 5223, spkiPins: ['sha256/B'], priority: 20 },
    { host: 'a.example.mil', port: 5223, spkiPins: ['sha256/A', 'sha256/A2'], priority: 10 },
    { host: 'c.example.mil', port: 5223, spkiPins: ['sha256/C'], priority: 10 },
  ],
  trustAnchors: [anchor],
  tls: {
    ...defaults.tls,
    minVersion: '1.3',
    maxVersion: '1.3',
    groups: ['P-384'],
    cipherSuites: ['TLS_AES_256_GCM_SHA384'],
    cipherList: [],
    requireFips: true,
  },
  lock: { required: true, bindings: ['tls-exporter'], epochs: [4, 3] },
  authentication: {
    ...defaults.authentication,
    modules: [
      { path: '/usr/lib/opensc-pkcs11.so', sha256: 'aa', platform: 'linux' },
      { path: 'C:\\acpkcs211.dll', sha256: 'bb', platform: 'win32' },
    ],
    certificate: {
      ...defaults.authentication.certificate,
      issuers: [issuer],
      extendedKeyUsages: ['1.3.6.1.5.5.7.3.2'],
      policyOids: [],
      upnPattern: '^[0-9]{10}@mil$',
    },
    cardRemoval: 'sign-out',
  },
  contacts: { ...defaults.contacts, partnerDomains: [{ domain: 'partner.example' }] },
  rooms: {
    ...defaults.rooms,
    services: ['rooms.chat.example.mil'],
    autojoin: ['ops@rooms.chat.example.mil'],
  },
  classification: {
    ...defaults.classification,
    banner: { text: 'UNCLASSIFIED', background: '#007a33', foreground: '#ffffff' },
  },
  consent: { title: 'Notice', text: 'You agree.' },
  session: { ...defaults.session, idleLockMinutes: 15 },
};

describe('what each process gets to know', () => {
  it('windows: what may be shown', () => {
    const shown = presentationPolicy(settings, {
      policyId: 'p',
      sequence: 7,
      expires: '2027-01-01T00:00:00Z',
    });
    expect(shown).toEqual({
      organisation: 'Example Command',
      support: 'Help desk, 4242',
      policyId: 'p',
      sequence: 7,
      expires: '2027-01-01T00:00:00Z',
      banner: { text: 'UNCLASSIFIED', background: '#007a33', foreground: '#ffffff' },
      consent: { title: 'Notice', text: 'You agree.' },
      domain: 'chat.example.mil',
      roomServices: ['rooms.chat.example.mil'],
      people: {
        subscriptions: 'internal',
        directory: true,
        location: false,
        activity: false,
        partnerDomains: ['partner.example'],
      },
      rooms: { create: false, invite: true, whiteboard: false },
      signIn: { method: 'card', passwordChange: false },
      cardRemoval: 'sign-out',
      desktop: { copy: true, paste: true, dragAndDrop: false },
      linkHosts: [],
      templates: [],
    });
  });

  it('windows: the labels and the partners’ ceilings, where the policy has labels', () => {
    const labels = [{ id: 'u', text: 'U', background: '#000000', foreground: '#ffffff', rank: 0 }];
    const partnerDomains = [{ domain: 'partner.example', maximumLabel: 'u' }];
    const labelled: PolicySettings = {
      ...settings,
      contacts: { ...settings.contacts, partnerDomains },
      classification: { ...settings.classification, labels, maximumLabel: 'u', labelRequired: true },
    };
    const facts = { policyId: 'p', sequence: 7, expires: '2027-01-01T00:00:00Z' };
    const rules = {
      labels: { catalogue: labels, maximumLabel: 'u', required: true },
      partners: partnerDomains,
    };
    expect(presentationPolicy(labelled, facts).labels).toEqual(rules);
    expect(guardPolicy(labelled)).toMatchObject(rules);
  });

  it('token: this platform’s modules and the certificate rules', () => {
    expect(tokenConfig(settings, 'linux')).toEqual({
      modules: [{ path: '/usr/lib/opensc-pkcs11.so', sha256: 'aa' }],
      certificate: {
        issuerSpkiSha256: ['wRQeCtxDDPRRJao6NA1NMDKlFPBzHRZzarV/r7V6EIg='],
        extendedKeyUsages: ['1.3.6.1.5.5.7.3.2'],
        policyOids: [],
        upnPattern: '^[0-9]{10}@mil$',
        issuerCertificates: [new Uint8Array(Buffer.from(issuer, 'base64'))],
      },
    });
    expect(tokenConfig(settings, 'darwin').modules).toEqual([]);
  });

  it('session: servers in the policy’s order, keys newest first, nothing about the card but the certificate', () => {
    const key = (epoch: number) => ({ epoch, key: new Uint8Array(32).fill(epoch) });
    const identity = {
      id: 'a1',
      commonName: 'ALICE',
      upn: '1@mil',
      issuer: 'CA',
      notAfter: '2030-01-01T00:00:00Z',
    };
    const config = sessionConfig(settings, {
      kid: 'WS-1',
      keys: [key(3), key(4)],
      identity,
      selection: { certificate: new Uint8Array([1]), chain: [new Uint8Array([2])] },
    });
    expect(config.servers.map((server) => server.host)).toEqual([
      'a.example.mil',
      'c.example.mil',
      'b.example.mil',
    ]);
    expect(config.servers[0]?.pins).toEqual(['sha256/A', 'sha256/A2']);
    expect(config.lock).toEqual({ kid: 'WS-1', bindings: ['tls-exporter'], keys: [key(4), key(3)] });
    expect(config.tls).toEqual({
      minVersion: '1.3',
      maxVersion: '1.3',
      groups: ['P-384'],
      cipherSuites: ['TLS_AES_256_GCM_SHA384'],
      cipherList: [],
      requireFips: true,
      integrityOnly: false,
    });
    expect(config.guard).toEqual({
      domain: 'chat.example.mil',
      partners: [{ domain: 'partner.example' }],
      subscriptions: 'internal',
      rooms: { services: ['rooms.chat.example.mil'], create: false, invite: true },
      passwordChange: false,
      directory: true,
      location: false,
      activity: false,
      commands: false,
      whiteboard: false,
      templates: [],
      labels: { catalogue: [], required: false },
    });
    expect(config.trustAnchors).toEqual([new Uint8Array(Buffer.from('a certificate'))]);
    expect(config.identity).toEqual({
      certificate: new Uint8Array([1]),
      chain: [new Uint8Array([2])],
      commonName: 'ALICE',
      upn: '1@mil',
      issuer: 'CA',
      notAfter: '2030-01-01T00:00:00Z',
    });
    expect(structuredClone(config)).toEqual(config);
  });

  it('session by password: the rules, no certificate, nothing that asks for one', () => {
    const gate = { host: 'files.example.mil', port: 8443, spkiPins: ['sha256/F'], path: '/files/' };
    const drop = { host: 'drop.example.mil', port: 8443, spkiPins: ['sha256/D'], path: '/policy' };
    const both = {
      ...settings,
      files: { ...settings.files, mode: 'gate' as const, gate },
      policySource: { drop },
      authentication: { ...settings.authentication, method: 'both' as const },
    };
    const identity = {
      id: 'password',
      commonName: 'alice',
      upn: 'alice@chat.example.mil',
      issuer: '',
      notAfter: '',
    };
    const facts = { kid: 'WS-1', keys: [], identity };
    const config = sessionConfig(both, { ...facts, selection: undefined });
    expect(config.password).toEqual({
      username: 'alice',
      rules: { minLength: 15, minClasses: 3 },
      mechanisms: ['SCRAM-SHA-512-PLUS', 'SCRAM-SHA-256-PLUS'],
      change: true,
    });
    expect(config.identity.certificate).toHaveLength(0);
    expect([config.files, config.policyDrop, config.guard.fileGate]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(config.guard.passwordChange).toBe(true);
    const selection = { certificate: new Uint8Array([1]), chain: [] };
    const carded = sessionConfig(both, { ...facts, selection });
    expect(carded.password).toBeUndefined();
    expect(carded.guard.passwordChange).toBe(false);
    expect(carded.files).toBeDefined();
    expect(() => sessionConfig(settings, { ...facts, selection: undefined })).toThrow(
      expect.objectContaining({ code: 'LOGIN_REQUIRED' }),
    );
  });

  it('guard: the gate only in its mode, passwords only where they sign in, labels as they are', () => {
    const gate = { host: 'files.example.mil', port: 8443, spkiPins: ['sha256/F'], path: '/files/' };
    const files = { ...settings.files, mode: 'gate' as const, gate, maximumBytes: 5, types: ['image/png'] };
    const label = { id: 'u', text: 'UNCLASSIFIED', background: '#007a33', foreground: '#ffffff', rank: 1 };
    const classification = {
      ...settings.classification,
      labels: [label],
      defaultLabel: 'u',
      maximumLabel: 'u',
      labelRequired: true,
    };
    const authentication = { ...settings.authentication, method: 'both' as const };
    expect(guardPolicy({ ...settings, files, classification, authentication })).toMatchObject({
      fileGate: {
        host: 'files.example.mil',
        port: 8443,
        path: '/files/',
        maximumBytes: 5,
        types: ['image/png'],
      },
      passwordChange: true,
      labels: { catalogue: [label], defaultLabel: 'u', maximumLabel: 'u', required: true },
    });
    expect(guardPolicy({ ...settings, files: { ...files, mode: 'off' } }).fileGate).toBeUndefined();
  });

  it('files: none without a gate, and what may go through it', () => {
    const gate = { host: 'files.example.mil', port: 8443, spkiPins: ['sha256/F'], path: '/f/' };
    const files = { ...defaults.files, types: ['application/pdf'] };
    expect(filePolicy(settings)).toBeUndefined();
    expect(filePolicy({ ...settings, files: { ...files, mode: 'gate' } })).toBeUndefined();
    expect(filePolicy({ ...settings, files: { ...files, gate } })).toBeUndefined();
    const on = { ...settings, files: { ...files, mode: 'gate' as const, gate } };
    expect(filePolicy(on)).toEqual({
      host: 'files.example.mil',
      port: 8443,
      pins: ['sha256/F'],
      path: '/f/',
      maximumBytes: 104_857_600,
      types: ['application/pdf'],
      origins: ['choose', 'paste'],
    });
    const desktop = { ...on.desktop, paste: false, dragAndDrop: true };
    expect(filePolicy({ ...on, desktop })?.origins).toEqual(['choose', 'drop']);
    const directories = [
      { platform: 'linux' as const, path: '~/In' },
      { platform: 'win32' as const, path: 'D:\\In' },
    ];
    const saving = { ...on, files: { ...on.files, saveDirectories: directories } };
    expect(saveDirectories(saving, 'linux')).toEqual(['~/In']);
    expect(saveDirectories(saving, 'darwin')).toEqual([]);
  });
});
