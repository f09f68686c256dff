import { describe, expect, it } from 'vitest';
import type { PinPortReply } from '../shared/app-state.ts';
import type { ChatEvent, ChatPortMessage } from '../shared/chat-model.ts';
import { ChatLink } from './chat-link.ts';
import { PinLink } from './pin-link.ts';

/** The near end of a port; what is posted is cloned, as a real port does. */
class FakePort<Message> {
  onmessage: ((event: { readonly data: unknown }) => void) | null = null;
  readonly posted: Message[] = [];
  closed = false;
  #close: () => void = () => undefined;
  postMessage(message: Message): void {
    this.posted.push(structuredClone(message));
  }
  close(): void {
    this.closed = true;
  }
  start(): void {}
  addEventListener(_type: 'close', listener: () => void): void {
    this.#close = listener;
  }
  say(data: unknown): void {
    this.onmessage?.({ data });
  }
  farEndCloses(): void {
    this.#close();
  }
}

const snapshotEvents: readonly ChatEvent[] = [{ type: 'link', link: { kind: 'online' } }];

function chat() {
  const frames: (() => void)[] = [];
  let requests = 0;
  const link = new ChatLink({
    requestPort: () => {
      requests++;
    },
    afterFrame: (callback) => frames.push(callback),
  });
  return { link, frames, requests: () => requests };
}

describe('ChatLink', () => {
  it('asks for a port, hands events on and acknowledges each array after its frame', () => {
    const { link, frames, requests } = chat();
    const got: (readonly ChatEvent[])[] = [];
    link.connect((events) => got.push(events));
    expect(requests()).toBe(1);
    const port = new FakePort<ChatPortMessage>();
    link.attach(port);
    port.say({ kind: 'events', events: snapshotEvents });
    expect(got).toEqual([snapshotEvents]);
    expect(port.posted).toEqual([]);
    for (const frame of frames) frame();
    expect(port.posted).toEqual([{ kind: 'ack', count: 1 }]);
  });

  it('answers each command with its own reply, whatever their order', async () => {
    const { link } = chat();
    link.connect(() => undefined);
    const port = new FakePort<ChatPortMessage>();
    link.attach(port);
    const first = link.command({ type: 'reconnect-now' });
    const second = link.command({ type: 'reconnect-now' });
    port.say({ kind: 'reply', id: 2, reply: { ok: true } });
    port.say({ kind: 'reply', id: 2, reply: { ok: true } });
    port.say({ kind: 'reply', id: 99, reply: { ok: true } });
    port.say({ kind: 'reply', id: 1, reply: { ok: false, error: { code: 'MESSAGE_TOO_LONG' } } });
    expect(await second).toEqual({ ok: true });
    expect(await first).toEqual({ ok: false, error: { code: 'MESSAGE_TOO_LONG' } });
  });

  it('says NOT_CONNECTED without a port and when the port closes, and asks for a fresh one', async () => {
    const { link, requests } = chat();
    const none = { ok: false, error: { code: 'NOT_CONNECTED' } };
    expect(await link.command({ type: 'reconnect-now' })).toEqual(none);
    link.connect(() => undefined);
    const port = new FakePort<ChatPortMessage>();
    link.attach(port);
    const waiting = link.command({ type: 'reconnect-now' });
    port.farEndCloses();
    expect(await waiting).toEqual(none);
    expect(requests()).toBe(2);
  });

  it('hears only the newest port and acknowledges nothing to an old one', () => {
    const { link, frames, requests } = chat();
    const got: unknown[] = [];
    link.connect((events) => got.push(events));
    const [old, fresh] = [new FakePort<ChatPortMessage>(), new FakePort<ChatPortMessage>()];
    link.attach(old);
    old.say({ kind: 'events', events: snapshotEvents });
    link.attach(fresh);
    old.say({ kind: 'events', events: snapshotEvents });
    old.farEndCloses();
    for (const frame of frames) frame();
    expect([old.closed, old.posted, fresh.posted, got.length, requests()]).toEqual([true, [], [], 1, 1]);
  });

  it('takes no port when nobody listens', () => {
    const { link } = chat();
    const port = new FakePort<ChatPortMessage>();
    const end = link.connect(() => undefined);
    end();
    link.attach(port);
    expect(port.closed).toBe(true);
  });

  it('does not let a page wait for more replies than there can be', async () => {
    const { link } = chat();
    link.connect(() => undefined);
    const port = new FakePort<ChatPortMessage>();
    link.attach(port);
    for (let count = 0; count < 512; count++) void link.command({ type: 'reconnect-now' });
    expect(await link.command({ type: 'reconnect-now' })).toMatchObject({ ok: false });
    expect(port.posted).toHaveLength(512);
  });
});

describe('PinLink', () => {
  const refused = (code: string): object => ({ kind: 'refused', error: { code } });

  it('posts the digits once and overwrites them before it returns', async () => {
    const link = new PinLink();
    const port = new FakePort<unknown>();
    link.attach(port);
    const digits = new Uint8Array([0x31, 0x32, 0x33, 0x34, 0x35, 0x36]);
    const answer = link.submit(digits);
    expect([...digits]).toEqual([0, 0, 0, 0, 0, 0]);
    expect(port.posted).toEqual([
      { kind: 'login', pin: new Uint8Array([0x31, 0x32, 0x33, 0x34, 0x35, 0x36]) },
    ]);
    const reply: PinPortReply = { kind: 'accepted' };
    port.say(reply);
    expect(await answer).toEqual(reply);
  });

  it('overwrites them as well when there is no port, a request under way, or posting fails', async () => {
    const link = new PinLink();
    const without = new Uint8Array([1, 2, 3]);
    expect(await link.submit(without)).toMatchObject(refused('MODULE_CRASHED'));
    const port = new FakePort<unknown>();
    link.attach(port);
    void link.submitOnPinPad();
    const second = new Uint8Array([1, 2, 3]);
    expect(await link.submit(second)).toMatchObject(refused('IPC_REFUSED'));
    expect(port.posted).toHaveLength(1);
    const broken = new PinLink();
    const failing = new FakePort<unknown>();
    failing.postMessage = () => {
      throw new Error('closed');
    };
    broken.attach(failing);
    const third = new Uint8Array([1, 2, 3]);
    await expect(broken.submit(third)).rejects.toThrow('closed');
    expect([...without, ...second, ...third]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0]);
  });

  it('answers what waits when the token process goes away', async () => {
    const link = new PinLink();
    const port = new FakePort<unknown>();
    link.attach(port);
    const waiting = link.submitOnPinPad();
    port.farEndCloses();
    expect(await waiting).toMatchObject(refused('MODULE_CRASHED'));
    const fresh = new FakePort<unknown>();
    link.attach(fresh);
    const again = link.submitOnPinPad();
    fresh.say({ kind: 'accepted' });
    expect(await again).toEqual({ kind: 'accepted' });
  });
});
