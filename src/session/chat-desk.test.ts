import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { scriptedExtensions } from '../../test/support/scripted-extensions.ts';
import type { ChatEvent, ChatMessage, ChatPortMessage } from '../shared/chat-model.ts';
import { AppError } from '../shared/errors.ts';
import type { BareJid, FullJid } from '../shared/jid.ts';
import type { LabelRules } from '../shared/labels.ts';
import { NO_PREFS, NOTHING_WATCHED } from '../shared/watch-contract.ts';
import { Emitter } from '../xmpp/emitter.ts';
import type { XmppEvents } from '../xmpp/index.ts';
import { ChatDesk } from './chat-desk.ts';
import type { ChatClient } from './chat-desk-options.ts';
import { SaveChannel } from './files/save-channel.ts';
import type { Port } from './ports.ts';

const bob = 'bob@chat.example.mil' as BareJid;
const ops = 'ops@conference.chat.example.mil' as BareJid;

/** An XMPP client whose events the test raises by hand. */
function scriptedClient() {
  const events = new Emitter<XmppEvents>();
  const observers = { count: 0 };
  const sent: string[] = [];
  const { extensions } = scriptedExtensions();
  const client: ChatClient = {
    jid: 'alice@chat.example.mil/desk' as FullJid,
    on: (name, listener) => {
      observers.count += 1;
      const end = events.on(name, listener);
      return () => {
        observers.count -= 1;
        end();
      };
    },
    sendMessage: (to, body, id = 'made-1', _file = undefined, label = undefined) => {
      sent.push(`${to}: ${label === undefined ? '' : `(${label}) `}${body}`);
      const message = outgoing(id, body);
      return label === undefined ? message : { ...message, label: { id: label, text: label } };
    },
    sendRoomMessage: () => {
      throw new AppError('NOT_CONNECTED');
    },
    joinRoom: (room) => {
      sent.push(`join ${room}`);
    },
    leaveRoom: () => undefined,
    setSubject: () => Promise.reject(new AppError('MESSAGE_REFUSED', { condition: 'forbidden' })),
    setPresence: () => undefined,
    requestUploadSlot: () => Promise.reject(new AppError('NOT_CONNECTED')),
    archive: {
      page: () => Promise.reject(new AppError('NOT_CONNECTED')),
      peek: () => Promise.reject(new AppError('NOT_CONNECTED')),
      find: () => Promise.reject(new AppError('NOT_CONNECTED')),
      textField: () => Promise.reject(new AppError('NOT_CONNECTED')),
    },
    isRoom: (jid) => jid === ops,
    extensions,
    sendAction: (_to, _kind, action) => {
      sent.push(`${action.type} ${action.type === 'acknowledge' ? action.ids.join(' ') : action.id}`);
      return 'action-1';
    },
  };
  const raise = <Name extends keyof XmppEvents>(name: Name, ...args: XmppEvents[Name]): void =>
    events.emit(name, ...args);
  return { client, sent, raise, observers };
}

function outgoing(id: string, body: string): ChatMessage {
  return {
    id,
    direction: 'out',
    sender: 'alice@chat.example.mil',
    body,
    at: 5,
    delayed: false,
    delivery: 'queued',
  };
}

/** A window's end of the port. */
function windowPort() {
  let receive: (data: unknown) => void = () => undefined;
  const got: ChatPortMessage[] = [];
  const state = { closed: false };
  const port: Port = {
    postMessage: (message) => got.push(message as ChatPortMessage),
    onMessage: (listener) => {
      receive = listener;
    },
    onClose: () => undefined,
    close: () => {
      state.closed = true;
    },
  };
  const events = (): readonly ChatEvent[] =>
    got.flatMap((message) => (message.kind === 'events' ? message.events : []));
  const replies = () => got.filter((message) => message.kind === 'reply');
  return { port, got, state, events, replies, send: (data: unknown) => receive(data) };
}

describe('ChatDesk', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  function desk(labels: LabelRules = { labels: { catalogue: [], required: false }, partners: [] }) {
    const scripted = scriptedClient();
    const window = windowPort();
    const unread: number[] = [];
    const made = new ChatDesk({
      domain: 'chat.example.mil',
      displayName: 'ALLEN.ALICE.A.1000000001',
      xmpp: scripted.client,
      labels,
      templates: [],
      whiteboards: false,
      onUnread: (total) => unread.push(total),
      onReconnectNow: () => undefined,
      saveChannel: new SaveChannel(),
      onAudit: () => undefined,
      watch: { policy: NOTHING_WATCHED, prefs: NO_PREFS },
      onNotice: () => undefined,
      onPrefs: () => undefined,
    });
    made.attach(window.port);
    return { desk: made, unread, window, ...scripted };
  }

  it('watches over what arrives, once, and counts no muted conversation as unread', async () => {
    const { window, raise, unread } = desk();
    const command = (id: number, of: object) => window.send({ kind: 'command', id, command: of });
    command(1, { type: 'set-watchwords', words: ['convoy'], severity: 'info', sound: 'none', repeat: false });
    const message: ChatMessage = {
      id: 'in-1',
      direction: 'in',
      sender: bob,
      body: 'the convoy left',
      at: 5,
      delayed: false,
    };
    raise('message', { conversation: bob, kind: 'contact', message });
    raise('message', { conversation: bob, kind: 'contact', message });
    command(2, { type: 'set-notify-level', conversation: bob, level: 'none' });
    await vi.advanceTimersByTimeAsync(20);
    const alerts = window
      .events()
      .flatMap((event) => (event.type === 'collection' && event.collection === 'alerts' ? event.upsert : []));
    expect(new Set(alerts.map(({ id }) => id)).size).toBe(1);
    expect(alerts.at(-1)).toMatchObject({ word: 'convoy', message: 'in-1', quiet: true });
    expect(unread.at(-1)).toBe(0);
  });

  it('greets a window with a snapshot', () => {
    const { window } = desk();
    vi.advanceTimersByTime(20);
    expect(window.events()[0]).toMatchObject({
      type: 'snapshot',
      snapshot: { self: { jid: 'alice@chat.example.mil', displayName: 'ALLEN.ALICE.A.1000000001' } },
    });
  });

  it('shows a sent message before the command is answered, and each step of its delivery', async () => {
    const { window, raise, sent } = desk();
    // The greeting is a flood of its own; what follows it has the pace of what comes alone.
    await vi.advanceTimersByTimeAsync(20);
    window.send({
      kind: 'command',
      id: 7,
      command: { type: 'send-message', conversation: bob, kind: 'contact', body: 'hi' },
    });
    await vi.advanceTimersByTimeAsync(0);
    expect(sent).toEqual([`${bob}: hi`]);
    expect(window.got.at(-1)).toEqual({ kind: 'reply', id: 7, reply: { ok: true } });
    expect(window.events()).toContainEqual({
      type: 'messages',
      conversation: bob,
      append: [outgoing('made-1', 'hi')],
    });
    raise('delivery', { conversation: bob, kind: 'contact', id: 'made-1', state: 'delivered' });
    // What a window begins with counts as a flood: the next array comes after its longer interval.
    await vi.advanceTimersByTimeAsync(120);
    expect(window.events().at(-1)).toMatchObject({
      type: 'message-updates',
      messages: [{ id: 'made-1', delivery: 'delivered' }],
    });
  });

  it('answers a command that failed with its code', async () => {
    const { window } = desk();
    window.send({
      kind: 'command',
      id: 1,
      command: { type: 'send-message', conversation: ops, kind: 'room', body: 'hi' },
    });
    window.send({ kind: 'command', id: 2, command: { type: 'set-subject', room: ops, subject: 's' } });
    await vi.advanceTimersByTimeAsync(0);
    expect(window.replies()).toEqual([
      { kind: 'reply', id: 1, reply: { ok: false, error: { code: 'NOT_CONNECTED' } } },
      {
        kind: 'reply',
        id: 2,
        reply: { ok: false, error: { code: 'MESSAGE_REFUSED', detail: { condition: 'forbidden' } } },
      },
    ]);
  });

  it('sends a failed message again under the same id, and nothing else again', async () => {
    const { window, raise, sent } = desk();
    window.send({
      kind: 'command',
      id: 1,
      command: { type: 'send-message', conversation: bob, kind: 'contact', body: 'hi' },
    });
    await vi.advanceTimersByTimeAsync(0);
    const retry = { type: 'retry-message', conversation: bob, id: 'made-1' };
    window.send({ kind: 'command', id: 2, command: retry });
    await vi.advanceTimersByTimeAsync(0);
    expect(sent).toHaveLength(1);
    raise('delivery', {
      conversation: bob,
      kind: 'contact',
      id: 'made-1',
      state: 'failed',
      error: { code: 'MESSAGE_REFUSED' },
    });
    window.send({ kind: 'command', id: 3, command: retry });
    await vi.advanceTimersByTimeAsync(20);
    expect(sent).toHaveLength(2);
    const updates = window
      .events()
      .filter((event) => event.type === 'message-updates' || event.type === 'messages');
    expect(updates.at(-1)).toMatchObject({
      messages: [{ id: 'made-1', delivery: 'queued' }],
    });
  });

  it('sends a label of the policy, keeps it when it sends again, and refuses any other with a sentence', async () => {
    const label = (id: string, rank: number) => ({
      id,
      text: id.toUpperCase(),
      background: '#000000',
      foreground: '#ffffff',
      rank,
    });
    const catalogue = [label('open', 0), label('secret', 2), label('top', 3)];
    const { window, raise, sent } = desk({
      labels: { catalogue, required: true, maximumLabel: 'secret' },
      partners: [],
    });
    const message = { type: 'send-message', conversation: bob, kind: 'contact', body: 'hi' };
    const send = (id: number, extra: object) =>
      window.send({ kind: 'command', id, command: { ...message, ...extra } });
    send(1, {});
    send(2, { label: 'top' });
    send(3, { label: 'constructor' });
    send(4, { label: 'secret' });
    await vi.advanceTimersByTimeAsync(0);
    expect(window.replies()).toEqual([
      { kind: 'reply', id: 1, reply: { ok: false, error: { code: 'LABEL_REQUIRED' } } },
      {
        kind: 'reply',
        id: 2,
        reply: { ok: false, error: { code: 'LABEL_NOT_ALLOWED', detail: { label: 'TOP' } } },
      },
      { kind: 'reply', id: 3, reply: { ok: false, error: { code: 'LABEL_UNKNOWN' } } },
      { kind: 'reply', id: 4, reply: { ok: true } },
    ]);
    raise('delivery', {
      conversation: bob,
      kind: 'contact',
      id: 'made-1',
      state: 'failed',
      error: { code: 'MESSAGE_REFUSED' },
    });
    window.send({
      kind: 'command',
      id: 5,
      command: { type: 'retry-message', conversation: bob, id: 'made-1' },
    });
    await vi.advanceTimersByTimeAsync(20);
    expect(sent).toEqual([`${bob}: (secret) hi`, `${bob}: (secret) hi`]);
    window.send({
      kind: 'command',
      id: 6,
      command: {
        type: 'offer-file',
        conversation: bob,
        kind: 'contact',
        name: 'a.txt',
        mediaType: 'text/plain',
        size: 1,
        origin: 'choose',
        label: 'top',
      },
    });
    await vi.advanceTimersByTimeAsync(0);
    expect(window.got.at(-1)).toMatchObject({
      id: 6,
      reply: { ok: false, error: { code: 'LABEL_NOT_ALLOWED' } },
    });
  });

  it('counts unread messages for the main process', async () => {
    const { window, raise, unread } = desk();
    const message: ChatMessage = { id: 'x', direction: 'in', sender: bob, body: 'b', at: 1, delayed: false };
    raise('message', { conversation: bob, kind: 'contact', message });
    window.send({ kind: 'command', id: 1, command: { type: 'mark-read', conversation: bob } });
    await vi.advanceTimersByTimeAsync(0);
    expect(unread).toEqual([1, 0]);
  });

  it('drops a window that breaks the contract', async () => {
    const { window, sent } = desk();
    window.send({
      kind: 'command',
      id: 1,
      command: { type: 'send-message', conversation: 'not an address', kind: 'contact', body: 'x' },
    });
    window.send({ kind: 'command', id: 2, command: { type: 'join-room', room: ops } });
    await vi.advanceTimersByTimeAsync(20);
    expect(window.state.closed).toBe(true);
    expect(sent).toEqual([]);
    expect(window.replies()).toEqual([]);
  });

  it('gives a new window the conversations and closes the former one', () => {
    const { desk: made, window, raise } = desk();
    const message: ChatMessage = { id: 'x', direction: 'in', sender: bob, body: 'b', at: 1, delayed: false };
    raise('message', { conversation: bob, kind: 'contact', message });
    const second = windowPort();
    made.attach(second.port);
    vi.advanceTimersByTime(20);
    expect(window.state.closed).toBe(true);
    expect(second.events()[0]).toMatchObject({ snapshot: { conversations: [{ jid: bob, unread: 1 }] } });
  });

  it('lets go of everything when it is closed', () => {
    const { desk: made, window, observers } = desk();
    made.close();
    expect(observers.count).toBe(0);
    expect(window.state.closed).toBe(true);
  });
});
