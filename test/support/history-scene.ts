/** A history with an archive that a test plays, and no server. */
import { vi } from 'vitest';
import { ChatModel } from '../../src/session/chat-model.ts';
import { History } from '../../src/session/history/history.ts';
import { LocalHistory } from '../../src/session/store/local-history.ts';
import type { ChatEvent, ChatMessage } from '../../src/shared/chat-model.ts';
import { AppError } from '../../src/shared/errors.ts';
import type { BareJid, FullJid } from '../../src/shared/jid.ts';
import type { StoredArchive, StoredMessage, StoredTail } from '../../src/store/index.ts';
import { Emitter } from '../../src/xmpp/emitter.ts';
import type { ArchivedMessage, ArchivePage, ArchiveRequest, XmppEvents } from '../../src/xmpp/index.ts';

export const ALICE = 'alice@chat.mil' as BareJid;
export const BOB = 'bob@chat.mil' as BareJid;
export const OPS = 'ops@rooms.chat.mil' as BareJid;
export const EMPTY: ArchivePage = { messages: [], first: undefined, last: undefined, complete: true };

/** A message with the number `n` of the archive. */
export function archived(n: number, conversation = BOB, own = false): ArchivedMessage {
  const archiveId = `a${n}`;
  const message: ChatMessage = {
    id: own ? `own-${n}` : `local-${Math.random()}`,
    direction: own ? 'out' : 'in',
    sender: own ? ALICE : BOB,
    body: `m${n}`,
    at: n * 1000,
    delayed: false,
  };
  const kind = conversation === OPS ? 'room' : 'contact';
  const strong = [`s\n${archiveId}`, ...(own ? [`o\n${ALICE}\n${conversation}\nown-${n}`] : [])];
  return { conversation, kind, message, keys: { archiveId, strong }, archiveId, at: n * 1000 };
}

export const range = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => from + n);

/** What this computer keeps, as far as the history asks: how far archives are known, and messages that memory has not. */
class Kept extends LocalHistory {
  readonly archives = new Map<string, StoredArchive['ranges']>();
  messages: readonly StoredMessage[] = [];

  constructor() {
    super({ workerFile: '', keysOf: () => [], onState: () => undefined });
  }

  override archive(name: string, ranges: StoredArchive['ranges']): void {
    // As it was at that time.
    this.archives.set(name, ranges === undefined ? undefined : JSON.parse(JSON.stringify(ranges)));
  }

  override older(_conversation: BareJid, limit: number, before: string | undefined) {
    const end = this.messages.findIndex(({ message }) => message.id === before);
    return Promise.resolve(end === -1 ? [] : this.messages.slice(Math.max(0, end - limit), end));
  }
}

/** An archive of messages 0 to `count`, as XEP-0059 has it, until a test says otherwise. */
export function scene(count = 0) {
  const events = new Emitter<XmppEvents>();
  const shown: ChatEvent[] = [];
  const asked: ArchiveRequest[] = [];
  const state = {
    count,
    make: (n: number): ArchivedMessage | undefined => archived(n),
    answer: undefined as ((request: ArchiveRequest) => ArchivePage) | undefined,
  };
  const pageOf = ({ max, page, end: latest }: ArchiveRequest): ArchivePage => {
    const count = Math.min(state.count, Math.floor((latest ?? Number.POSITIVE_INFINITY) / 1000) + 1);
    const place = (id: string) => Number(id.slice(1));
    const backward = page.before !== undefined;
    const end = backward && page.before !== '' ? place(page.before) : count;
    const start = backward ? Math.max(0, end - max) : page.after === undefined ? 0 : place(page.after) + 1;
    const numbers = range(start, backward ? end : Math.min(count, start + max));
    if (numbers.length === 0) return EMPTY;
    return {
      messages: numbers.flatMap((n) => state.make(n) ?? []),
      ids: numbers.map((n) => `a${n}`),
      first: `a${numbers[0]}`,
      last: `a${numbers.at(-1)}`,
      complete: backward ? start === 0 : numbers.at(-1) === count - 1,
    };
  };
  const model: ChatModel = new ChatModel(
    (event) => shown.push(event),
    (conversation, messages) => history.onDropped(conversation, messages),
  );
  const missed = { count: 0 };
  const kept = new Kept();
  const history = new History({
    model,
    correct: () => false,
    xmpp: {
      jid: `${ALICE}/desk` as FullJid,
      on: (name, listener) => events.on(name, listener),
      isRoom: (jid) => jid === OPS,
      archive: {
        async page(request) {
          asked.push(request);
          return (state.answer ?? pageOf)(request);
        },
        find: () => Promise.reject(new AppError('NOT_CONNECTED')),
        textField: () => Promise.reject(new AppError('NOT_CONNECTED')),
      },
    },
    local: kept,
    present: ({ message }) => message,
    onMissed: () => {
      missed.count += 1;
    },
  });
  const live = (one: ArchivedMessage): void => {
    if (history.isCopy(one)) return;
    model.addMessage(one.conversation, one.kind, one.message);
    history.onMessage(one);
  };
  const bodies = (conversation = BOB) => model.page(conversation, 500).map(({ body }) => body);
  const gaps = (conversation = BOB) =>
    model.page(conversation, 500).flatMap(({ body, gapAfter }) => (gapAfter === undefined ? [] : [body]));
  /** The connection is lost, `while` happens, and there is a new session. */
  const reconnect = async (resumed: boolean, meanwhile: () => void = () => undefined) => {
    events.emit('closed', undefined);
    meanwhile();
    history.onConnected(resumed);
    await vi.advanceTimersByTimeAsync(10_000);
  };
  const names = (...numbers: readonly number[]) => numbers.map((n) => `m${n}`);
  /** The process ends, as it is: what it has written is what the next one begins with, the newest `each` messages in memory. */
  const left = (each: number) => {
    const all = new Map<BareJid, readonly StoredMessage[]>();
    const tails: StoredTail[] = model.conversations.map(({ jid, kind }) => {
      const messages = [...model.log(jid)].map((message) => ({
        message,
        keys: history.keysOf(jid, message.id),
      }));
      all.set(jid, messages);
      return { conversation: jid, kind, messages: messages.slice(-each) };
    });
    const archives = [...kept.archives].map(([name, ranges]) => ({ name, ranges }));
    return { tails, archives, all };
  };
  /** Begins with what another one has left. */
  const restore = ({ tails, archives, all }: ReturnType<typeof left>, conversation = BOB): void => {
    kept.messages = all.get(conversation) ?? [];
    history.restore(tails, archives);
  };
  return {
    left,
    restore,
    kept,
    pageOf,
    state,
    history,
    model,
    asked,
    live,
    bodies,
    gaps,
    reconnect,
    names,
    events,
    missed,
    shown,
  };
}

export const refuse =
  (code: 'NOT_CONNECTED' | 'STREAM_TIMEOUT' | 'HISTORY_REFUSED', condition?: string) => (): ArchivePage => {
    throw new AppError(code, condition === undefined ? undefined : { condition });
  };
