import { describe, expect, test } from 'vitest';
import {
  isPinPortRequest,
  isSignPortRequest,
  isTokenCommand,
  isTokenMessage,
  requestId,
} from './protocol.ts';

const config = {
  modules: [{ path: '/m.so', sha256: '00' }],
  certificate: { issuerSpkiSha256: [], extendedKeyUsages: [], policyOids: [], upnPattern: '' },
};
const status = {
  kind: 'card',
  cardId: 'x',
  certificates: [{ id: 'a', commonName: 'b', upn: 'c', issuer: 'd', notAfter: 'e' }],
  finalTry: false,
  locked: false,
  pinPad: false,
  loggedIn: true,
};

describe('from the PIN window', () => {
  test.each([
    { kind: 'login', pin: new Uint8Array(8) },
    { kind: 'login', pin: new Uint8Array(0) },
    { kind: 'login-pin-pad' },
  ])('accepts %j', (message) => expect(isPinPortRequest(message)).toBe(true));

  test.each([
    null,
    'login',
    [],
    {},
    { kind: 'login' },
    { kind: 'login', pin: '77777777' },
    { kind: 'login', pin: [55, 55, 55, 55, 55, 55] },
    { kind: 'login', pin: new Uint8Array(65) },
    { kind: 'login', pin: new Uint16Array(8) },
    { kind: 'logout' },
  ])('refuses %j', (message) => expect(isPinPortRequest(message)).toBe(false));
});

describe('from the session process', () => {
  const data = new Uint8Array(32);
  test.each(['rsa-raw', 'rsa-pkcs1', 'ecdsa'])('accepts %s', (mechanism) =>
    expect(isSignPortRequest({ id: 0, mechanism, data })).toBe(true),
  );

  test.each([
    { id: 1, mechanism: 'rsa-pss', data },
    { id: 1, mechanism: 'toString', data },
    { id: -1, mechanism: 'ecdsa', data },
    { id: 1.5, mechanism: 'ecdsa', data },
    { id: '1', mechanism: 'ecdsa', data },
    { id: Number.NaN, mechanism: 'ecdsa', data },
    { id: 1, mechanism: 'ecdsa', data: new Uint8Array(0) },
    { id: 1, mechanism: 'ecdsa', data: new Uint8Array(1025) },
    { id: 1, mechanism: 'ecdsa', data: 'digest' },
    { id: 1, mechanism: 'ecdsa' },
  ])('refuses %j', (message) => expect(isSignPortRequest(message)).toBe(false));

  test('finds the id of a request that is refused', () => {
    expect(requestId({ id: 7, mechanism: 'x' })).toBe(7);
    expect(requestId({ id: -7 })).toBeUndefined();
    expect(requestId(undefined)).toBeUndefined();
  });
});

describe('from the supervisor', () => {
  test.each([
    { kind: 'start', config },
    { kind: 'start', config: { ...config, environment: { PCSCLITE_CSOCK_NAME: '/run/x' } }, selected: 'a' },
    { kind: 'select', id: 1, certificateId: 'a' },
    { kind: 'logout', id: 2 },
    { kind: 'attach-sign-port' },
  ])('accepts %j', (message) => expect(isTokenCommand(message)).toBe(true));

  test.each([
    { kind: 'start' },
    { kind: 'start', config: { ...config, modules: [{ path: '/m.so' }] } },
    { kind: 'start', config: { ...config, modules: Array(257).fill(config.modules[0]) } },
    { kind: 'start', config: { ...config, environment: { 'ld preload': 'x' } } },
    { kind: 'start', config: { ...config, environment: { A: 1 } } },
    { kind: 'start', config: { ...config, certificate: { ...config.certificate, upnPattern: /x/ } } },
    { kind: 'select', id: 1, certificateId: 'a'.repeat(2000) },
    { kind: 'login', id: 1, request: { kind: 'login', pin: 'digits' } },
    { kind: 'sign', id: 1, request: { mechanism: 'ecdsa', data: new Uint8Array(5000) } },
    { kind: 'constructor', id: 1 },
  ])('refuses %j', (message) => expect(isTokenCommand(message)).toBe(false));
});

describe('from the token process', () => {
  test.each([
    { kind: 'alive', stuck: false },
    { kind: 'status', status },
    { kind: 'status', status: { kind: 'error', error: { code: 'NO_CARD', detail: { path: '/x' } } } },
    { kind: 'answer', id: 1, answer: { kind: 'signature', signature: new Uint8Array(64) } },
    { kind: 'answer', id: 1, answer: { kind: 'login', reply: { kind: 'accepted' } } },
  ])('accepts %j', (message) => expect(isTokenMessage(message)).toBe(true));

  test.each([
    { kind: 'alive' },
    { kind: 'status', status: { ...status, loggedIn: 'yes' } },
    { kind: 'status', status: { ...status, certificates: [{ id: 'a' }] } },
    { kind: 'status', status: { ...status, certificates: Array(65).fill(status.certificates[0]) } },
    { kind: 'status', status: { kind: 'error', error: { code: 'NO_SUCH_CODE' } } },
    { kind: 'status', status: { kind: 'error', error: { code: 'NO_CARD', detail: { x: {} } } } },
    { kind: 'answer', id: 1, answer: { kind: 'signature', signature: new Uint8Array(0) } },
    { kind: 'answer', id: 1, answer: { kind: 'login', reply: { kind: 'refused' } } },
    {
      kind: 'answer',
      id: 1,
      answer: { kind: 'selected', selected: { certificate: new Uint8Array(20_000), chain: [] } },
    },
  ])('refuses %j', (message) => expect(isTokenMessage(message)).toBe(false));
});
