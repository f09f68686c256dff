/** Refusals of the TLS client before and around certificates, provoked by a real peer: the right code, what was seen, and nothing left behind. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import net, { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { AppError } from '../../src/shared/errors.ts';
import type { TlsClientOptions } from '../../src/tls/index.ts';
import { freePort } from '../support/openssl-server.ts';
import { refusalBench } from '../support/tls-bench.ts';
import { DOMAIN, NO_CERTIFICATE } from '../support/tls-fixture.ts';

const bench = refusalBench();
const { keep, open, refusal } = bench;

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
    const suites = await bench.fixture.serve(['-ciphersuites', 'TLS_CHACHA20_POLY1305_SHA256']);
    expect((await refusal(suites.port)).toReport()).toMatchObject({
      code: 'TLS_HANDSHAKE',
      detail: { alert: 'handshake_failure' },
    });
    const groups = await bench.fixture.serve(['-groups', 'X448']);
    expect((await refusal(groups.port)).code).toBe('TLS_HANDSHAKE');
  });

  it('TLS_HANDSHAKE for a certificate message that is larger than any real one', async () => {
    const names = Array.from({ length: 4_000 }, (_, index) => `DNS:n${index}.example.mil`).join(',');
    const files = await bench.fixture.makeServer({ names: `DNS:${DOMAIN},${names}` });
    const server = await bench.fixture.serve([], files);
    const error = await refusal(server.port, { pins: [bench.fixture.pin(files)] });
    expect(error.toReport()).toEqual({
      code: 'TLS_HANDSHAKE',
      detail: { reason: 'excessive message size' },
    });
  });

  it('TLS_PROTOCOL_VERSION below and above what the policy allows', async () => {
    const old = await bench.fixture.serve(['-no_tls1_3']);
    expect((await refusal(old.port)).code).toBe('TLS_PROTOCOL_VERSION');
    const modern = await bench.fixture.serve(['-tls1_3']);
    const only = {
      minVersion: '1.2',
      maxVersion: '1.2',
      cipherList: ['ECDHE-ECDSA-AES256-GCM-SHA384'],
    } as const;
    expect((await refusal(modern.port, only)).code).toBe('TLS_PROTOCOL_VERSION');
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
      const server = await bench.fixture.serveNode({ requestCert: false });
      const received: Buffer[] = [];
      server.server.on('secureConnection', (socket) => socket.on('data', (data) => received.push(data)));
      const ended = once(server.server, 'connection').then(([socket]) => once(socket as net.Socket, 'close'));
      expect((await refusal(server.port, version)).code).toBe('TLS_NO_CLIENT_CERTIFICATE_REQUESTED');
      await ended;
      expect(received).toEqual([]);
    }
    const openssl = await bench.fixture.serve([NO_CERTIFICATE]);
    expect((await refusal(openssl.port)).code).toBe('TLS_NO_CLIENT_CERTIFICATE_REQUESTED');
  });

  it('TLS_CLIENT_CERTIFICATE_REFUSED in the handshake of TLS 1.2', async () => {
    const server = await bench.fixture.serve(['-CAfile', bench.fixture.pki.ca.other.certificate]);
    await expect(bench.fixture.connect(server.port, old)).rejects.toMatchObject({
      code: 'TLS_CLIENT_CERTIFICATE_REFUSED',
      detail: { alert: 'unknown_ca' },
    });
  });

  it('TLS_CLIENT_CERTIFICATE_REFUSED as the first thing that a TLS 1.3 connection says', async () => {
    const server = await bench.fixture.serve(['-CAfile', bench.fixture.pki.ca.other.certificate]);
    const connection = await bench.fixture.connect(server.port);
    open.add(connection);
    const events: string[] = [];
    connection.on('data', () => events.push('data'));
    connection.on('end', () => events.push('end'));
    const [error] = await once(connection, 'error');
    expect(error).toMatchObject({ code: 'TLS_CLIENT_CERTIFICATE_REFUSED', detail: { alert: 'unknown_ca' } });
    expect(events).toEqual([]);
  });

  it('TLS_CLIENT_CERTIFICATE_REFUSED also while we write', async () => {
    const server = await bench.fixture.serve(['-CAfile', bench.fixture.pki.ca.other.certificate]);
    const codes = new Set<unknown>();
    for (let round = 0; round < 10; round += 1) {
      const connection = await bench.fixture.connect(server.port);
      open.add(connection);
      const error = new Promise<AppError>((resolve) => connection.once('error', resolve));
      connection.write('<stream:stream>');
      codes.add((await error).code);
    }
    expect([...codes]).toEqual(['TLS_CLIENT_CERTIFICATE_REFUSED']);
  });

  it('TLS_CLIENT_CERTIFICATE_REFUSED when the server takes no signature that the card can make', async () => {
    const server = await bench.fixture.serve(['-client_sigalgs', 'ed25519']);
    const error = await refusal(server.port);
    expect(error.toReport()).toEqual({
      code: 'TLS_CLIENT_CERTIFICATE_REFUSED',
      detail: { alert: 'no signature algorithm in common with the card' },
    });
  });

  it('TLS_HANDSHAKE for a certificate that is none', async () => {
    const identity = bench.fixture.identity('p256');
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
      const server = await bench.fixture.serve();
      keep(await bench.fixture.connect(server.port, { libraryDirectory }));
      const error = await refusal(server.port, { libraryDirectory, requireFips: true });
      expect(error.code).toBe('TLS_FIPS_UNAVAILABLE');
      expect(error.detail?.reason).toMatch(/fips/u);
    } finally {
      await rm(libraryDirectory, { recursive: true, force: true });
    }
  });
});
