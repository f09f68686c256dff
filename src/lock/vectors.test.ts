import { describe, expect, it } from 'vitest';
import { nodeCrypto } from '../platform/node-crypto.ts';
import { deriveClientKey, deriveMachineKey, deriveServerKey, keyCheckValue } from './derive.ts';
import { buildTranscript, clientMac, serverMac } from './transcript.ts';
import { LOCK_BINDINGS } from './values.ts';
import file from './vectors.json';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const unhex = (text: string) => new Uint8Array(Buffer.from(text, 'hex'));

describe('the vectors that OpenSSL computed', () => {
  it('begin with the one of the specification', () => {
    expect(file.vectors[0]).toMatchObject({
      machineKey: '4b49b54cdd34dd2d308cb1e6698b233ebbc2f3c5aafe315203b5a51d2186811d',
      serverMac: '6e5e83770d6add7b5b31cff396c6039885933e6494a0a290b6dd07a8bdd9721c',
    });
    expect(file.vectors.length).toBeGreaterThanOrEqual(6);
  });

  it.each(file.vectors)('epoch $epoch with $binding', (vector) => {
    const { domain, kid, epoch } = vector;
    const binding = LOCK_BINDINGS.find((known) => known === vector.binding);
    if (binding === undefined) throw new Error('unknown binding');
    const machineKey = deriveMachineKey(nodeCrypto, unhex(vector.masterKey), domain, kid, epoch);
    const clientKey = deriveClientKey(nodeCrypto, machineKey);
    const serverKey = deriveServerKey(nodeCrypto, machineKey);
    const transcript = buildTranscript({
      domain,
      kid,
      epoch,
      binding,
      bindingData: unhex(vector.bindingData),
      clientNonce: unhex(vector.clientNonce),
      serverNonce: unhex(vector.serverNonce),
    });
    const proof = clientMac(nodeCrypto, clientKey, transcript);
    expect({
      machineKey: hex(machineKey),
      clientKey: hex(clientKey),
      serverKey: hex(serverKey),
      check: hex(keyCheckValue(nodeCrypto, machineKey)),
      transcript: hex(transcript),
      clientMac: hex(proof),
      serverMac: hex(serverMac(nodeCrypto, serverKey, transcript, proof)),
    }).toEqual({
      machineKey: vector.machineKey,
      clientKey: vector.clientKey,
      serverKey: vector.serverKey,
      check: vector.check,
      transcript: vector.transcript,
      clientMac: vector.clientMac,
      serverMac: vector.serverMac,
    });
  });
});

describe('derivation', () => {
  const master = new Uint8Array(32);
  it.each([
    ['an upper-case domain', master, 'Chat.example', 'x', 1],
    ['an empty domain', master, '', 'x', 1],
    ['a domain outside ASCII', master, 'chät.example', 'x', 1],
    ['an empty kid', master, 'chat.example', '', 1],
    ['a kid of 65', master, 'chat.example', 'x'.repeat(65), 1],
    ['a kid with NUL', master, 'chat.example', 'x\0y', 1],
    ['a kid with a line break at its end', master, 'chat.example', 'x\n', 1],
    ['epoch 0', master, 'chat.example', 'x', 0],
    ['a fraction of an epoch', master, 'chat.example', 'x', 1.5],
    ['an epoch over 32 bits', master, 'chat.example', 'x', 2 ** 32],
    ['a short master key', new Uint8Array(31), 'chat.example', 'x', 1],
  ] as const)('refuses %s', (_what, key, domain, kid, epoch) => {
    expect(() => deriveMachineKey(nodeCrypto, key, domain, kid, epoch)).toThrow(RangeError);
  });

  it('gives every machine, epoch and domain a key of its own', () => {
    const keys = [
      deriveMachineKey(nodeCrypto, master, 'a.example', 'x', 1),
      deriveMachineKey(nodeCrypto, master, 'b.example', 'x', 1),
      deriveMachineKey(nodeCrypto, master, 'a.example', 'X', 1),
      deriveMachineKey(nodeCrypto, master, 'a.example', 'x', 11),
      deriveMachineKey(nodeCrypto, master, 'a.example', 'x1', 1),
    ];
    expect(new Set(keys.map(hex)).size).toBe(keys.length);
  });
});
