/** What the TLS client makes of a server’s certificate, from real peers: the right code, what was seen, and nothing left behind. */
import { describe, expect, it } from 'vitest';
import type { ServerFiles, ServerVariant } from '../../build/site/pki.ts';
import type { AppError } from '../../src/shared/errors.ts';
import type { TlsClientOptions } from '../../src/tls/index.ts';
import { readCertificates } from '../support/software-identity.ts';
import { refusalBench } from '../support/tls-bench.ts';
import { DOMAIN } from '../support/tls-fixture.ts';

const bench = refusalBench();
const { keep, refusal } = bench;

describe('the server’s certificate', () => {
  async function withVariant(
    variant: ServerVariant,
    changes: Partial<TlsClientOptions> = {},
  ): Promise<AppError> {
    return withFiles(bench.fixture.pki.server[variant], changes);
  }

  async function withFiles(files: ServerFiles, changes: Partial<TlsClientOptions> = {}): Promise<AppError> {
    // Its own security level would not let the server start with some of these.
    const server = await bench.fixture.serve(['-cipher', 'DEFAULT@SECLEVEL=0'], files);
    return refusal(server.port, { pins: [bench.fixture.pin(files)], ...changes });
  }

  it('TLS_UNTRUSTED_CHAIN when it is self-signed', async () => {
    const error = await withVariant('self-signed');
    expect(error).toMatchObject({ code: 'TLS_UNTRUSTED_CHAIN', detail: { depth: 0 } });
    expect(error.detail?.reason).toMatch(/self-signed/u);
    expect(error.detail?.subject).toContain(`CN=${DOMAIN}`);
  });

  it('TLS_UNTRUSTED_CHAIN when an authority of the same name issued it', async () => {
    expect((await withVariant('other-ca')).code).toBe('TLS_UNTRUSTED_CHAIN');
  });

  it('TLS_UNTRUSTED_CHAIN when only the system’s store would trust it', async () => {
    const before = process.env.SSL_CERT_FILE;
    process.env.SSL_CERT_FILE = bench.fixture.pki.ca.other.certificate;
    try {
      expect((await withVariant('other-ca')).code).toBe('TLS_UNTRUSTED_CHAIN');
    } finally {
      if (before === undefined) delete process.env.SSL_CERT_FILE;
      else process.env.SSL_CERT_FILE = before;
    }
  });

  it('TLS_UNTRUSTED_CHAIN without anchors, with one that is no CA or no certificate', async () => {
    for (const trustAnchors of [
      [],
      readCertificates(bench.fixture.pki.server.good.certificate).slice(0, 1),
      [new Uint8Array([0x30, 0x03, 0x02, 0x01, 0xff])],
      [Buffer.from('not a certificate')],
    ]) {
      expect((await withVariant('good', { trustAnchors })).code).toBe('TLS_UNTRUSTED_CHAIN');
    }
  });

  it('an intermediate is an anchor when it is given as one, and only then', async () => {
    const server = await bench.fixture.serve();
    const trustAnchors = readCertificates(bench.fixture.pki.ca.server.certificate);
    (await bench.fixture.connect(server.port, { trustAnchors })).destroy();
    const wrong = readCertificates(bench.fixture.pki.ca.id.certificate);
    expect((await refusal(server.port, { trustAnchors: wrong })).code).toBe('TLS_UNTRUSTED_CHAIN');
  });

  it('TLS_UNTRUSTED_CHAIN for SHA-1 and for what RFC 5280 forbids', async () => {
    const sha1 = await withFiles(await bench.fixture.makeServer({ digest: 'sha1' }));
    expect(sha1.code).toBe('TLS_UNTRUSTED_CHAIN');
    const noKeyIdentifier = await withFiles(
      await bench.fixture.makeServer({
        extensions: `basicConstraints=critical,CA:FALSE\nextendedKeyUsage=serverAuth\nsubjectAltName=DNS:${DOMAIN}\nauthorityKeyIdentifier=none`,
      }),
    );
    expect(noKeyIdentifier.code).toBe('TLS_UNTRUSTED_CHAIN');
    expect(noKeyIdentifier.detail?.reason).toMatch(/key identifier/iu);
  });

  it('TLS_CERTIFICATE_EXPIRED and TLS_CERTIFICATE_NOT_YET_VALID with the date', async () => {
    const expired = await withVariant('expired');
    expect(expired.code).toBe('TLS_CERTIFICATE_EXPIRED');
    expect(Date.parse(String(expired.detail?.notAfter))).toBeLessThan(Date.now());
    const early = await withVariant('not-yet-valid');
    expect(early.code).toBe('TLS_CERTIFICATE_NOT_YET_VALID');
    expect(Date.parse(String(early.detail?.notBefore))).toBeGreaterThan(Date.now());
  });

  it('TLS_NAME_MISMATCH with the names of the certificate', async () => {
    const error = await withVariant('wrong-name');
    expect(error).toMatchObject({ code: 'TLS_NAME_MISMATCH', detail: { expected: DOMAIN } });
    expect(error.detail?.seen).toContain('elsewhere.example');
  });

  it.each([
    ['a wildcard', 'DNS:*.example.mil'],
    ['a partial wildcard', 'DNS:ch*.example.mil'],
    ['only a common name', ''],
    ['only an address', 'IP:127.0.0.1'],
    ['a longer name', `DNS:${DOMAIN}.attacker.example`],
    ['a shorter name', 'DNS:example.mil'],
    ['the name as e-mail and URI', `email:${DOMAIN}@example.mil,URI:https://${DOMAIN}/`],
  ])('TLS_NAME_MISMATCH for %s', async (_name, names) => {
    expect((await withFiles(await bench.fixture.makeServer({ names }))).code).toBe('TLS_NAME_MISMATCH');
  });

  it('TLS_NAME_MISMATCH for a name with a NUL in it', async () => {
    const hidden = Buffer.from(`${DOMAIN}\0.attacker.example`, 'latin1');
    const value = Buffer.concat([Buffer.from([0x30, hidden.length + 2, 0x82, hidden.length]), hidden]);
    const files = await bench.fixture.makeServer({
      extensions: [
        'basicConstraints=critical,CA:FALSE',
        'authorityKeyIdentifier=keyid',
        'subjectKeyIdentifier=hash',
        'extendedKeyUsage=serverAuth',
        `subjectAltName=DER:${value.toString('hex')}`,
      ].join('\n'),
    });
    const error = await withFiles(files);
    expect(error.code).toMatch(/^TLS_(NAME_MISMATCH|UNTRUSTED_CHAIN)$/u);
    expect(Object.values(error.detail ?? {}).join('')).not.toContain('\0');
  });

  it.each([
    '127.0.0.1',
    '::1',
    '2130706433',
    '0x7f.1',
    '*.example.mil',
    'Chat.Example.Mil',
    'chat.example.mil.',
    'a\0b',
    '',
  ])('TLS_NAME_MISMATCH before connecting when the name to check is %j', async (serverName) => {
    expect((await refusal(9, { serverName })).code).toBe('TLS_NAME_MISMATCH');
  });

  it('TLS_EXTENDED_KEY_USAGE when serverAuth is not there', async () => {
    const client = await withVariant('client-eku');
    expect(client.code).toBe('TLS_EXTENDED_KEY_USAGE');
    expect(client.detail?.subject).toContain(`CN=${DOMAIN}`);
    const none = await withVariant('no-eku');
    expect(none.toReport()).toMatchObject({
      code: 'TLS_EXTENDED_KEY_USAGE',
      detail: { reason: 'no extended key usage' },
    });
    const any = await withFiles(
      await bench.fixture.makeServer({
        extensions: [
          'basicConstraints=critical,CA:FALSE',
          'authorityKeyIdentifier=keyid',
          'subjectKeyIdentifier=hash',
          'extendedKeyUsage=anyExtendedKeyUsage',
          `subjectAltName=DNS:${DOMAIN}`,
        ].join('\n'),
      }),
    );
    expect(any.code).toBe('TLS_EXTENDED_KEY_USAGE');
  });

  it('TLS_PIN_MISMATCH with the pin that was seen; the issuer’s pin does not count', async () => {
    const { good } = bench.fixture.pki.server;
    const issuer = { certificate: bench.fixture.pki.ca.server.certificate, key: good.key };
    const other = bench.fixture.pin(bench.fixture.pki.server.expired);
    const error = await withVariant('good', { pins: [other, bench.fixture.pin(issuer)] });
    expect(error.toReport()).toMatchObject({
      code: 'TLS_PIN_MISMATCH',
      detail: { seen: bench.fixture.pin(good), expected: `${other} ${bench.fixture.pin(issuer)}` },
    });
  });

  it('TLS_PIN_MISMATCH when no pin is given; a malformed one is refused', async () => {
    expect((await refusal(9, { pins: [] })).code).toBe('TLS_PIN_MISMATCH');
    for (const pin of [
      'sha256/',
      'sha1/AAAA',
      bench.fixture.pin(bench.fixture.pki.server.good).slice(7),
      'sha256/====',
    ]) {
      expect((await refusal(9, { pins: [pin] })).code).toBe('TLS_HANDSHAKE');
    }
  });

  it('any of several pins will do', async () => {
    const server = await bench.fixture.serve();
    const pins = [
      bench.fixture.pin(bench.fixture.pki.server.expired),
      bench.fixture.pin(bench.fixture.pki.server.good),
    ];
    expect(keep(await bench.fixture.connect(server.port, { pins })).info.serverPin).toBe(pins[1]);
  });

  it('TLS_UNTRUSTED_CHAIN when its signature gives no tls-server-end-point', async () => {
    const files = await bench.fixture.makeServer({ digest: 'sha3-256' });
    expect((await withFiles(files)).code).toBe('TLS_UNTRUSTED_CHAIN');
  });
});
