/** The desk of whiteboards against a scripted session: what is drawn, read, refused and not believed. */
import { describe, expect, it } from 'vitest';
import type { BoardInfo, BoardItem } from '../../shared/chat-board-commands.ts';
import { type CollectionEvent, isChangeOf } from '../../shared/chat-collections.ts';
import type { ChatMessage, Occupant } from '../../shared/chat-model.ts';
import { AppError } from '../../shared/errors.ts';
import type { BareJid } from '../../shared/jid.ts';
import { SELF } from '../../shared/message-actions.ts';
import { type BoardOperation, boardBody } from '../../shared/whiteboard.ts';
import { Emitter } from '../../xmpp/emitter.ts';
import type { ConversationMessage, PeekedPage, XmppEvents } from '../../xmpp/index.ts';
import { BoardDesk, type BoardDeskOptions, type BoardMessage } from './board-desk.ts';

const ROOM = 'ops@rooms.chat.mil' as BareJid;
const line = (id: string): BoardOperation => ({
  type: 'add',
  element: { kind: 'line', id, colour: 'red', width: 'thin', from: { x: 0, y: 0 }, to: { x: 9, y: 9 } },
});
const CLEAR: BoardOperation = { type: 'clear' };

/** Message `id` of somebody, as the room shows it or its archive has it. */
function drew(nick: string, id: string, board: readonly BoardOperation[] | undefined): ConversationMessage {
  const message: ChatMessage = {
    id: `local-${id}`,
    direction: 'in',
    sender: nick,
    body: board === undefined ? 'a word' : boardBody(board),
    at: 1,
    delayed: false,
    reference: { id, archive: `archive-${id}`, author: `occupant:${nick}` },
    ...(board === undefined ? {} : { board }),
  };
  return { conversation: ROOM, kind: 'room', message, keys: { archiveId: `archive-${id}`, strong: [] } };
}

const page = (items: readonly ConversationMessage[], more: Partial<PeekedPage> = {}): PeekedPage => ({
  items,
  first: 'first',
  last: 'last',
  complete: true,
  ...more,
});

function desk(
  answers: (() => PeekedPage)[] = [() => page([])],
  allowed = true,
  later: BoardDeskOptions['later'] = (show) => show(),
) {
  const events = new Emitter<XmppEvents>();
  const asked: string[] = [];
  const shown: CollectionEvent[] = [];
  const sent: BoardMessage[] = [];
  const messages = new Map<string, ChatMessage>();
  const roles: Record<string, Occupant['role']> = { mod: 'moderator', bob: 'participant' };
  const made = new BoardDesk({
    allowed,
    xmpp: {
      on: (name, listener) => events.on(name, listener),
      archive: {
        peek: async ({ page: { before } }) => {
          asked.push(String(before));
          return (answers.length > 1 ? answers.shift() : answers[0])?.() ?? page([]);
        },
      },
    },
    room: (jid) =>
      jid === ROOM
        ? { jid, name: 'ops', state: 'joined', nick: 'alice', subject: '', occupantCount: 3 }
        : undefined,
    occupant: (_room, nick) => {
      const role = roles[nick];
      return role && { nick, role, affiliation: 'none', availability: 'available', self: false };
    },
    present: ({ message }) => message,
    fetch: () => Promise.reject(new AppError('FILES_OFF')),
    message: (_room, id) => messages.get(id),
    labelFor: (_room, chosen) => {
      if (chosen === 'unknown') throw new AppError('LABEL_UNKNOWN');
      return chosen === undefined
        ? { id: 'low', text: 'LOW', assumed: true }
        : { id: chosen, text: chosen.toUpperCase() };
    },
    requireNotLowered: (of, chosen) => {
      if (of?.id === 'high' && chosen !== 'high') throw new AppError('LABEL_LOWERED');
    },
    send: (_room, message) => {
      sent.push(message);
      return {
        id: `sent-${sent.length}`,
        direction: 'out',
        sender: 'alice',
        body: message.body,
        at: 2,
        delayed: false,
        reference: { id: `sent-${sent.length}`, author: SELF },
      };
    },
    emit: (event) => shown.push(event),
    later,
  });
  const items = new Map<string, BoardItem>();
  /** Ids on the board, and how far each got. */
  const board = (): readonly string[] => {
    items.clear();
    for (const event of shown) {
      if (!isChangeOf(event, 'boardElements')) continue;
      for (const id of event.remove) items.delete(id);
      for (const item of event.upsert) items.set(item.id, item);
    }
    const sorted = [...items.values()].sort((one, other) => one.order - other.order);
    return sorted.map(({ drawn }) => `${drawn.element.id} ${drawn.state}`);
  };
  const info = (): BoardInfo | undefined => {
    const last = shown.findLast((event) => isChangeOf(event, 'boards'));
    return last !== undefined && isChangeOf(last, 'boards') ? last.upsert[0] : undefined;
  };
  const open = async () => {
    await made.handlers['open-board']({ type: 'open-board', room: ROOM });
    for (let turn = 0; turn < 100 && info()?.knowledge === 'reading'; turn += 1) await Promise.resolve();
  };
  return { made, events, asked, sent, shown, messages, board, info, open };
}

describe('an open board', () => {
  it('is read from the archive, back to the last clearing, and goes on with what the room says', async () => {
    const scene = desk([
      () =>
        page([drew('bob', '3', undefined), drew('bob', '4', [line('d')])], { complete: false, first: 'b' }),
      () => page([drew('bob', '1', [line('a')]), drew('bob', '2', [CLEAR])], { complete: false, first: 'a' }),
      () => page([drew('bob', '0', [line('never asked for')])]),
    ]);
    await scene.open();
    expect(scene.asked).toEqual(['', 'b']);
    expect(scene.board()).toEqual(['d kept']);
    expect(scene.info()).toMatchObject({ knowledge: 'whole', read: 4, cleared: { name: 'bob' } });
    scene.events.emit('message', drew('bob', '5', [line('e')]));
    scene.events.emit('message', drew('bob', '4', [line('d')]));
    expect(scene.board()).toEqual(['d kept', 'e kept']);
  });

  it('says that it is not complete, and reads further when it is asked to', async () => {
    let count = 0;
    const scene = desk([
      () => {
        count += 1;
        return page([drew('bob', `m${count}`, [line(`l${count}`)])], {
          complete: count === 25,
          first: `p${count}`,
        });
      },
    ]);
    await scene.open();
    expect(scene.info()).toMatchObject({ knowledge: 'partial', read: 20 });
    await scene.made.handlers['read-board']({ type: 'read-board', room: ROOM });
    expect(scene.info()).toMatchObject({ knowledge: 'whole', read: 25 });
    expect(scene.board()).toHaveLength(25);
    expect(scene.board()[0]).toBe('l25 kept');
  });

  it('without an archive has what was drawn since, and says so; without an answer it can be read again', async () => {
    const refused = desk([
      () => {
        throw new AppError('HISTORY_REFUSED', { condition: 'forbidden' });
      },
    ]);
    refused.events.emit('message', drew('bob', '1', [line('a')]));
    await refused.open();
    expect(refused.info()).toMatchObject({ knowledge: 'short', error: { code: 'HISTORY_REFUSED' } });
    expect(refused.board()).toEqual(['a kept']);
    const late = desk([
      () => {
        throw new AppError('STREAM_TIMEOUT');
      },
      () => page([drew('bob', '1', [line('a')])]),
    ]);
    await late.open();
    expect(late.info()?.knowledge).toBe('failed');
    await late.made.handlers['read-board']({ type: 'read-board', room: ROOM });
    expect(late.info()?.knowledge).toBe('whole');
    expect(late.board()).toEqual(['a kept']);
  });

  it('asks the archive no further once it is closed', async () => {
    const scene = desk([() => page([], { complete: false, first: `p${Math.random()}` })]);
    const opened = scene.open();
    await scene.made.handlers['close-board']({ type: 'close-board', room: ROOM });
    await opened;
    for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
    expect(scene.asked).toHaveLength(1);
  });

  it('is emptied live by whom the room calls a moderator, and by nobody else, whatever a server lets through', async () => {
    const scene = desk();
    await scene.open();
    scene.events.emit('message', drew('bob', '1', [line('a')]));
    scene.events.emit('message', drew('bob', '2', [CLEAR]));
    scene.events.emit('message', drew('stranger', '3', [CLEAR]));
    expect(scene.board()).toEqual(['a kept']);
    scene.events.emit('message', drew('mod', '4', [CLEAR]));
    expect(scene.board()).toEqual([]);
  });

  it('shows what is drawn at once, where the room has it later, and what the room refuses', async () => {
    const scene = desk();
    await scene.open();
    await scene.made.handlers.draw({ type: 'draw', room: ROOM, operations: [line('mine')], label: 'open' });
    expect(scene.sent).toEqual([
      { body: '[whiteboard] 1 line', label: 'open', extras: { board: [line('mine')] } },
    ]);
    scene.events.emit('message', drew('bob', '1', [line('a')]));
    expect(scene.board()).toEqual(['a kept', 'mine waiting']);
    scene.events.emit('reflected', {
      conversation: ROOM,
      id: 'sent-1',
      keys: { archiveId: 'x', strong: [] },
    });
    scene.events.emit('message', drew('bob', '2', [line('b')]));
    expect(scene.board()).toEqual(['a kept', 'mine kept', 'b kept']);
    const drawing = scene.made.handlers.draw({ type: 'draw', room: ROOM, operations: [line('late')] });
    scene.made.close();
    await drawing;
    expect(scene.board()).toContain('late waiting');
  });

  it('shows what is drawn under its label from the beginning, and not at all under one that it may not have', async () => {
    const { open, made, shown, sent } = desk();
    await open();
    const draw = (id: string, label: string) =>
      made.handlers.draw({ type: 'draw', room: ROOM, operations: [line(id)], label });
    const labels = () =>
      shown
        .flatMap((event) => (isChangeOf(event, 'boardElements') ? event.upsert : []))
        .filter(({ drawn }) => drawn.state === 'waiting')
        .map(({ drawn }) => `${drawn.element.id} ${drawn.label?.text}`);
    await draw('first', 'high');
    shown.length = 0;
    const drawing = draw('draft', 'high');
    expect(labels()).toEqual(['draft HIGH']);
    await expect(draw('bad', 'unknown')).rejects.toMatchObject({ code: 'LABEL_UNKNOWN' });
    made.close();
    await drawing;
    expect(labels().every((one) => one.startsWith('draft '))).toBe(true);
    expect(sent).toHaveLength(2);
  });

  it('shows no picture under a lower label than that of its message, nor one that was taken back', async () => {
    const { made, messages, sent } = desk();
    const shared: ChatMessage = {
      ...drew('bob', 'p', undefined).message,
      label: { id: 'high', text: 'HIGH' },
      file: { name: 'a.png', mediaType: 'image/png', size: 1, sha256: 'x', url: 'u' },
    };
    messages.set('p', shared);
    messages.set('gone', { ...shared, retraction: { at: 2, by: 'sender' } });
    const put = (message: string, label: string) => {
      const [from, to] = [
        { x: 0, y: 0 },
        { x: 9, y: 9 },
      ] as const;
      return made.handlers['put-picture']({
        type: 'put-picture',
        room: ROOM,
        message,
        id: 'i',
        from,
        to,
        label,
      });
    };
    await expect(put('p', 'low')).rejects.toMatchObject({ code: 'LABEL_LOWERED' });
    await expect(put('gone', 'high')).rejects.toMatchObject({ code: 'BOARD_PICTURE' });
    expect(sent).toEqual([]);
    await put('p', 'high');
    expect(sent).toHaveLength(1);
  });

  it('is put together once for all that is drawn about the same time', async () => {
    const due: (() => void)[] = [];
    const scene = desk([() => page([])], true, (show) => due.push(show));
    await scene.open();
    for (const show of due.splice(0)) show();
    scene.shown.length = 0;
    for (let n = 0; n < 50; n += 1) scene.events.emit('message', drew('bob', `${n}`, [line(`l${n}`)]));
    expect([scene.shown.length, due.length]).toEqual([0, 1]);
    for (const show of due.splice(0)) show();
    expect(scene.shown).toHaveLength(2);
    expect(scene.board()).toHaveLength(50);
    scene.events.emit('message', drew('bob', 'last', [line('last')]));
    await scene.made.handlers['close-board']({ type: 'close-board', room: ROOM });
    for (const show of due.splice(0)) show();
    expect(scene.board()).toEqual([]);
  });

  it('is not withdrawn under a lower label than it has', async () => {
    const { events, made, sent, open } = desk([() => page([])]);
    await open();
    const own = drew('alice', '1', [line('a')]);
    events.emit('message', {
      ...own,
      message: { ...own.message, direction: 'out', label: { id: 'high', text: 'HIGH' } },
    });
    const withdraw = (label: string) =>
      made.handlers.draw({
        type: 'draw',
        room: ROOM,
        operations: [{ type: 'withdraw', id: 'a' }],
        label,
      });
    await expect(withdraw('low')).rejects.toMatchObject({ code: 'LABEL_LOWERED' });
    expect(sent).toEqual([]);
    await withdraw('high');
    expect(sent).toMatchObject([{ label: 'high' }]);
  });

  it('is not there where the policy has none, nor in a room that this user is not in', async () => {
    const { made, sent } = desk([() => page([])], false);
    await expect(made.handlers['open-board']({ type: 'open-board', room: ROOM })).rejects.toMatchObject({
      code: 'IPC_REFUSED',
    });
    await expect(
      made.handlers.draw({ type: 'draw', room: ROOM, operations: [line('a')] }),
    ).rejects.toMatchObject({ code: 'IPC_REFUSED' });
    expect(sent).toEqual([]);
    const elsewhere = 'other@rooms.chat.mil' as BareJid;
    await expect(
      desk().made.handlers['open-board']({ type: 'open-board', room: elsewhere }),
    ).rejects.toMatchObject({ code: 'IPC_REFUSED' });
  });
});
