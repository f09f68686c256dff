import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { nodeCrypto } from '../../platform/node-crypto.ts';
import type { ScramHash } from '../../shared/crypto.ts';
import { ScramClient, type ScramOptions, scramKeys, scramProof } from './sasl-scram.ts';

const EXPORTER = new Uint8Array(32).fill(7);
const SALT = Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64');
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

async function keysOf(hash: ScramHash, password: string, salt: Uint8Array, iterations: number) {
  return scramKeys(
    nodeCrypto,
    hash,
    await nodeCrypto.pbkdf2(hash, new TextEncoder().encode(password), salt, iterations),
  );
}

describe('vectors', () => {
  it('of RFC 7677, section 3', async () => {
    const keys = await keysOf('sha256', 'pencil', SALT, 4096);
    const authMessage =
      'n=user,r=rOprNGfwEbeRWgbNEkqO,' +
      'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,' +
      'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0';
    const { proof, serverSignature } = scramProof(nodeCrypto, 'sha256', keys, authMessage);
    expect(base64(proof)).toBe('dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=');
    expect(base64(serverSignature)).toBe('6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=');
  });

  it.each(['sha256', 'sha512'] as const)(
    '%s: the formulas of RFC 5802, section 3, step by step',
    async (hash) => {
      const hmac = (key: Uint8Array, text: string) => createHmac(hash, key).update(text).digest();
      const salted = pbkdf2Sync('pencil', SALT, 4096, hash === 'sha256' ? 32 : 64, hash);
      const clientKey = hmac(salted, 'Client Key');
      const storedKey = createHash(hash).update(clientKey).digest();
      const keys = await keysOf(hash, 'pencil', SALT, 4096);
      const { proof, serverSignature } = scramProof(nodeCrypto, hash, keys, 'auth message');
      const signature = hmac(storedKey, 'auth message');
      // What a server does: it recovers ClientKey from the proof and compares its hash (RFC 5802 3).
      const recovered = proof.map((byte, index) => byte ^ (signature[index] ?? 0));
      expect(createHash(hash).update(recovered).digest()).toEqual(storedKey);
      expect(serverSignature).toEqual(hmac(hmac(salted, 'Server Key'), 'auth message'));
    },
  );
});

function client(changes: Partial<ScramOptions> = {}): ScramClient {
  return new ScramClient({
    mechanism: 'SCRAM-SHA-256-PLUS',
    username: 'alice',
    exporter: EXPORTER,
    crypto: nodeCrypto,
    offer: { mechanisms: ['SCRAM-SHA-256-PLUS', 'PLAIN'], bindings: ['tls-exporter', 'tls-unique'] },
    nonce: 'clientnonce',
    ...changes,
  });
}
const GOOD = 'r=clientnonceserver,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096';
const code = (act: () => unknown): unknown => {
  try {
    act();
    return 'taken';
  } catch (error) {
    const { code: name, detail } = error as { code: string; detail?: { reason?: string } };
    return detail?.reason === undefined ? name : `${name} ${detail.reason}`;
  }
};

describe('what the client says', () => {
  it('demands the binding and carries the exporter', async () => {
    const scram = client({ username: 'a=b,c' });
    expect(scram.first()).toBe('p=tls-exporter,,n=a=3Db=2Cc,r=clientnonce');
    expect(scram.challenge(GOOD)).toEqual({ salt: new Uint8Array(SALT), iterations: 4096 });
    const final = scram.final(await keysOf('sha256', 'pencil', SALT, 4096));
    const [, binding] = /^c=([^,]*),r=clientnonceserver,p=[A-Za-z0-9+/]{43}=$/.exec(final) ?? [];
    expect(Buffer.from(binding ?? '', 'base64')).toEqual(
      Buffer.concat([Buffer.from('p=tls-exporter,,'), EXPORTER]),
    );
  });

  it('has another nonce each time', () => {
    const first = () =>
      new ScramClient({
        mechanism: 'SCRAM-SHA-512-PLUS',
        username: 'alice',
        exporter: EXPORTER,
        crypto: nodeCrypto,
        offer: { mechanisms: [], bindings: [] },
      }).first();
    expect(first()).not.toBe(first());
  });
});
describe('server-first-message', () => {
  it.each([
    [GOOD, 'taken'],
    [`${GOOD},x=ignored`, 'taken'],
    ['', 'SCRAM_REFUSED syntax'],
    ['r=clientnonceserver', 'SCRAM_REFUSED syntax'],
    ['s=W22ZaJ0SNY7soEsUEjb6gQ==,r=clientnonceserver,i=4096', 'SCRAM_REFUSED syntax'],
    [`m=x,${GOOD}`, 'SCRAM_REFUSED extension'],
    [`${GOOD},m=x`, 'SCRAM_REFUSED extension'],
    [`${GOOD},`, 'SCRAM_REFUSED extension'],
    [GOOD.replace('clientnonceserver', 'clientnonce'), 'SCRAM_REFUSED nonce'],
    [GOOD.replace('clientnonceserver', 'replayednonceserver'), 'SCRAM_REFUSED nonce'],
    [GOOD.replace('server', 'ser ver'), 'SCRAM_REFUSED nonce'],
    [GOOD.replace('W22ZaJ0SNY7soEsUEjb6gQ==', ''), 'SCRAM_REFUSED salt'],
    [GOOD.replace('W22ZaJ0SNY7soEsUEjb6gQ==', 'AAAA'), 'SCRAM_REFUSED salt'],
    [GOOD.replace('W22Z', '====='), 'SCRAM_REFUSED salt'],
    ...['1', '4095', '1000001', '1000000000', '04096', '-4096', '4096.5', '1e6', ''].map((count) => [
      GOOD.replace('4096', count),
      'SCRAM_REFUSED iterations',
    ]),
    [GOOD.replace('4096', '1000000'), 'taken'],
  ])('%s', (message, expected) => {
    expect(code(() => client().challenge(message ?? ''))).toBe(expected);
  });

  it('is bounded', () => {
    expect(code(() => client().challenge(GOOD.replace('server', 'x'.repeat(600))))).toBe(
      'SCRAM_REFUSED nonce',
    );
    expect(code(() => client().challenge(`${GOOD},${'x='.padEnd(5_000, 'x')}`))).toBe('SCRAM_REFUSED syntax');
  });

  it('is taken once', () => {
    const scram = client();
    scram.challenge(GOOD);
    expect(code(() => scram.challenge(GOOD))).toBe('SCRAM_REFUSED syntax');
  });
});

describe('XEP-0474', () => {
  const offered = (text: string) => createHash('sha256').update(text).digest('base64');
  const right = offered('PLAIN\x1eSCRAM-SHA-256-PLUS\x1ftls-exporter\x1etls-unique');
  it.each([
    [`h=${right}`, 'taken'],
    [`d=${right}`, 'taken'],
    [`d=${offered('PLAIN,SCRAM-SHA-256-PLUS|tls-exporter,tls-unique')}`, 'taken'],
    [`h=${offered('PLAIN,SCRAM-SHA-256-PLUS|tls-exporter,tls-unique')}`, 'SCRAM_DOWNGRADE'],
    [`h=${offered('SCRAM-SHA-256-PLUS\x1ftls-exporter\x1etls-unique')}`, 'SCRAM_DOWNGRADE'],
    [`d=${offered('PLAIN\x1eSCRAM-SHA-256-PLUS\x1ftls-exporter')}`, 'SCRAM_DOWNGRADE'],
    [`h=${right},d=${offered('x')}`, 'SCRAM_DOWNGRADE'],
    ['h=', 'SCRAM_DOWNGRADE'],
    ['d=AAAA', 'SCRAM_DOWNGRADE'],
  ])('%s', (extension, expected) => {
    expect(code(() => client().challenge(`${GOOD},${extension}`))).toBe(expected);
  });
});

describe('server-final-message', () => {
  const answered = async () => {
    const scram = client();
    scram.challenge(GOOD);
    const keys = await keysOf('sha256', 'pencil', SALT, 4096);
    const withoutProof = scram.final(keys).replace(/,p=.*/, '');
    const authMessage = `n=alice,r=clientnonce,${GOOD},${withoutProof}`;
    return { scram, signature: scramProof(nodeCrypto, 'sha256', keys, authMessage).serverSignature };
  };

  it('with the right signature ends the exchange, with anything else it does not', async () => {
    const { scram, signature } = await answered();
    const wrong = signature.map((byte, index) => (index === 31 ? byte ^ 1 : byte));
    for (const message of [
      '',
      'v=',
      `v=${base64(wrong)}`,
      `v=${base64(signature).slice(0, -4)}`,
      `e=other-error`,
      `x=1,v=${base64(signature)}`,
    ]) {
      expect(
        code(() => scram.verify(message)),
        message,
      ).toBe('SCRAM_SERVER_SIGNATURE_WRONG');
    }
    expect(code(() => scram.verify(`v=${base64(signature)},x=1`))).toBe('taken');
  });

  it('before the proof counts for nothing', () => {
    expect(code(() => client().verify('v='))).toBe('SCRAM_SERVER_SIGNATURE_WRONG');
    expect(code(() => client().final({ clientKey: SALT, serverKey: SALT }))).toBe('SCRAM_REFUSED syntax');
  });
});
