import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { ChatCommand, ChatPortMessage } from '../shared/chat-model.ts';
import type { BareJid } from '../shared/jid.ts';
import { ChatWindows, MAIN_WINDOW } from './chat-windows.ts';
import type { Port } from './ports.ts';

const ops = 'ops@conference.chat.example.mil' as BareJid;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function end() {
  let receive: (data: unknown) => void = () => undefined;
  let gone: () => void = () => undefined;
  const got: ChatPortMessage[] = [];
  const state = { closed: false };
  const port: Port = {
    postMessage: (message) => got.push(message as ChatPortMessage),
    onMessage: (listener) => {
      receive = listener;
    },
    onClose: (listener) => {
      gone = listener;
    },
    close: () => {
      state.closed = true;
    },
  };
  return { port, got, state, send: (data: unknown) => receive(data), gone: () => gone() };
}

function windows() {
  const executed: string[] = [];
  const gone: string[] = [];
  const attended: string[] = [];
  const made = new ChatWindows({
    state: () => [{ type: 'link', link: { kind: 'online' } }],
    execute: async (command) => {
      executed.push(command.type);
      return { ok: true };
    },
    onAttended: (conversations) => attended.push(...conversations),
    onGone: (window) => gone.push(window),
  });
  return { made, executed, gone, attended };
}

const command = (of: ChatCommand, id = 1) => ({ kind: 'command', id, command: of });

it('shows every window everything, and answers the one that asked', async () => {
  const { made, executed } = windows();
  const [chat, tile] = [end(), end()];
  made.attach(MAIN_WINDOW, chat.port);
  made.attach('tile-1', tile.port);
  made.show({ type: 'link', link: { kind: 'offline' } });
  await vi.advanceTimersByTimeAsync(20);
  expect([chat.got.length, tile.got.length]).toEqual([1, 1]);
  tile.send(command({ type: 'mark-read', conversation: ops }));
  await vi.advanceTimersByTimeAsync(0);
  expect(executed).toEqual(['mark-read']);
  expect([chat.got.length, tile.got.length]).toEqual([1, 2]);
});

it('a window that stands still holds up no other', async () => {
  const { made } = windows();
  const [chat, tile] = [end(), end()];
  made.attach(MAIN_WINDOW, chat.port);
  made.attach('tile-1', tile.port);
  for (let index = 0; index < 20; index += 1) {
    made.show({ type: 'link', link: { kind: index % 2 === 0 ? 'online' : 'offline' } });
    await vi.advanceTimersByTimeAsync(20);
    tile.send({ kind: 'ack', count: 1 });
  }
  expect(chat.got).toHaveLength(8);
  expect(tile.got.length).toBeGreaterThan(15);
});

it('one that breaks the contract loses its port, and only that one', async () => {
  const { made, gone } = windows();
  const [chat, tile] = [end(), end()];
  made.attach(MAIN_WINDOW, chat.port);
  made.attach('tile-1', tile.port);
  tile.send({ kind: 'command', id: 1, command: { type: 'eval' } });
  expect([chat.state.closed, tile.state.closed, gone]).toEqual([false, true, ['tile-1']]);
});

it('a fresh port takes the place of the former one, whose end does not take the fresh one along', () => {
  const { made, gone } = windows();
  const [former, fresh] = [end(), end()];
  made.attach(MAIN_WINDOW, former.port);
  made.attach(MAIN_WINDOW, fresh.port);
  former.gone();
  expect([former.state.closed, fresh.state.closed, gone]).toEqual([true, false, [MAIN_WINDOW]]);
});

it('there are only so many', () => {
  const { made } = windows();
  const ends = Array.from({ length: 10 }, end);
  for (const [index, { port }] of ends.entries()) made.attach(`tile-${index}`, port);
  expect(ends.filter(({ state }) => !state.closed)).toHaveLength(8);
});

it('files are the chat window’s', async () => {
  const { made, executed } = windows();
  const tile = end();
  made.attach('tile-1', tile.port);
  tile.send(command({ type: 'fail-file', transfer: 't' }));
  await vi.advanceTimersByTimeAsync(20);
  expect(executed).toEqual([]);
  expect(tile.got).toContainEqual({
    kind: 'reply',
    id: 1,
    reply: { ok: false, error: expect.objectContaining({ code: 'IPC_REFUSED' }) },
  });
});

it('knows what the user looks at in any window, until that is gone', () => {
  const { made, attended } = windows();
  const tile = end();
  made.attach('tile-1', tile.port);
  tile.send(command({ type: 'attend', conversations: [ops] }));
  expect(made.isAttended(ops)).toBe(true);
  expect(attended).toEqual([ops]);
  made.detach('tile-1');
  expect(made.isAttended(ops)).toBe(false);
});
