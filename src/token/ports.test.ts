import { EventEmitter, once } from 'node:events';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { afterEach, describe, expect, test } from 'vitest';
import type { PinPortReply } from '../shared/app-state.ts';
import { AppError } from '../shared/errors.ts';
import type { SignRequest } from '../shared/signing.ts';
import { servePinPort, serveSignPort, wrapPort } from './ports.ts';

const open: MessagePort[] = [];
afterEach(() => {
  for (const port of open.splice(0)) port.close();
});

/** Our end of a channel; the other one is served. */
function connect(serve: (port: NonNullable<ReturnType<typeof wrapPort>>) => void): MessagePort {
  const { port1, port2 } = new MessageChannel();
  open.push(port1, port2);
  const port = wrapPort(port2);
  if (port === undefined) throw new Error('not a port');
  serve(port);
  return port1;
}

async function ask(port: MessagePort, message: unknown): Promise<unknown> {
  port.postMessage(message);
  const [reply] = await once(port, 'message');
  return reply;
}

const accepted: PinPortReply = { kind: 'accepted' };
const refused = { kind: 'refused', error: { code: 'IPC_REFUSED' }, finalTry: false, locked: false };

describe('the PIN window’s port', () => {
  test('passes the PIN’s bytes on, and null for the PIN pad', async () => {
    const pins: (number[] | null)[] = [];
    const port = connect((end) =>
      servePinPort(end, {
        login: async (pin) => {
          pins.push(pin && [...pin]);
          return accepted;
        },
      }),
    );
    expect(await ask(port, { kind: 'login', pin: Uint8Array.of(49, 50) })).toEqual(accepted);
    expect(await ask(port, { kind: 'login-pin-pad' })).toEqual(accepted);
    expect(pins).toEqual([[49, 50], null]);
  });

  test('refuses what is not a request, without asking the card', async () => {
    let asked = 0;
    const port = connect((end) =>
      servePinPort(end, {
        login: async () => {
          asked++;
          return accepted;
        },
      }),
    );
    for (const message of [
      null,
      'login',
      { kind: 'login', pin: '1' },
      { kind: 'login', pin: new Uint8Array(1000) },
    ]) {
      expect(await ask(port, message)).toEqual(refused);
    }
    expect(asked).toBe(0);
  });

  test('refuses a second login while one is under way', async () => {
    let finish = (_: PinPortReply) => {};
    const port = connect((end) => servePinPort(end, { login: () => new Promise((done) => (finish = done)) }));
    port.postMessage({ kind: 'login', pin: new Uint8Array(6) });
    expect(await ask(port, { kind: 'login', pin: new Uint8Array(6) })).toEqual(refused);
    finish(accepted);
    const [reply] = await once(port, 'message');
    expect(reply).toEqual(accepted);
  });
});

describe('the session’s port', () => {
  const request = { id: 3, mechanism: 'ecdsa', data: Uint8Array.of(1, 2, 3) };

  test('answers with the signature or the error, under the request’s number', async () => {
    let fail = false;
    const seen: SignRequest[] = [];
    const port = connect((end) =>
      serveSignPort(end, {
        sign: async (asked) => {
          seen.push(asked);
          if (fail) throw new AppError('CARD_REMOVED');
          return Uint8Array.of(9);
        },
      }),
    );
    expect(await ask(port, request)).toEqual({ id: 3, ok: true, signature: Uint8Array.of(9) });
    fail = true;
    expect(await ask(port, { ...request, id: 4 })).toEqual({
      id: 4,
      ok: false,
      error: { code: 'CARD_REMOVED' },
    });
    expect(seen[0]).toEqual({ mechanism: 'ecdsa', data: Uint8Array.of(1, 2, 3) });
  });

  test('refuses what is malformed or too much, drops what cannot be answered', async () => {
    const port = connect((end) => serveSignPort(end, { sign: () => new Promise(() => undefined) }));
    port.postMessage('sign');
    port.postMessage({ mechanism: 'ecdsa', data: new Uint8Array(1) });
    const no = (id: number) => ({ id, ok: false, error: { code: 'IPC_REFUSED' } });
    expect(await ask(port, { ...request, mechanism: 'md5' })).toEqual(no(3));
    expect(await ask(port, { ...request, data: new Uint8Array(5000) })).toEqual(no(3));
    for (let id = 0; id < 8; id++) port.postMessage({ ...request, id });
    expect(await ask(port, { ...request, id: 8 })).toEqual(no(8));
  });
});

test('reads messages of Electron’s ports, which come as events', () => {
  const port = Object.assign(new EventEmitter(), { postMessage: () => undefined, start: () => undefined });
  const seen: unknown[] = [];
  wrapPort(port)?.listen((message) => seen.push(message));
  port.emit('message', { data: { kind: 'login-pin-pad' }, ports: [] });
  port.emit('message', null);
  expect(seen).toEqual([{ kind: 'login-pin-pad' }]);
});

test.each([undefined, null, 'port', {}, { postMessage: () => undefined }])('%j is no port', (value) => {
  expect(wrapPort(value)).toBeUndefined();
});
