import { describe, expect, it } from 'vitest';
import { nodeCrypto } from '../platform/node-crypto.ts';
import type { CryptoPort } from '../shared/crypto.ts';
import { AppError, type ErrorCode } from '../shared/errors.ts';
import { createLockClient, type LockClientOptions } from './client.ts';
import { deriveClientKey, deriveServerKey } from './derive.ts';
import { buildTranscript, clientMac, serverMac } from './transcript.ts';
import file from './vectors.json';

const [vector] = file.vectors;
if (vector === undefined) throw new Error('no vectors');

const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'hex'));
const base64 = (value: Uint8Array) => Buffer.from(value).toString('base64');
const KEY = bytes(vector.machineKey);
const EXPORTER = bytes(vector.bindingData);
const SERVER_NONCE = base64(bytes(vector.serverNonce));
const SERVER_MAC = base64(bytes(vector.serverMac));
/** Node's crypto with the vector's client nonce for chance. */
const crypto: CryptoPort = { ...nodeCrypto, random: () => bytes(vector.clientNonce) };

function client(changes: Partial<LockClientOptions> = {}) {
  return createLockClient({
    domain: vector?.domain ?? '',
    kid: vector?.kid ?? '',
    keys: [{ epoch: 3, key: KEY }],
    bindings: ['tls-exporter'],
    channel: { tlsExporter: EXPORTER },
    crypto,
    ...changes,
  });
}

function codeOf(act: () => unknown): ErrorCode | undefined {
  try {
    act();
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
  return undefined;
}

describe('the lock client', () => {
  it('goes through the exchange of the first vector', () => {
    const lock = client();
    expect(lock.state).toBe('ready');
    expect(lock.begin(['tls-server-end-point', 'tls-exporter'])).toEqual({
      kid: 'WS-0142',
      epoch: '3',
      cb: 'tls-exporter',
      nonce: base64(bytes(vector.clientNonce)),
    });
    expect(lock.state).toBe('hello');
    expect(lock.challenge(SERVER_NONCE)).toEqual({ mac: base64(bytes(vector.clientMac)) });
    expect(lock.state).toBe('proof');
    expect(lock.verify(SERVER_MAC)).toEqual({ binding: 'tls-exporter', epoch: 3, supersededEpochs: [] });
    expect(lock.state).toBe('verified');
  });

  it('uses a fresh nonce each time', () => {
    const nonces = [1, 2, 3].map(() => client({ crypto: nodeCrypto }).begin(['tls-exporter']).nonce);
    expect(new Set(nonces).size).toBe(3);
    expect(nonces.every((nonce) => Buffer.from(nonce, 'base64').length === 32)).toBe(true);
  });

  it('does not change the keys it was given', () => {
    const lock = client();
    lock.begin(['tls-exporter']);
    lock.challenge(SERVER_NONCE);
    lock.verify(SERVER_MAC);
    expect(Buffer.from(KEY).toString('hex')).toBe(vector.machineKey);
  });
});

describe('a server that cannot prove itself', () => {
  const flipped = bytes(vector.serverMac);
  flipped[31] = (flipped[31] ?? 0) ^ 1;
  it.each([
    ['one bit is wrong', base64(flipped)],
    ['it sends the client’s own proof back', base64(bytes(vector.clientMac))],
    ['it sends zeros', base64(new Uint8Array(32))],
    ['it sends nothing', undefined],
    ['it sends an empty proof', ''],
    ['the proof is cut', SERVER_MAC.slice(0, -4)],
    ['the proof has more after it', `${SERVER_MAC}AAAA`],
    ['the proof has no padding', SERVER_MAC.slice(0, -1)],
    ['the proof is hexadecimal', vector.serverMac],
  ])('is refused when %s', (_what, mac) => {
    const lock = client();
    lock.begin(['tls-exporter']);
    lock.challenge(SERVER_NONCE);
    expect(codeOf(() => lock.verify(mac))).toBe('LOCK_SERVER_PROOF_WRONG');
    expect(lock.state).toBe('failed');
    expect(codeOf(() => lock.verify(SERVER_MAC))).toBe('LOCK_PROTOCOL');
  });

  it('is compared in constant time', () => {
    let compared = 0;
    const counting: CryptoPort = {
      ...crypto,
      equal: (a, b) => {
        if (a.length === 32 && Buffer.from(b).toString('hex') === vector.serverMac) compared += 1;
        return nodeCrypto.equal(a, b);
      },
    };
    const lock = client({ crypto: counting });
    lock.begin(['tls-exporter']);
    lock.challenge(SERVER_NONCE);
    lock.verify(SERVER_MAC);
    expect(compared).toBe(1);
  });

  it.each([
    ['another channel', { channel: { tlsExporter: new Uint8Array(32).fill(0xab) } }],
    ['another key', { keys: [{ epoch: 3, key: new Uint8Array(32) }] }],
    ['another machine', { kid: 'WS-0143' }],
    ['another domain', { domain: 'chat2.example.mil' }],
    ['another epoch', { keys: [{ epoch: 4, key: KEY }] }],
    ['another nonce', { crypto: nodeCrypto }],
  ])('is refused when its proof was made for %s', (_what, changes) => {
    const lock = client(changes);
    lock.begin(['tls-exporter']);
    lock.challenge(SERVER_NONCE);
    expect(codeOf(() => lock.verify(SERVER_MAC))).toBe('LOCK_SERVER_PROOF_WRONG');
  });
});

describe('the offer', () => {
  it('must be there', () => {
    const lock = client();
    expect(codeOf(() => lock.begin(undefined))).toBe('LOCK_NOT_OFFERED');
    expect(codeOf(() => lock.begin(['tls-exporter']))).toBe('LOCK_PROTOCOL');
  });

  it.each([
    ['offers nothing', ['tls-exporter'], []],
    ['offers what policy forbids', ['tls-exporter'], ['tls-server-end-point']],
    ['offers what nobody knows', ['tls-exporter'], ['tls-unique', 'TLS-EXPORTER', 'tls-exporter ']],
    ['offers what this channel has not', ['tls-server-end-point'], ['tls-server-end-point']],
  ] as const)('is refused when the server %s', (_what, bindings, offered) => {
    expect(codeOf(() => client({ bindings: [...bindings] }).begin([...offered]))).toBe(
      'LOCK_BINDING_UNAVAILABLE',
    );
  });

  it('is taken at its strongest, whatever the order', () => {
    const lock = client({
      bindings: ['tls-server-end-point', 'tls-exporter'],
      channel: { tlsExporter: EXPORTER, tlsServerEndPoint: new Uint8Array(32) },
    });
    expect(lock.begin(['tls-server-end-point', 'tls-exporter']).cb).toBe('tls-exporter');
  });

  it('falls back to the certificate’s hash only where policy allows it and TLS has no exporter', () => {
    const lock = client({
      bindings: ['tls-exporter', 'tls-server-end-point'],
      channel: { tlsServerEndPoint: new Uint8Array(48) },
    });
    expect(lock.begin(['tls-exporter', 'tls-server-end-point']).cb).toBe('tls-server-end-point');
  });

  it('does not use an exporter of the wrong length', () => {
    expect(
      codeOf(() => client({ channel: { tlsExporter: new Uint8Array(31) } }).begin(['tls-exporter'])),
    ).toBe('LOCK_BINDING_UNAVAILABLE');
  });
});

describe('the challenge', () => {
  it.each([
    ['is missing', undefined],
    ['is empty', ''],
    ['has 31 bytes', base64(new Uint8Array(31))],
    ['has 33 bytes', base64(new Uint8Array(33))],
    ['has no padding', SERVER_NONCE.slice(0, -1)],
    ['has white space', ` ${SERVER_NONCE.slice(1)}`],
    ['is huge', 'A'.repeat(1 << 20)],
    ['is the client’s own nonce', base64(bytes(vector.clientNonce))],
  ])('ends the attempt when its nonce %s', (_what, nonce) => {
    const lock = client();
    lock.begin(['tls-exporter']);
    expect(codeOf(() => lock.challenge(nonce))).toBe('LOCK_PROTOCOL');
    expect(codeOf(() => lock.challenge(SERVER_NONCE))).toBe('LOCK_PROTOCOL');
  });
});

describe('the order of the steps', () => {
  it('allows none twice and none early', () => {
    expect(codeOf(() => client().challenge(SERVER_NONCE))).toBe('LOCK_PROTOCOL');
    expect(codeOf(() => client().verify(SERVER_MAC))).toBe('LOCK_PROTOCOL');
    const twice = client();
    twice.begin(['tls-exporter']);
    expect(codeOf(() => twice.begin(['tls-exporter']))).toBe('LOCK_PROTOCOL');
    const early = client();
    early.begin(['tls-exporter']);
    expect(codeOf(() => early.verify(SERVER_MAC))).toBe('LOCK_PROTOCOL');
    const done = client();
    done.begin(['tls-exporter']);
    done.challenge(SERVER_NONCE);
    done.verify(SERVER_MAC);
    expect(codeOf(() => done.verify(SERVER_MAC))).toBe('LOCK_PROTOCOL');
    expect(done.state).toBe('failed');
  });

  it('ends at a refusal, which is none when nothing was asked', () => {
    const lock = client();
    lock.begin(['tls-exporter']);
    expect(lock.refused().toReport()).toEqual({ code: 'LOCK_REFUSED', detail: { epoch: 3, olderKeys: 0 } });
    expect(codeOf(() => lock.challenge(SERVER_NONCE))).toBe('LOCK_PROTOCOL');
    expect(client().refused().code).toBe('LOCK_PROTOCOL');
  });
});

describe('keys', () => {
  const two = [
    { epoch: 3, key: KEY },
    { epoch: 4, key: new Uint8Array(32).fill(4) },
  ];

  it('are tried newest first, one a connection', () => {
    expect([0, 1, 2, 3].map((refusals) => client({ keys: two, refusals }).epoch)).toEqual([4, 3, 4, 3]);
  });

  it('are dropped when a newer one succeeded, not before', () => {
    const lock = client({ keys: two });
    const hello = lock.begin(['tls-exporter']);
    const transcript = buildTranscript({
      domain: vector.domain,
      kid: vector.kid,
      epoch: 4,
      binding: 'tls-exporter',
      bindingData: EXPORTER,
      clientNonce: new Uint8Array(Buffer.from(hello.nonce, 'base64')),
      serverNonce: bytes(vector.serverNonce),
    });
    const newest = new Uint8Array(32).fill(4);
    const proof = clientMac(crypto, deriveClientKey(crypto, newest), transcript);
    expect(lock.challenge(SERVER_NONCE).mac).toBe(base64(proof));
    const mac = serverMac(crypto, deriveServerKey(crypto, newest), transcript, proof);
    expect(lock.verify(base64(mac))).toMatchObject({ epoch: 4, supersededEpochs: [3] });

    const older = client({ keys: two, refusals: 1 });
    older.begin(['tls-exporter']);
    older.challenge(SERVER_NONCE);
    expect(older.verify(SERVER_MAC)).toMatchObject({ epoch: 3, supersededEpochs: [] });
  });

  it.each([
    ['there is none', { keys: [] }],
    ['one is short', { keys: [{ epoch: 3, key: new Uint8Array(16) }] }],
    ['an epoch is none', { keys: [{ epoch: Number.NaN, key: KEY }] }],
    ['two are of one epoch', { keys: [...two, { epoch: 4, key: KEY }] }],
    ['there are too many', { keys: Array.from({ length: 9 }, (_, at) => ({ epoch: at + 1, key: KEY })) }],
    ['the machine id is malformed', { kid: 'a b' }],
  ])('are refused when %s', (_what, changes) => {
    expect(codeOf(() => client(changes))).toBe('LOCK_KEY_MISSING');
  });

  it('never appear in an error', () => {
    const lock = client();
    lock.begin(['tls-exporter']);
    const error = lock.refused();
    expect(error.message).not.toContain(vector.machineKey);
    expect(error.message).not.toContain(base64(KEY));
  });
});
