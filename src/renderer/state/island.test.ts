import { describe, expect, it } from 'vitest';
import type { ChatCommand, ChatMessage, ChatReply } from '../../shared/chat-model.ts';
import type { BareJid } from '../../shared/jid.ts';
import { createRunner } from './action-runner.ts';
import { type ChatState, EMPTY_CHAT } from './chat-state.ts';
import { fillGap, leaveIsland, openIsland } from './island.ts';
import { createJumpActions } from './jump-actions.ts';
import { applyEvents, applyPage, setHistory } from './reduce-chat.ts';
import { createStore, INITIAL_STATE } from './store.ts';

const BOB = 'bob@chat.mil' as BareJid;

function message(n: number): ChatMessage {
  return { id: `m${n}`, direction: 'in', sender: BOB, body: '', at: n * 1000, delayed: false };
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => message(from + n));
const ids = (state: ChatState) => {
  const log = state.conversations.get(BOB)?.log;
  return log === undefined ? [] : log.slice(0, log.size).map(({ id }) => Number(id.slice(1)));
};
const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => from + n);
const of = (state: ChatState) => state.conversations.get(BOB);

/** The newest messages, 900 to 1000. */
const tail = applyEvents(EMPTY_CHAT, [{ type: 'messages', conversation: BOB, append: range(900, 1000) }]);
const opened = openIsland(tail, BOB, range(460, 541), false);

describe('a conversation that is opened at an older message', () => {
  it('has the messages around it, a gap, and the newest', () => {
    expect(ids(opened)).toEqual([...numbers(460, 541), ...numbers(900, 1000)]);
    expect(of(opened)).toMatchObject({ history: 'more', island: { last: 'm540', gap: 'open' } });
    // What is on the screen of the newest does not move: positions stay.
    expect(of(opened)?.log.end).toBe(of(tail)?.log.end);
  });

  it('is of one piece where they reach the newest', () => {
    const near = openIsland(tail, BOB, range(880, 960), true);
    expect(ids(near)).toEqual(numbers(880, 1000));
    expect(of(near)?.island).toBeUndefined();
    expect(of(near)?.history).toBe('complete');
  });

  it('goes on upwards from there, and new messages come at its end', () => {
    const loading = setHistory(opened, BOB, 'loading');
    const older = applyPage(loading, BOB, { messages: range(400, 460), complete: false, before: 'm460' });
    const live = applyEvents(older, [{ type: 'messages', conversation: BOB, append: [message(1000)] }]);
    expect(ids(live)).toEqual([...numbers(400, 541), ...numbers(900, 1001)]);
    expect(of(live)?.island).toEqual({ last: 'm540', gap: 'open' });
  });

  it.each([
    ['before the newest', 'm900'],
    ['of the newest', undefined],
  ])('leaves a page out that was asked for %s meanwhile', (_, before) => {
    const late = applyPage(setHistory(opened, BOB, 'loading'), BOB, {
      messages: range(800, 900),
      complete: true,
      before,
    });
    expect([ids(late), of(late)?.history]).toEqual([ids(opened), 'more']);
  });

  it('has its gap filled page by page until it meets the newest', () => {
    const once = fillGap(opened, BOB, 'm540', range(541, 741), false);
    expect(of(once)?.island).toEqual({ last: 'm740', gap: 'open' });
    expect(fillGap(once, BOB, 'm540', range(541, 560), false)).toBe(once);
    const met = fillGap(once, BOB, 'm740', range(741, 941), false);
    expect(ids(met)).toEqual(numbers(460, 1000));
    expect(of(met)?.island).toBeUndefined();
    expect(of(met)?.log.end).toBe(of(tail)?.log.end);
  });

  it('has no gap where the archive has nothing more', () => {
    const done = fillGap(opened, BOB, 'm540', range(541, 600), true);
    expect(ids(done)).toEqual([...numbers(460, 600), ...numbers(900, 1000)]);
    expect(of(done)?.island).toBeUndefined();
  });

  it('goes back to the newest, and to another message, without what was opened before', () => {
    expect(ids(leaveIsland(opened, BOB))).toEqual(numbers(900, 1000));
    expect(leaveIsland(tail, BOB)).toBe(tail);
    const other = openIsland(opened, BOB, range(100, 181), false);
    expect(ids(other)).toEqual([...numbers(100, 181), ...numbers(900, 1000)]);
    const again = openIsland(leaveIsland(other, BOB), BOB, range(460, 541), false);
    expect(ids(again)).toEqual(ids(opened));
  });

  it('begins the newest messages behind the gap where there were none', () => {
    const alone = openIsland(EMPTY_CHAT, BOB, range(10, 20), false);
    const live = applyEvents(alone, [{ type: 'messages', conversation: BOB, append: [message(50)] }]);
    expect(ids(live)).toEqual([...numbers(10, 20), 50]);
    expect(of(live)?.island?.last).toBe('m19');
    expect(ids(leaveIsland(live, BOB))).toEqual([50]);
    expect(ids(leaveIsland(alone, BOB))).toEqual([]);
  });
});

describe('jumping to a message', () => {
  function scene(answer: (command: ChatCommand) => ChatReply) {
    const store = createStore({ ...INITIAL_STATE, chat: tail });
    const asked: string[] = [];
    const runner = createRunner(
      {
        command: async (command: ChatCommand) => {
          asked.push(command.type);
          return answer(command);
        },
      } as never,
      store,
    );
    const opens: unknown[] = [];
    const jump = createJumpActions({
      runner,
      store,
      flush: () => undefined,
      open: (key) => opens.push(key),
      loadLatest: async () => undefined,
    });
    return { jump, store, asked, opens };
  }

  it('asks for what is not here, once, and shows it', async () => {
    const { jump, store, asked, opens } = scene(() => ({ ok: true, messages: range(460, 541) }));
    jump.to({ conversation: BOB, kind: 'contact', message: 'm500' });
    expect(opens).toEqual([{ jid: BOB, kind: 'contact' }]);
    expect(store.get().view.found).toEqual({ jid: BOB, message: 'm500' });
    await expect.poll(() => ids(store.get().chat)).toEqual(ids(opened));
    jump.within(BOB, 'm510');
    jump.within(BOB, 'm950');
    expect(asked).toEqual(['open-at']);
  });

  it('says where it cannot be had, and stays at the newest', async () => {
    const { jump, store } = scene(() => ({ ok: false, error: { code: 'HISTORY_NOT_HERE' } }));
    jump.to({ conversation: BOB, kind: 'contact', message: 'm500' });
    await expect.poll(() => store.get().view.notice?.code).toBe('HISTORY_NOT_HERE');
    expect([store.get().view.found, ids(store.get().chat)]).toEqual([undefined, ids(tail)]);
  });

  it('drops an answer to a jump that another one has followed', async () => {
    const { jump, store, asked } = scene((command) =>
      command.type === 'open-at' && command.id === 'm500'
        ? { ok: true, messages: range(460, 541) }
        : { ok: true, messages: range(100, 181) },
    );
    jump.within(BOB, 'm500');
    jump.within(BOB, 'm140');
    await expect.poll(() => ids(store.get().chat)[0]).toBe(100);
    expect(asked).toEqual(['open-at', 'open-at']);
    expect(ids(store.get().chat)).toHaveLength(181);
  });

  it('reads on in the gap, says when that fails, and tries again', async () => {
    let fails = true;
    const { jump, store } = scene((command) => {
      if (command.type === 'open-at') return { ok: true, messages: range(460, 541) };
      return fails
        ? { ok: false, error: { code: 'NOT_CONNECTED' } }
        : { ok: true, messages: range(541, 901) };
    });
    jump.within(BOB, 'm500');
    await expect.poll(() => of(store.get().chat)?.island?.gap).toBe('open');
    jump.readOn(BOB);
    expect(of(store.get().chat)?.island?.gap).toBe('loading');
    await expect.poll(() => of(store.get().chat)?.island?.gap).toBe('failed');
    fails = false;
    jump.readOn(BOB);
    await expect.poll(() => of(store.get().chat)?.island).toBeUndefined();
    expect(ids(store.get().chat)).toEqual(numbers(460, 1000));
  });
});
