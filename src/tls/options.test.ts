import { describe, expect, it } from 'vitest';
import { checkOptions, isDnsName, type TlsClientOptions } from './options.ts';

const GOOD = {
  host: 'server.example.mil',
  port: 5223,
  serverName: 'example.mil',
  trustAnchors: [new Uint8Array([0x30])],
  pins: [`sha256/${'A'.repeat(43)}=`],
  minVersion: '1.3',
  maxVersion: '1.3',
  groups: ['P-384'],
  cipherSuites: ['TLS_AES_256_GCM_SHA384'],
  cipherList: [],
  requireFips: false,
  revocationLists: undefined,
  integrityOnly: false,
  identity: {
    certificate: new Uint8Array([0x30]),
    chain: [],
    sign: () => Promise.reject(new Error('not here')),
  },
  timeouts: { connectMs: 1_000, handshakeMs: 1_000, signMs: 1_000 },
  workerFile: '/app/tls-worker.cjs',
} satisfies TlsClientOptions;

describe('isDnsName', () => {
  it.each([
    'example.mil',
    'localhost',
    'a',
    'xn--bcher-kva.example',
    '1and1.example',
    'a-b.c',
    `${'a'.repeat(63)}.b`,
  ])('takes %s', (name) => {
    expect(isDnsName(name)).toBe(true);
  });

  it.each([
    '',
    '.',
    'a.',
    '.a',
    'a..b',
    '-a.b',
    'a-.b',
    'A.example',
    'a_b.example',
    '*.example',
    'a b',
    'a\0b',
    'a\n',
    'bücher.example',
    '127.0.0.1',
    '127.1',
    '0x7f000001',
    '1.2.3.4.5',
    '::1',
    '[::1]',
    'example.mil:5223',
    'user@example.mil',
    `${'a'.repeat(64)}.b`,
    `${'a.'.repeat(127)}ab`,
  ])('refuses %j', (name) => {
    expect(isDnsName(name)).toBe(false);
  });
});

describe('checkOptions', () => {
  it('copies certificates, so that a Buffer’s pool does not travel to the worker', () => {
    const pooled = Buffer.from([0x30, 0x82]);
    const { trustAnchors, certificate } = checkOptions({
      ...GOOD,
      trustAnchors: [pooled],
      identity: { ...GOOD.identity, certificate: pooled },
    });
    expect(trustAnchors[0]?.buffer.byteLength).toBe(2);
    expect(certificate?.buffer.byteLength).toBe(2);
  });

  it('takes nothing of the identity but its certificates', () => {
    expect(Object.values(checkOptions(GOOD)).some((value) => typeof value === 'function')).toBe(false);
  });

  const refused: readonly [string, Partial<TlsClientOptions>][] = [
    ['TLS_UNTRUSTED_CHAIN', { trustAnchors: [] }],
    ['TLS_PIN_MISMATCH', { pins: [] }],
    ['TLS_NAME_MISMATCH', { serverName: '10.0.0.1' }],
    ['TLS_HANDSHAKE', { trustAnchors: Array.from({ length: 257 }, () => new Uint8Array([0x30])) }],
    ['TLS_HANDSHAKE', { trustAnchors: [new Uint8Array(64 * 1024 + 1)] }],
    ['TLS_HANDSHAKE', { pins: Array.from({ length: 65 }, () => GOOD.pins[0] ?? '') }],
    ['TLS_HANDSHAKE', { pins: [`${GOOD.pins[0]}\n`] }],
    ['TLS_HANDSHAKE', { port: 5223.5 }],
    ['TLS_HANDSHAKE', { port: Number.NaN }],
    ['TLS_HANDSHAKE', { groups: [''] }],
    ['TLS_HANDSHAKE', { groups: ['P-384:P-256'] }],
    ['TLS_HANDSHAKE', { groups: ['?P-384'] }],
    ['TLS_HANDSHAKE', { groups: ['P-384\0'] }],
    ['TLS_HANDSHAKE', { cipherList: ['!aNULL'] }],
    ['TLS_HANDSHAKE', { groups: Array.from({ length: 33 }, (_, index) => `g${index}`) }],
    ['TLS_HANDSHAKE', { timeouts: { connectMs: 0, handshakeMs: 1, signMs: 1 } }],
    ['TLS_HANDSHAKE', { timeouts: { connectMs: 1, handshakeMs: Number.NaN, signMs: 1 } }],
    [
      'TLS_HANDSHAKE',
      { identity: { ...GOOD.identity, chain: Array.from({ length: 11 }, () => GOOD.identity.certificate) } },
    ],
  ];
  it.each(refused)('%s for %j', (code, changes) => {
    expect(() => checkOptions({ ...GOOD, ...changes })).toThrow(expect.objectContaining({ code }));
  });
});
