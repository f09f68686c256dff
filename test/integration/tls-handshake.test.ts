/** Handshakes with real peers: versions, keys, channel bindings, the signing contract. */
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/shared/errors.ts';
import type { SignRequest } from '../../src/shared/signing.ts';
import { type TlsConnection, workerHost } from '../../src/tls/index.ts';
import { softwareIdentity } from '../support/software-identity.ts';
import { failure, tlsBench } from '../support/tls-bench.ts';

const bench = tlsBench();
const { keep } = bench;
const failureOf = (promise: Promise<TlsConnection>) => failure(bench, promise);

/** Recording identity: what was asked of the "card". */
function recording(type: 'rsa2048' | 'p256' | 'p384') {
  const identity = bench.fixture.identity(type);
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
    const server = await bench.fixture.serve(['-rev']);
    const { identity, requests } = recording(type);
    const connection = keep(
      await bench.fixture.connect(server.port, {
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
      serverPin: bench.fixture.options(1).pins[0],
    });
    expect(connection.info.serverSubject).toContain('CN=chat.example.mil');
    expect(Date.parse(connection.info.serverNotAfter)).toBeGreaterThan(Date.now());
    expect(requests.map((request) => request.mechanism)).toEqual([type === 'rsa2048' ? 'rsa-raw' : 'ecdsa']);
    expect(connection.tlsExporter?.length).toBe(version === '1.3' ? 32 : undefined);
  });

  it('TLS 1.2 with PKCS #1 v1.5, when the server wants that', async () => {
    const server = await bench.fixture.serve(['-rev', '-client_sigalgs', 'RSA+SHA256']);
    const { identity, requests } = recording('rsa2048');
    const connection = keep(
      await bench.fixture.connect(server.port, {
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
    const server = await bench.fixture.serve(['-rev', '-client_sigalgs', 'ECDSA+SHA512']);
    const { identity, requests } = recording('p256');
    const connection = keep(
      await bench.fixture.connect(server.port, {
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
    const server = await bench.fixture.serve(['-CAfile', bench.fixture.pki.ca.root.certificate]);
    const connection = keep(await bench.fixture.connect(server.port));
    connection.write('x\n');
    await server.printed(/depth=1[^\n]*DOD TEST ID CA-59/u);
    await server.printed(/depth=0[^\n]*TESTER\.P256/u);
  });

  it('offers a range of versions and takes the highest', async () => {
    const range = { minVersion: '1.2', maxVersion: '1.3', cipherList: SUITES_1_2 } as const;
    const both = await bench.fixture.serve();
    expect(keep(await bench.fixture.connect(both.port, range)).info.protocol).toBe('TLSv1.3');
    const old = await bench.fixture.serve(['-no_tls1_3']);
    expect(keep(await bench.fixture.connect(old.port, range)).info.protocol).toBe('TLSv1.2');
  });

  it('offers neither a session nor a ticket nor compression nor early data', async () => {
    const server = await bench.fixture.serve(['-trace']);
    keep(await bench.fixture.connect(server.port));
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
    const server = await bench.fixture.serveNode();
    const seen: string[] = [];
    for (let round = 0; round < 2; round += 1) {
      const accepted = server.accepted();
      const connection = keep(await bench.fixture.connect(server.port));
      const theirs = (await accepted).exportKeyingMaterial(32, 'EXPORTER-Channel-Binding', Buffer.alloc(0));
      expect(Buffer.from(connection.tlsExporter ?? [])).toEqual(theirs);
      seen.push(theirs.toString('hex'));
    }
    expect(new Set(seen).size).toBe(2);
  });

  it('tls-server-end-point is the hash of the certificate by its signature’s algorithm', async () => {
    for (const hash of ['sha256', 'sha384', 'sha512']) {
      const files = await bench.fixture.makeServer({ digest: hash });
      const server = await bench.fixture.serve([], files);
      const connection = keep(await bench.fixture.connect(server.port, { pins: [bench.fixture.pin(files)] }));
      expect(Buffer.from(connection.tlsServerEndPoint).toString('hex')).toBe(
        bench.fixture.digest(hash, files),
      );
    }
  });
});

describe('the signature', () => {
  it.each(['1.2', '1.3'] as const)('the card’s own error reaches the caller (TLS %s)', async (version) => {
    const server = await bench.fixture.serve();
    const error = await failureOf(
      bench.fixture.connect(server.port, {
        identity: {
          ...bench.fixture.identity('rsa2048'),
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
    const server = await bench.fixture.serve();
    const thrown = await failureOf(
      bench.fixture.connect(server.port, {
        identity: {
          ...bench.fixture.identity('p256'),
          sign: () => {
            throw new TypeError('secret text');
          },
        },
      }),
    );
    expect(thrown.toReport()).toEqual({ code: 'SIGN_FAILED' });
  });

  it('a card that never answers ends in SIGN_TIMEOUT, and a late answer changes nothing', async () => {
    const server = await bench.fixture.serve();
    const identity = bench.fixture.identity('p256');
    let release: (() => void) | undefined;
    const hung = new Promise<void>((resolve) => {
      release = resolve;
    });
    const error = await failureOf(
      bench.fixture.connect(server.port, {
        identity: { ...identity, sign: (request) => hung.then(() => identity.sign(request)) },
        timeouts: { connectMs: 5_000, handshakeMs: 5_000, signMs: 300 },
      }),
    );
    expect(error.toReport()).toEqual({ code: 'SIGN_TIMEOUT', detail: { ms: 300 } });
    release?.();
    expect(keep(await bench.fixture.connect(server.port)).info.protocol).toBe('TLSv1.3');
  });

  it('the time the card takes does not count against the handshake', async () => {
    const server = await bench.fixture.serve();
    const identity = bench.fixture.identity('rsa2048');
    const slow = {
      ...identity,
      sign: async (request: SignRequest) => {
        await new Promise((resolve) => setTimeout(resolve, 900));
        return identity.sign(request);
      },
    };
    const timeouts = { connectMs: 5_000, handshakeMs: 600, signMs: 5_000 };
    const [first, second] = await Promise.all([
      bench.fixture.connect(server.port, { identity: slow, timeouts }),
      bench.fixture.serve().then((other) => bench.fixture.connect(other.port, { timeouts })),
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
    const server = await bench.fixture.serve();
    const identity = bench.fixture.identity(type);
    const error = await failureOf(
      bench.fixture.connect(server.port, {
        identity: {
          ...identity,
          sign: async (request) => change(await identity.sign(request)) as Uint8Array,
        },
      }),
    );
    expect(error.toReport()).toEqual({ code: 'SIGNATURE_INVALID' });
  });

  it('a swapped card, whose key is another of the same type, is SIGNATURE_INVALID', async () => {
    const server = await bench.fixture.serve();
    const other = softwareIdentity(bench.fixture.pki.server.good);
    const error = await failureOf(
      bench.fixture.connect(server.port, {
        identity: { ...bench.fixture.identity('p256'), sign: (request) => other.sign(request) },
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
    const server = await bench.fixture.serve();
    const error = await failureOf(
      bench.fixture.connect(server.port, {
        identity: { ...bench.fixture.identity('p256'), sign: async () => answer as Uint8Array },
      }),
    );
    expect(['SIGN_FAILED', 'SIGNATURE_INVALID']).toContain(error.code);
    expect(keep(await bench.fixture.connect(server.port)).info.protocol).toBe('TLSv1.3');
  });

  it('nothing is left in the worker after all of these', async () => {
    const server = await bench.fixture.serve();
    keep(await bench.fixture.connect(server.port)).destroy();
    const host = workerHost(bench.fixture.workerFile, undefined);
    await expect
      .poll(() => host.statistics())
      .toMatchObject({ connections: 0, hooks: 0, keys: 0, bufferedBytes: 0 });
  });
});
