/** Handshakes with real peers: versions, keys, channel bindings, the signing contract. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '../../src/shared/errors.ts';
import type { SignRequest } from '../../src/shared/signing.ts';
import { connectTls, stopTlsWorkers, type TlsConnection, workerHost } from '../../src/tls/index.ts';
import { bundleForTest } from '../support/bundle-worker.ts';
import { softwareIdentity } from '../support/software-identity.ts';
import { EXIT_STATUS, type ExitOptions } from '../support/tls-exit.ts';
import { DOMAIN, startTlsFixture, type TlsFixture } from '../support/tls-fixture.ts';

let fixture: TlsFixture;
const open = new Set<{ destroy(): unknown }>();

beforeAll(async () => {
  fixture = await startTlsFixture();
});
afterEach(() => {
  for (const item of open) item.destroy();
  open.clear();
});
afterAll(() => fixture?.stop());

function keep(connection: TlsConnection): TlsConnection {
  connection.on('error', () => undefined);
  open.add(connection);
  return connection;
}

/** The error that a promise is rejected with. */
async function failure(promise: Promise<TlsConnection>): Promise<AppError> {
  try {
    keep(await promise);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('it connected');
}

/** Recording identity: what was asked of the "card". */
function recording(type: 'rsa2048' | 'p256' | 'p384') {
  const identity = fixture.identity(type);
  const requests: SignRequest[] = [];
  return {
    requests,
    identity: {
      ...identity,
      sign: (request: SignRequest) => {
        requests.push(request);
        return identity.sign(request);
      },
    },
  };
}

const SUITES_1_2 = ['ECDHE-ECDSA-AES256-GCM-SHA384'];

describe('versions and keys', () => {
  const cases = (['1.3', '1.2'] as const).flatMap((version) =>
    (['rsa2048', 'p256', 'p384'] as const).map((type) => [version, type] as const),
  );

  it.each(cases)('TLS %s with %s: one signature, data both ways', async (version, type) => {
    const server = await fixture.serve(['-rev']);
    const { identity, requests } = recording(type);
    const connection = keep(
      await fixture.connect(server.port, {
        identity,
        minVersion: version,
        maxVersion: version,
        cipherList: version === '1.2' ? SUITES_1_2 : [],
      }),
    );
    connection.write('desserts\n');
    const [reversed] = await once(connection, 'data');
    expect(String(reversed)).toBe('stressed\n');
    expect(connection.info).toMatchObject({
      host: '127.0.0.1',
      port: server.port,
      protocol: `TLSv${version}`,
      cipherSuite: version === '1.3' ? 'TLS_AES_256_GCM_SHA384' : SUITES_1_2[0],
      group: 'P-384',
      serverPin: fixture.options(1).pins[0],
    });
    expect(connection.info.serverSubject).toContain('CN=chat.example.mil');
    expect(Date.parse(connection.info.serverNotAfter)).toBeGreaterThan(Date.now());
    expect(requests.map((request) => request.mechanism)).toEqual([type === 'rsa2048' ? 'rsa-raw' : 'ecdsa']);
    expect(connection.tlsExporter?.length).toBe(version === '1.3' ? 32 : undefined);
  });

  it('TLS 1.2 with PKCS #1 v1.5, when the server wants that', async () => {
    const server = await fixture.serve(['-rev', '-client_sigalgs', 'RSA+SHA256']);
    const { identity, requests } = recording('rsa2048');
    const connection = keep(
      await fixture.connect(server.port, {
        identity,
        minVersion: '1.2',
        maxVersion: '1.2',
        cipherList: SUITES_1_2,
      }),
    );
    connection.write('ab\n');
    expect(String((await once(connection, 'data'))[0])).toBe('ba\n');
    expect(requests.map((request) => request.mechanism)).toEqual(['rsa-pkcs1']);
  });

  it('a P-256 key may sign a longer hash in TLS 1.2', async () => {
    const server = await fixture.serve(['-rev', '-client_sigalgs', 'ECDSA+SHA512']);
    const { identity, requests } = recording('p256');
    const connection = keep(
      await fixture.connect(server.port, {
        identity,
        minVersion: '1.2',
        maxVersion: '1.2',
        cipherList: SUITES_1_2,
      }),
    );
    connection.write('ab\n');
    expect(String((await once(connection, 'data'))[0])).toBe('ba\n');
    expect(requests[0]?.data.length).toBe(32);
  });

  it('sends the identity’s chain, and the server sees the whole of it', async () => {
    const server = await fixture.serve(['-CAfile', fixture.pki.ca.root.certificate]);
    const connection = keep(await fixture.connect(server.port));
    connection.write('x\n');
    await server.printed(/depth=1[^\n]*DOD TEST ID CA-59/u);
    await server.printed(/depth=0[^\n]*TESTER\.P256/u);
  });

  it('offers a range of versions and takes the highest', async () => {
    const range = { minVersion: '1.2', maxVersion: '1.3', cipherList: SUITES_1_2 } as const;
    const both = await fixture.serve();
    expect(keep(await fixture.connect(both.port, range)).info.protocol).toBe('TLSv1.3');
    const old = await fixture.serve(['-no_tls1_3']);
    expect(keep(await fixture.connect(old.port, range)).info.protocol).toBe('TLSv1.2');
  });

  it('offers neither a session nor a ticket nor compression nor early data', async () => {
    const server = await fixture.serve(['-trace']);
    keep(await fixture.connect(server.port));
    const hello = (await server.printed(/ClientHello[\s\S]*?(?=Sent Record)/u))[0];
    expect(hello).not.toMatch(
      /session_ticket|pre_shared_key|early_data|psk_key_exchange_modes\(45\), length=0/u,
    );
    expect(hello).toMatch(/compression_methods \(len=1\)\s*No Compression/u);
    expect(hello).toMatch(/server_name/u);
  });
});

describe('channel bindings', () => {
  it('tls-exporter is what another implementation exports, and new on each connection', async () => {
    const server = await fixture.serveNode();
    const seen: string[] = [];
    for (let round = 0; round < 2; round += 1) {
      const accepted = server.accepted();
      const connection = keep(await fixture.connect(server.port));
      const theirs = (await accepted).exportKeyingMaterial(32, 'EXPORTER-Channel-Binding', Buffer.alloc(0));
      expect(Buffer.from(connection.tlsExporter ?? [])).toEqual(theirs);
      seen.push(theirs.toString('hex'));
    }
    expect(new Set(seen).size).toBe(2);
  });

  it('tls-server-end-point is the hash of the certificate by its signature’s algorithm', async () => {
    for (const hash of ['sha256', 'sha384', 'sha512']) {
      const files = await fixture.makeServer({ digest: hash });
      const server = await fixture.serve([], files);
      const connection = keep(await fixture.connect(server.port, { pins: [fixture.pin(files)] }));
      expect(Buffer.from(connection.tlsServerEndPoint).toString('hex')).toBe(fixture.digest(hash, files));
    }
  });
});

describe('the signature', () => {
  it.each(['1.2', '1.3'] as const)('the card’s own error reaches the caller (TLS %s)', async (version) => {
    const server = await fixture.serve();
    const error = await failure(
      fixture.connect(server.port, {
        identity: {
          ...fixture.identity('rsa2048'),
          sign: () => Promise.reject(new AppError('CARD_REMOVED', { reader: 'one' })),
        },
        minVersion: version,
        maxVersion: version,
        cipherList: version === '1.2' ? SUITES_1_2 : [],
      }),
    );
    expect(error.toReport()).toEqual({ code: 'CARD_REMOVED', detail: { reader: 'one' } });
  });

  it('anything else that is thrown is SIGN_FAILED', async () => {
    const server = await fixture.serve();
    const thrown = await failure(
      fixture.connect(server.port, {
        identity: {
          ...fixture.identity('p256'),
          sign: () => {
            throw new TypeError('secret text');
          },
        },
      }),
    );
    expect(thrown.toReport()).toEqual({ code: 'SIGN_FAILED' });
  });

  it('a card that never answers ends in SIGN_TIMEOUT, and a late answer changes nothing', async () => {
    const server = await fixture.serve();
    const identity = fixture.identity('p256');
    let release: (() => void) | undefined;
    const hung = new Promise<void>((resolve) => {
      release = resolve;
    });
    const error = await failure(
      fixture.connect(server.port, {
        identity: { ...identity, sign: (request) => hung.then(() => identity.sign(request)) },
        timeouts: { connectMs: 5_000, handshakeMs: 5_000, signMs: 300 },
      }),
    );
    expect(error.toReport()).toEqual({ code: 'SIGN_TIMEOUT', detail: { ms: 300 } });
    release?.();
    expect(keep(await fixture.connect(server.port)).info.protocol).toBe('TLSv1.3');
  });

  it('the time the card takes does not count against the handshake', async () => {
    const server = await fixture.serve();
    const identity = fixture.identity('rsa2048');
    const slow = {
      ...identity,
      sign: async (request: SignRequest) => {
        await new Promise((resolve) => setTimeout(resolve, 900));
        return identity.sign(request);
      },
    };
    const timeouts = { connectMs: 5_000, handshakeMs: 600, signMs: 5_000 };
    const [first, second] = await Promise.all([
      fixture.connect(server.port, { identity: slow, timeouts }),
      fixture.serve().then((other) => fixture.connect(other.port, { timeouts })),
    ]);
    keep(first);
    keep(second);
  });

  const cheats: readonly [string, 'rsa2048' | 'p256' | 'p384', (good: Uint8Array) => unknown][] = [
    ['one bit wrong (RSA)', 'rsa2048', (good) => good.with(100, (good[100] ?? 0) ^ 1)],
    ['one bit wrong (EC)', 'p384', (good) => good.with(10, (good[10] ?? 0) ^ 1)],
    ['a byte short', 'rsa2048', (good) => good.slice(1)],
    ['a byte long', 'p256', (good) => new Uint8Array([...good, 0])],
    ['DER instead of r||s', 'p256', () => Buffer.from('3006020101020101', 'hex')],
    ['zeros (RSA)', 'rsa2048', (good) => new Uint8Array(good.length)],
    ['zeros (EC)', 'p256', (good) => new Uint8Array(good.length)],
    ['all ones (EC)', 'p256', (good) => new Uint8Array(good.length).fill(255)],
    ['larger than the modulus', 'rsa2048', (good) => new Uint8Array(good.length).fill(255)],
  ];
  it.each(cheats)('%s is SIGNATURE_INVALID', async (_name, type, change) => {
    const server = await fixture.serve();
    const identity = fixture.identity(type);
    const error = await failure(
      fixture.connect(server.port, {
        identity: {
          ...identity,
          sign: async (request) => change(await identity.sign(request)) as Uint8Array,
        },
      }),
    );
    expect(error.toReport()).toEqual({ code: 'SIGNATURE_INVALID' });
  });

  it('a swapped card, whose key is another of the same type, is SIGNATURE_INVALID', async () => {
    const server = await fixture.serve();
    const other = softwareIdentity(fixture.pki.server.good);
    const error = await failure(
      fixture.connect(server.port, {
        identity: { ...fixture.identity('p256'), sign: (request) => other.sign(request) },
      }),
    );
    expect(error.code).toBe('SIGNATURE_INVALID');
  });

  it.each([
    ['empty', new Uint8Array(0)],
    ['far too long', new Uint8Array(1_000_000)],
    ['no bytes at all', 'signature'],
    ['nothing', undefined],
  ])('an answer that is %s is an error of the card, not a crash', async (_name, answer) => {
    const server = await fixture.serve();
    const error = await failure(
      fixture.connect(server.port, {
        identity: { ...fixture.identity('p256'), sign: async () => answer as Uint8Array },
      }),
    );
    expect(['SIGN_FAILED', 'SIGNATURE_INVALID']).toContain(error.code);
    expect(keep(await fixture.connect(server.port)).info.protocol).toBe('TLSv1.3');
  });

  it('nothing is left in the worker after all of these', async () => {
    const server = await fixture.serve();
    keep(await fixture.connect(server.port)).destroy();
    const host = workerHost(fixture.workerFile, undefined);
    await expect
      .poll(() => host.statistics())
      .toMatchObject({ connections: 0, hooks: 0, keys: 0, bufferedBytes: 0 });
  });
});

describe('aborting', () => {
  it('before it starts', async () => {
    const error = await failure(connectTls(fixture.options(9), AbortSignal.abort()));
    expect(error.toReport()).toEqual({ code: 'TLS_CLOSED', detail: { reason: 'aborted' } });
  });

  it('while the card signs: at once, and the worker is free again', async () => {
    const server = await fixture.serve();
    const abort = new AbortController();
    const pending = connectTls(
      fixture.options(server.port, {
        identity: {
          ...fixture.identity('p256'),
          sign: () => {
            abort.abort();
            return new Promise(() => undefined);
          },
        },
        timeouts: { connectMs: 5_000, handshakeMs: 5_000, signMs: 60_000 },
      }),
      abort.signal,
    );
    expect((await failure(pending)).code).toBe('TLS_CLOSED');
    expect(keep(await fixture.connect(server.port)).info.protocol).toBe('TLSv1.3');
  });

  it('later: the connection is destroyed', async () => {
    const server = await fixture.serve();
    const abort = new AbortController();
    const connection = keep(await connectTls(fixture.options(server.port), abort.signal));
    const error = once(connection, 'error');
    abort.abort();
    expect((await error)[0]).toMatchObject({ code: 'TLS_CLOSED' });
    await expect.poll(() => server.output()).toMatch(/ERROR|CONNECTION CLOSED|shut down/u);
  });
});

describe('the worker', () => {
  it('one serves many connections', async () => {
    const server = await fixture.serveNode();
    const connections = await Promise.all(Array.from({ length: 10 }, () => fixture.connect(server.port)));
    expect(await workerHost(fixture.workerFile, undefined).statistics()).toMatchObject({ connections: 10 });
    for (const connection of connections) keep(connection);
  });

  it('that is killed ends its connections with an error and is replaced', async () => {
    const server = await fixture.serve();
    const before = workerHost(fixture.workerFile, undefined);
    const connection = keep(await fixture.connect(server.port));
    const error = once(connection, 'error');
    before.kill();
    expect((await error)[0]).toMatchObject({
      code: 'TLS_CLOSED',
      detail: { reason: 'the TLS worker ended' },
    });
    expect(keep(await fixture.connect(server.port)).info.protocol).toBe('TLSv1.3');
    expect(workerHost(fixture.workerFile, undefined)).not.toBe(before);
  });

  it('that is killed while it waits for the card fails the attempt', async () => {
    const server = await fixture.serve();
    const host = workerHost(fixture.workerFile, undefined);
    const error = await failure(
      fixture.connect(server.port, {
        identity: {
          ...fixture.identity('p256'),
          sign: () => {
            host.kill();
            return new Promise(() => undefined);
          },
        },
      }),
    );
    expect(error.toReport()).toEqual({ code: 'TLS_HANDSHAKE', detail: { reason: 'the TLS worker ended' } });
    expect(keep(await fixture.connect(server.port)).info.protocol).toBe('TLSv1.3');
  });

  it.each(['rsa2048', 'p256'] as const)(
    'does not crash a process that exits while the card signs (%s)',
    async (type) => {
      const server = await fixture.serve();
      const script = await bundleForTest('test/support/tls-exit.ts', 'tls-exit');
      const card = fixture.pki.cards[type];
      if (card === undefined) throw new Error('no card');
      const options: ExitOptions = {
        port: server.port,
        workerFile: fixture.workerFile,
        serverName: DOMAIN,
        anchors: fixture.pki.ca.root.certificate,
        pin: fixture.pin(fixture.pki.server.good),
        identity: card.slots['9a'],
      };
      const child = spawn(process.execPath, [script, JSON.stringify(options)], { stdio: 'inherit' });
      expect(await once(child, 'exit')).toEqual([EXIT_STATUS, null]);
    },
  );

  it('that hangs is ended and replaced', async () => {
    const server = await fixture.serve();
    const workerFile = await fixture.hangingWorker();
    const connection = keep(await fixture.connect(server.port, { workerFile }));
    const error = once(connection, 'error');
    workerHost(workerFile, undefined).thread.postMessage({ kind: 'hang' });
    expect((await error)[0]).toMatchObject({ code: 'TLS_CLOSED' });
    expect(keep(await fixture.connect(server.port, { workerFile })).info.protocol).toBe('TLSv1.3');
  });

  it('ends when asked to, with its connections, and starts anew when needed', async () => {
    const server = await fixture.serve();
    const connection = keep(await fixture.connect(server.port));
    const closed = new Promise((resolve) => connection.once('close', resolve));
    await stopTlsWorkers();
    await closed;
    expect(keep(await fixture.connect(server.port)).info.protocol).toBe('TLSv1.3');
  });
});
