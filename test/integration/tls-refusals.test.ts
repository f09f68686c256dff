/** Every refusal of the TLS client, provoked by a real peer: the right code, what was seen, and nothing left behind. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import net, { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ServerFiles, ServerVariant } from '../../build/site/pki.ts';
import { AppError } from '../../src/shared/errors.ts';
import type { TlsClientOptions, TlsConnection } from '../../src/tls/index.ts';
import { workerHost } from '../../src/tls/index.ts';
import { freePort } from '../support/openssl-server.ts';
import { readCertificates } from '../support/software-identity.ts';
import { DOMAIN, NO_CERTIFICATE, startTlsFixture, type TlsFixture } from '../support/tls-fixture.ts';

let fixture: TlsFixture;
const open = new Set<{ destroy(): unknown }>();

beforeAll(async () => {
  fixture = await startTlsFixture();
});
afterEach(async () => {
  for (const item of open) item.destroy();
  open.clear();
  const host = workerHost(fixture.workerFile, undefined);
  await expect
    .poll(() => host.statistics())
    .toMatchObject({ connections: 0, hooks: 0, keys: 0, bufferedBytes: 0 });
});
afterAll(() => fixture?.stop());

function keep(connection: TlsConnection): TlsConnection {
  connection.on('error', () => undefined);
  open.add(connection);
  return connection;
}

/** Connects, expects a refusal, and that the card was not asked: a refused server learns nothing of the user. */
async function refusal(port: number, changes: Partial<TlsClientOptions> = {}): Promise<AppError> {
  let asked = false;
  const { identity: other } = changes;
  const identity = other === undefined || other === 'none' ? fixture.identity('p256') : other;
  const watched = {
    ...identity,
    sign: () => {
      asked = true;
      return Promise.reject(new AppError('SIGN_FAILED'));
    },
  };
  try {
    keep(await fixture.connect(port, { ...changes, identity: watched }));
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    expect(asked).toBe(false);
    for (const value of Object.values(error.detail ?? {})) expect(String(value).length).toBeLessThan(300);
    return error;
  }
  throw new Error('it connected');
}

/** A TCP server of this process. */
async function tcpServer(onConnection: (socket: net.Socket) => void): Promise<number> {
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    onConnection(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  open.add({
    destroy: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  });
  return (server.address() as AddressInfo).port;
}

describe('reaching the server', () => {
  it('DNS_FAILED for a name that does not exist', async () => {
    const error = await refusal(5223, { host: 'no-such-host.invalid' });
    expect(error).toMatchObject({ code: 'DNS_FAILED', detail: { host: 'no-such-host.invalid' } });
  });

  it('SERVER_UNREACHABLE for a port where nobody listens', async () => {
    const port = await freePort();
    const error = await refusal(port);
    expect(error.toReport()).toEqual({
      code: 'SERVER_UNREACHABLE',
      detail: { host: '127.0.0.1', port, reason: 'ECONNREFUSED' },
    });
  });

  it('CONNECT_TIMEOUT for a server that does not accept', async () => {
    const code = `require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, function () {
      process.stdout.write(this.address().port + '\\n', () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
    })`;
    const child = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
    open.add({ destroy: () => child.kill('SIGKILL') });
    const port = Number(String((await once(child.stdout, 'data'))[0]));
    // The queue of connections that nobody accepts has room for two.
    for (let index = 0; index < 2; index += 1) {
      const socket = net.connect(port, '127.0.0.1');
      open.add(socket);
      await once(socket, 'connect');
    }
    const timeouts = { connectMs: 400, handshakeMs: 5_000, signMs: 5_000 };
    const error = await refusal(port, { timeouts });
    expect(error.toReport()).toEqual({ code: 'CONNECT_TIMEOUT', detail: { host: '127.0.0.1', port } });
  });

  it('TLS_HANDSHAKE_TIMEOUT for a server that says nothing', async () => {
    const port = await tcpServer(() => undefined);
    const timeouts = { connectMs: 5_000, handshakeMs: 300, signMs: 5_000 };
    expect((await refusal(port, { timeouts })).code).toBe('TLS_HANDSHAKE_TIMEOUT');
  });

  it('TLS_HANDSHAKE_TIMEOUT for a server that speaks one byte at a time', async () => {
    const port = await tcpServer((socket) => {
      const record = Buffer.from('16030300ff020000fb0303', 'hex');
      let at = 0;
      const timer = setInterval(() => socket.write(record.subarray(at, ++at)), 50);
      socket.on('close', () => clearInterval(timer));
    });
    const timeouts = { connectMs: 5_000, handshakeMs: 400, signMs: 5_000 };
    expect((await refusal(port, { timeouts })).code).toBe('TLS_HANDSHAKE_TIMEOUT');
  });
});

describe('broken handshakes', () => {
  it.each([
    ['another protocol', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['XML', Buffer.from("<?xml version='1.0'?><stream:stream>")],
    ['zeros', Buffer.alloc(100_000)],
    ['ones', Buffer.alloc(100_000, 255)],
    [
      'a record of the greatest length',
      Buffer.concat([Buffer.from('160303ffff', 'hex'), Buffer.alloc(65_535)]),
    ],
    ['a server hello of nonsense', Buffer.from(`160303002c02000028${'03'.repeat(40)}`, 'hex')],
    ['a handshake message of 16 MiB', Buffer.from('16030300050200ffffff00', 'hex')],
  ])('TLS_HANDSHAKE for %s', async (_name, bytes) => {
    const port = await tcpServer((socket) => socket.end(bytes));
    const error = await refusal(port);
    expect(error.code).toMatch(/^TLS_(HANDSHAKE|PROTOCOL_VERSION)$/u);
    expect(error.detail?.reason).toMatch(/\S/u);
  });

  it('random bytes never do more than end the attempt', async () => {
    let seed = 7;
    const next = (): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
      return seed % 256;
    };
    const port = await tcpServer((socket) => {
      const types = [20, 21, 22, 23, 24];
      const length = 1 + next() + next();
      const header = [types[next() % types.length] ?? 22, 3, 3, length >> 8, length & 255];
      socket.end(Buffer.from([...header, ...Array.from({ length }, next)]));
    });
    for (let round = 0; round < 100; round += 1) {
      expect((await refusal(port)).code).toMatch(/^TLS_/u);
    }
  });

  it('TLS_HANDSHAKE for a server that closes at once, or resets', async () => {
    const closing = await tcpServer((socket) => socket.end());
    expect((await refusal(closing)).toReport()).toEqual({
      code: 'TLS_HANDSHAKE',
      detail: { reason: 'the server closed the connection' },
    });
    const resetting = await tcpServer((socket) => socket.once('data', () => socket.resetAndDestroy()));
    expect((await refusal(resetting)).toReport()).toEqual({
      code: 'TLS_HANDSHAKE',
      detail: { reason: 'ECONNRESET' },
    });
  });

  it('TLS_HANDSHAKE with the alert when there is no common suite or group', async () => {
    const suites = await fixture.serve(['-ciphersuites', 'TLS_CHACHA20_POLY1305_SHA256']);
    expect((await refusal(suites.port)).toReport()).toMatchObject({
      code: 'TLS_HANDSHAKE',
      detail: { alert: 'handshake_failure' },
    });
    const groups = await fixture.serve(['-groups', 'X448']);
    expect((await refusal(groups.port)).code).toBe('TLS_HANDSHAKE');
  });

  it('TLS_HANDSHAKE for a certificate message that is larger than any real one', async () => {
    const names = Array.from({ length: 4_000 }, (_, index) => `DNS:n${index}.example.mil`).join(',');
    const files = await fixture.makeServer({ names: `DNS:${DOMAIN},${names}` });
    const server = await fixture.serve([], files);
    const error = await refusal(server.port, { pins: [fixture.pin(files)] });
    expect(error.toReport()).toEqual({
      code: 'TLS_HANDSHAKE',
      detail: { reason: 'excessive message size' },
    });
  });

  it('TLS_PROTOCOL_VERSION below and above what the policy allows', async () => {
    const old = await fixture.serve(['-no_tls1_3']);
    expect((await refusal(old.port)).code).toBe('TLS_PROTOCOL_VERSION');
    const modern = await fixture.serve(['-tls1_3']);
    const only = {
      minVersion: '1.2',
      maxVersion: '1.2',
      cipherList: ['ECDHE-ECDSA-AES256-GCM-SHA384'],
    } as const;
    expect((await refusal(modern.port, only)).code).toBe('TLS_PROTOCOL_VERSION');
  });
});

describe('the server’s certificate', () => {
  async function withVariant(
    variant: ServerVariant,
    changes: Partial<TlsClientOptions> = {},
  ): Promise<AppError> {
    return withFiles(fixture.pki.server[variant], changes);
  }

  async function withFiles(files: ServerFiles, changes: Partial<TlsClientOptions> = {}): Promise<AppError> {
    // Its own security level would not let the server start with some of these.
    const server = await fixture.serve(['-cipher', 'DEFAULT@SECLEVEL=0'], files);
    return refusal(server.port, { pins: [fixture.pin(files)], ...changes });
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
    process.env.SSL_CERT_FILE = fixture.pki.ca.other.certificate;
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
      readCertificates(fixture.pki.server.good.certificate).slice(0, 1),
      [new Uint8Array([0x30, 0x03, 0x02, 0x01, 0xff])],
      [Buffer.from('not a certificate')],
    ]) {
      expect((await withVariant('good', { trustAnchors })).code).toBe('TLS_UNTRUSTED_CHAIN');
    }
  });

  it('an intermediate is an anchor when it is given as one, and only then', async () => {
    const server = await fixture.serve();
    const trustAnchors = readCertificates(fixture.pki.ca.server.certificate);
    (await fixture.connect(server.port, { trustAnchors })).destroy();
    const wrong = readCertificates(fixture.pki.ca.id.certificate);
    expect((await refusal(server.port, { trustAnchors: wrong })).code).toBe('TLS_UNTRUSTED_CHAIN');
  });

  it('TLS_UNTRUSTED_CHAIN for SHA-1 and for what RFC 5280 forbids', async () => {
    const sha1 = await withFiles(await fixture.makeServer({ digest: 'sha1' }));
    expect(sha1.code).toBe('TLS_UNTRUSTED_CHAIN');
    const noKeyIdentifier = await withFiles(
      await fixture.makeServer({
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
    expect((await withFiles(await fixture.makeServer({ names }))).code).toBe('TLS_NAME_MISMATCH');
  });

  it('TLS_NAME_MISMATCH for a name with a NUL in it', async () => {
    const hidden = Buffer.from(`${DOMAIN}\0.attacker.example`, 'latin1');
    const value = Buffer.concat([Buffer.from([0x30, hidden.length + 2, 0x82, hidden.length]), hidden]);
    const files = await fixture.makeServer({
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
      await fixture.makeServer({
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
    const { good } = fixture.pki.server;
    const issuer = { certificate: fixture.pki.ca.server.certificate, key: good.key };
    const other = fixture.pin(fixture.pki.server.expired);
    const error = await withVariant('good', { pins: [other, fixture.pin(issuer)] });
    expect(error.toReport()).toMatchObject({
      code: 'TLS_PIN_MISMATCH',
      detail: { seen: fixture.pin(good), expected: `${other} ${fixture.pin(issuer)}` },
    });
  });

  it('TLS_PIN_MISMATCH when no pin is given; a malformed one is refused', async () => {
    expect((await refusal(9, { pins: [] })).code).toBe('TLS_PIN_MISMATCH');
    for (const pin of [
      'sha256/',
      'sha1/AAAA',
      fixture.pin(fixture.pki.server.good).slice(7),
      'sha256/====',
    ]) {
      expect((await refusal(9, { pins: [pin] })).code).toBe('TLS_HANDSHAKE');
    }
  });

  it('any of several pins will do', async () => {
    const server = await fixture.serve();
    const pins = [fixture.pin(fixture.pki.server.expired), fixture.pin(fixture.pki.server.good)];
    expect(keep(await fixture.connect(server.port, { pins })).info.serverPin).toBe(pins[1]);
  });

  it('TLS_UNTRUSTED_CHAIN when its signature gives no tls-server-end-point', async () => {
    const files = await fixture.makeServer({ digest: 'sha3-256' });
    expect((await withFiles(files)).code).toBe('TLS_UNTRUSTED_CHAIN');
  });
});

describe('the client’s certificate', () => {
  const old = {
    minVersion: '1.2',
    maxVersion: '1.2',
    cipherList: ['ECDHE-ECDSA-AES256-GCM-SHA384'],
  } as const;

  it('TLS_NO_CLIENT_CERTIFICATE_REQUESTED, and the server receives nothing of ours', async () => {
    for (const version of [{}, old]) {
      const server = await fixture.serveNode({ requestCert: false });
      const received: Buffer[] = [];
      server.server.on('secureConnection', (socket) => socket.on('data', (data) => received.push(data)));
      const ended = once(server.server, 'connection').then(([socket]) => once(socket as net.Socket, 'close'));
      expect((await refusal(server.port, version)).code).toBe('TLS_NO_CLIENT_CERTIFICATE_REQUESTED');
      await ended;
      expect(received).toEqual([]);
    }
    const openssl = await fixture.serve([NO_CERTIFICATE]);
    expect((await refusal(openssl.port)).code).toBe('TLS_NO_CLIENT_CERTIFICATE_REQUESTED');
  });

  it('TLS_CLIENT_CERTIFICATE_REFUSED in the handshake of TLS 1.2', async () => {
    const server = await fixture.serve(['-CAfile', fixture.pki.ca.other.certificate]);
    await expect(fixture.connect(server.port, old)).rejects.toMatchObject({
      code: 'TLS_CLIENT_CERTIFICATE_REFUSED',
      detail: { alert: 'unknown_ca' },
    });
  });

  it('TLS_CLIENT_CERTIFICATE_REFUSED as the first thing that a TLS 1.3 connection says', async () => {
    const server = await fixture.serve(['-CAfile', fixture.pki.ca.other.certificate]);
    const connection = await fixture.connect(server.port);
    open.add(connection);
    const events: string[] = [];
    connection.on('data', () => events.push('data'));
    connection.on('end', () => events.push('end'));
    const [error] = await once(connection, 'error');
    expect(error).toMatchObject({ code: 'TLS_CLIENT_CERTIFICATE_REFUSED', detail: { alert: 'unknown_ca' } });
    expect(events).toEqual([]);
  });

  it('TLS_CLIENT_CERTIFICATE_REFUSED also while we write', async () => {
    const server = await fixture.serve(['-CAfile', fixture.pki.ca.other.certificate]);
    const codes = new Set<unknown>();
    for (let round = 0; round < 10; round += 1) {
      const connection = await fixture.connect(server.port);
      open.add(connection);
      const error = new Promise<AppError>((resolve) => connection.once('error', resolve));
      connection.write('<stream:stream>');
      codes.add((await error).code);
    }
    expect([...codes]).toEqual(['TLS_CLIENT_CERTIFICATE_REFUSED']);
  });

  it('TLS_CLIENT_CERTIFICATE_REFUSED when the server takes no signature that the card can make', async () => {
    const server = await fixture.serve(['-client_sigalgs', 'ed25519']);
    const error = await refusal(server.port);
    expect(error.toReport()).toEqual({
      code: 'TLS_CLIENT_CERTIFICATE_REFUSED',
      detail: { alert: 'no signature algorithm in common with the card' },
    });
  });

  it('TLS_HANDSHAKE for a certificate that is none', async () => {
    const identity = fixture.identity('p256');
    for (const certificate of [new Uint8Array(0), Buffer.from('garbage'), new Uint8Array(100_000)]) {
      expect((await refusal(9, { identity: { ...identity, certificate } })).code).toBe('TLS_HANDSHAKE');
    }
    const trailing = Buffer.concat([identity.certificate, Buffer.from([0])]);
    expect((await refusal(9, { identity: { ...identity, certificate: trailing } })).code).toBe(
      'TLS_HANDSHAKE',
    );
  });
});

describe('settings', () => {
  const cases: readonly [string, Partial<TlsClientOptions>][] = [
    ['groups', { groups: ['P-999'] }],
    ['groups', { groups: ['P-384', 'no-such-group'] }],
    ['groups', { groups: ['P-384:X25519'] }],
    ['groups', { groups: ['P-384', 'P-384'] }],
    ['cipherSuites', { cipherSuites: ['TLS_NO_SUCH_SUITE'] }],
    ['cipherSuites', { cipherSuites: ['TLS_AES_256_GCM_SHA384', 'TLS_NO_SUCH_SUITE'] }],
    ['cipherSuites', { cipherSuites: ['ECDHE-ECDSA-AES256-GCM-SHA384'] }],
    ['cipherList', { minVersion: '1.2', cipherList: [] }],
    ['cipherList', { minVersion: '1.2', cipherList: ['ALL'] }],
    ['cipherList', { minVersion: '1.2', cipherList: ['ECDHE-ECDSA-AES256-GCM-SHA384', 'NO-SUCH'] }],
    ['integrityOnly', { minVersion: '1.2', cipherList: ['ECDHE-ECDSA-NULL-SHA'] }],
    ['cipherList', { minVersion: '1.2', cipherList: ['ECDHE-ECDSA-AES256-GCM-SHA384:ALL'] }],
    ['cipherList', { minVersion: '1.2', cipherList: ['@SECLEVEL=0'] }],
    ['maxVersion', { minVersion: '1.3', maxVersion: '1.2' }],
    ['host', { host: 'not a host' }],
    ['host', { host: '' }],
    ['port', { port: 0 }],
    ['port', { port: 65_536 }],
    ['timeouts.signMs', { timeouts: { connectMs: 1, handshakeMs: 1, signMs: Number.POSITIVE_INFINITY } }],
  ];
  it.each(cases)('%s: %j is refused by name', async (setting, changes) => {
    expect((await refusal(9, changes)).toReport()).toMatchObject({
      code: 'TLS_HANDSHAKE',
      detail: { setting },
    });
  });

  it('TLS_LIBRARY when OpenSSL is not where it should be', async () => {
    for (const libraryDirectory of ['/nonexistent', 'relative/path']) {
      expect((await refusal(9, { libraryDirectory })).code).toBe('TLS_LIBRARY');
    }
  });

  it('TLS_FIPS_UNAVAILABLE when there is no FIPS provider; a bundled OpenSSL looks for its own only', async () => {
    const libraryDirectory = await mkdtemp(join(tmpdir(), 'sallyport-openssl-'));
    try {
      for (const name of ['libcrypto.so.3', 'libssl.so.3']) {
        await symlink(join('/usr/lib/x86_64-linux-gnu', name), join(libraryDirectory, name));
      }
      const server = await fixture.serve();
      keep(await fixture.connect(server.port, { libraryDirectory }));
      const error = await refusal(server.port, { libraryDirectory, requireFips: true });
      expect(error.code).toBe('TLS_FIPS_UNAVAILABLE');
      expect(error.detail?.reason).toMatch(/fips/u);
    } finally {
      await rm(libraryDirectory, { recursive: true, force: true });
    }
  });
});
