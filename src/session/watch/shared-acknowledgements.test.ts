/** Acknowledging an alert where the room is told: what is sent, what comes of it, what others' word does, and what it may not do. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { applyCollectionChange, type CollectionMaps, NO_ITEMS } from '../../shared/chat-collections.ts';
import type { ChatMessage } from '../../shared/chat-model.ts';
import { AppError } from '../../shared/errors.ts';
import type { BareJid } from '../../shared/jid.ts';
import { SELF } from '../../shared/message-actions.ts';
import { type Alert, NO_PREFS, type Notice } from '../../shared/watch-contract.ts';
import type { DeliveryChange, OutgoingAction } from '../../xmpp/index.ts';
import { ChatModel } from '../chat-model.ts';
import { MessageActions } from '../messages/message-actions.ts';
import { OwnAcknowledgements } from '../messages/own-acknowledgements.ts';
import { recordOf } from '../store/export-records.ts';
import { StoredChanges } from '../store/stored-changes.ts';
import { WatchDesk } from './watch-desk.ts';

const ALICE = 'alice@chat.mil' as BareJid;
const BOB = 'bob@chat.mil' as BareJid;
const OPS = 'ops@rooms.chat.mil' as BareJid;
const AIR = 'air@rooms.chat.mil' as BareJid;
const T = 1_800_000_000_000;
const CONTACT = {
  name: 'Contact',
  severity: 'critical',
  sound: 'urgent',
  repeat: true,
  words: ['under fire'],
} as const;

beforeEach(() => {
  vi.useFakeTimers({ now: T });
});
afterEach(() => {
  vi.useRealTimers();
});

interface Sending {
  readonly room: BareJid;
  readonly ids: readonly string[];
  readonly label: string | undefined;
  readonly id: string;
}

function desk({ shared = true }: { readonly shared?: boolean } = {}) {
  let maps: CollectionMaps = NO_ITEMS;
  const sent: Sending[] = [];
  const left = new Set<BareJid>();
  const notices: Notice[] = [];
  const late: BareJid[] = [];
  const model: ChatModel = new ChatModel(
    (event) => {
      if (event.type === 'messages')
        watch.onMessages(event.conversation, model.kindOf(event.conversation), event.append);
      if (event.type === 'message-updates')
        watch.onChanged(event.conversation, model.kindOf(event.conversation), event.messages);
    },
    () => undefined,
    (conversation, kind, messages) => actions.onAdded(conversation, kind, messages),
  );
  const stored = new StoredChanges({
    model,
    local: { around: () => Promise.resolve([]), called: () => Promise.resolve([]) },
  });
  const actions = new MessageActions({
    model,
    catalogue: [],
    stored,
    nameOf: (_conversation, _kind, name) => `<${name}>`,
  });
  const own = new OwnAcknowledgements({
    model,
    stored,
    nickIn: () => '<watch-1>',
    xmpp: {
      sendAction: (room, _kind, action: OutgoingAction, label, id = `sent-${sent.length + 1}`) => {
        if (left.has(room)) throw new AppError('NOT_CONNECTED');
        if (action.type === 'acknowledge') sent.push({ room, ids: action.ids, label, id });
        return id;
      },
    },
  });
  const watch: WatchDesk = new WatchDesk({
    policy: { lists: [CONTACT], layouts: [], notifications: { enabled: true, content: 'none' } },
    prefs: { ...NO_PREFS, own: { ...NO_PREFS.own, words: ['convoy'] } },
    emit: (event) => {
      if (event.type === 'collection') maps = applyCollectionChange(maps, event);
    },
    self: () => ALICE,
    nick: () => 'watch-1',
    isAttended: () => false,
    notify: (notice) => notices.push(notice),
    save: () => undefined,
    onLevel: () => undefined,
    ...(shared
      ? {
          share: (room: BareJid, ids: readonly string[]) => own.tell(room, ids),
          onLate: (room: BareJid) => late.push(room),
        }
      : {}),
  });
  const alerts = (): readonly Alert[] => [...maps.alerts.values()];
  return {
    model,
    own,
    sent,
    left,
    notices,
    alerts,
    late,
    watch,
    says: (id: string, body: string, extra: Partial<ChatMessage> = {}, conversation = OPS) =>
      model.addMessage(conversation, conversation === BOB ? 'contact' : 'room', {
        id,
        direction: 'in',
        sender: 'red',
        body,
        at: Date.now(),
        delayed: false,
        reference: { id: `wire-${id}`, archive: `archive-${id}`, author: 'occupant:red' },
        ...extra,
      }),
    acknowledges: async (which: (alert: Alert) => boolean = () => true) =>
      watch.handlers()['acknowledge-alerts']({
        type: 'acknowledge-alerts',
        alerts: alerts()
          .filter(which)
          .map(({ id }) => id),
      }),
    hears: (id: string, author: string | undefined, name: string, at = Date.now(), conversation = OPS) =>
      actions.onAction({
        conversation,
        kind: conversation === BOB ? 'contact' : 'room',
        author,
        name,
        at,
        action: { type: 'acknowledge', id },
      }),
    becomes: (id: string, state: DeliveryChange['state']) =>
      own.onDelivery({ conversation: OPS, kind: 'room', id, state }),
    names: (id: string, conversation = OPS) =>
      model
        .message(conversation, id)
        ?.acknowledgements?.map(({ name, waits }) => (waits === true ? `${name} waits` : name)),
  };
}

const LABEL = { id: 'secret', text: 'SECRET' };

describe('/features/acknowledgements', () => {
  it('true: the room of an alert of the policy’s lists is told, one message for many, with the label of what is acknowledged', async () => {
    const { says, acknowledges, sent, alerts, names } = desk();
    says('m1', 'under fire');
    says('m2', 'again under fire');
    says('m3', 'still under fire', { label: LABEL });
    says('m4', 'under fire from above', {}, AIR);
    await acknowledges();
    expect(sent).toEqual([
      { room: OPS, ids: ['archive-m1', 'archive-m2'], label: undefined, id: 'sent-1' },
      { room: OPS, ids: ['archive-m3'], label: 'secret', id: 'sent-2' },
      { room: AIR, ids: ['archive-m4'], label: undefined, id: 'sent-3' },
    ]);
    expect(names('m1')).toEqual(['<watch-1> waits']);
    expect(alerts().every(({ acknowledged }) => acknowledged?.by === ALICE)).toBe(true);
    // It was told.
    await acknowledges();
    expect(sent).toHaveLength(3);
  });

  it('false: nobody is told, and the alert is acknowledged all the same', async () => {
    const { says, acknowledges, sent, alerts, names } = desk({ shared: false });
    says('m1', 'under fire');
    await acknowledges();
    expect(sent).toEqual([]);
    expect(names('m1')).toBeUndefined();
    expect(alerts()[0]?.acknowledged).toEqual({ by: ALICE, at: T });
  });

  it('nobody is told of what only this user watches for, of mentions, and of what people say one to one', async () => {
    const { says, acknowledges, sent } = desk();
    says('m1', 'a convoy');
    says('m2', 'watch-1, call me');
    says('m3', 'under fire', {}, BOB);
    await acknowledges();
    expect(sent).toEqual([]);
  });

  it('of more than 32 at once the rest goes in other messages', async () => {
    const { says, acknowledges, sent } = desk();
    for (let at = 0; at < 70; at += 1) says(`m${at}`, 'under fire');
    await acknowledges();
    expect(sent.map(({ ids }) => ids.length)).toEqual([32, 32, 6]);
  });

  it('where the room cannot be told it is said, and the desk has acknowledged', async () => {
    const { says, acknowledges, left, alerts, sent } = desk();
    says('m1', 'under fire');
    says('m2', 'under fire', {}, AIR);
    says('m3', 'under fire', { reference: { id: 'x' } });
    left.add(AIR);
    await expect(acknowledges()).rejects.toMatchObject({
      code: 'ACKNOWLEDGEMENT_NOT_SHARED',
      detail: { count: 2 },
    });
    expect(sent.map(({ ids }) => ids)).toEqual([['archive-m1']]);
    expect(alerts().filter(({ acknowledged }) => acknowledged === undefined)).toEqual([]);
  });
});

describe('what became of it', () => {
  it('waits until the room has shown it, and has the room’s time then', async () => {
    const { says, acknowledges, becomes, hears, names, model } = desk();
    says('m1', 'under fire');
    await acknowledges();
    becomes('sent-1', 'sent');
    expect(model.message(OPS, 'm1')?.pending).toEqual([{ type: 'acknowledge', id: 'sent-1' }]);
    expect(becomes('sent-1', 'stored')).toBe(true);
    hears('archive-m1', SELF, 'watch-1', T + 60_000);
    expect(names('m1')).toEqual(['<watch-1>']);
    expect(model.message(OPS, 'm1')).toMatchObject({ acknowledgements: [{ at: T + 60_000 }] });
    expect(model.message(OPS, 'm1')?.pending).toBeUndefined();
  });

  it('is not shown any more where the server refuses', async () => {
    const { says, acknowledges, becomes, hears, names } = desk();
    says('m1', 'under fire');
    says('m2', 'under fire');
    hears('archive-m1', 'occupant:b', 'Baker');
    await acknowledges();
    becomes('sent-1', 'failed');
    expect(names('m1')).toEqual(['<Baker>']);
    expect(names('m2')).toBeUndefined();
    expect(becomes('something else', 'failed')).toBe(false);
  });

  it('goes again with the next session, each by itself, unless the archive has shown it', () => {
    const { says, own, sent, model, names } = desk();
    const left = (id: string, waits: boolean): ChatMessage => {
      const one = { author: SELF, name: 'watch-1', at: T, ...(waits ? { waits: true as const } : {}) };
      says(id, 'under fire', { acknowledgements: [one], pending: [{ type: 'acknowledge', id: 'old' }] });
      const message = model.message(OPS, id);
      if (message === undefined) throw new Error('not there');
      return message;
    };
    const [one, two, three] = [left('m1', true), left('m2', true), left('m3', false)];
    own.resume(OPS, one, 'old');
    own.resume(OPS, two, 'old');
    own.resume(OPS, three, 'old');
    expect(sent).toEqual([
      { room: OPS, ids: ['archive-m1'], label: undefined, id: 'old' },
      { room: OPS, ids: ['archive-m2'], label: undefined, id: 'sent-2' },
    ]);
    expect(own.isUnderWay('old', 'm1')).toBe(true);
    expect(own.isUnderWay('old', 'm2')).toBe(false);
    expect(model.message(OPS, 'm2')?.pending).toEqual([{ type: 'acknowledge', id: 'sent-2' }]);
    expect(model.message(OPS, 'm3')?.pending).toBeUndefined();
    expect(names('m3')).toEqual(['watch-1']);
  });
});

describe('what others say', () => {
  it('is shown with the message and in the inbox, the first first; own alerts stay raised, nothing is announced', () => {
    const { says, hears, alerts, names, model, notices } = desk();
    says('m1', 'under fire');
    vi.advanceTimersByTime(5_000);
    notices.length = 0;
    const unread = model.conversations[0]?.unread;
    hears('archive-m1', 'occupant:b', 'Baker', T + 2_000);
    hears('archive-m1', 'occupant:c', 'Carol', T + 1_000);
    hears('archive-m1', 'occupant:b', 'Baker', T + 500);
    vi.advanceTimersByTime(5_000);
    expect(names('m1')).toEqual(['<Carol>', '<Baker>']);
    expect(alerts()).toMatchObject([
      {
        repeat: true,
        others: {
          first: [
            { name: '<Carol>', at: T + 1_000 },
            { name: '<Baker>', at: T + 2_000 },
          ],
          count: 2,
        },
      },
    ]);
    expect(alerts()[0]?.acknowledged).toBeUndefined();
    expect(notices).toEqual([]);
    expect(model.conversations[0]?.unread).toBe(unread);
    expect([...model.log(OPS)]).toHaveLength(1);
  });

  it('counts before its message is here, and for an alert that is raised only then', () => {
    const { says, hears, alerts, names } = desk();
    hears('archive-m1', 'occupant:b', 'Baker');
    says('m1', 'under fire');
    expect(names('m1')).toEqual(['<Baker>']);
    expect(alerts()).toMatchObject([{ others: { count: 1 } }]);
  });

  it('of forty people the inbox names ten', () => {
    const { says, hears, alerts, names } = desk();
    says('m1', 'under fire');
    for (let at = 0; at < 40; at += 1) hears('archive-m1', `occupant:${at}`, `n${at}`, T + at);
    expect(alerts()[0]?.others?.first).toHaveLength(10);
    expect(alerts()[0]?.others?.count).toBe(40);
    expect(names('m1')).toHaveLength(40);
  });

  it('is asked for in the archive where what was said before raises an alert, back to the oldest of these', () => {
    const { says, late, watch } = desk();
    says('m1', 'under fire');
    says('m2', 'a convoy', { delayed: true });
    expect(late).toEqual([]);
    says('m3', 'under fire', { delayed: true, at: T - 5_000 });
    expect(late).toEqual([OPS]);
    expect(watch.oldestAlerted(OPS)).toBe('archive-m3');
    expect(watch.oldestAlerted(AIR)).toBeUndefined();
    const deaf = desk({ shared: false });
    deaf.says('m1', 'under fire', { delayed: true });
    expect(deaf.late).toEqual([]);
    expect(deaf.watch.oldestAlerted(OPS)).toBeUndefined();
  });

  it('stays out of alerts that only this user has', () => {
    const { says, hears, alerts } = desk();
    says('m1', 'a convoy');
    hears('archive-m1', 'occupant:b', 'Baker');
    expect(alerts()[0]?.others).toBeUndefined();
  });

  it.each([
    ['from whoever wrote the message', 'archive-m1', 'occupant:red', OPS],
    ['of the sender’s id in place of the archive’s', 'wire-m1', 'occupant:b', OPS],
    ['in another room', 'archive-m1', 'occupant:b', AIR],
    ['one to one', 'archive-m1', 'occupant:b', BOB],
  ])('%s it counts for nothing', (_how, id, author, conversation) => {
    const { says, hears, alerts, names } = desk();
    says('m1', 'under fire');
    hears(id, author, 'x', T, conversation);
    expect(names('m1')).toBeUndefined();
    expect(alerts()[0]?.others).toBeUndefined();
  });

  it('is in an export, what the room was not told yet is not', async () => {
    const { says, hears, acknowledges, model } = desk();
    says('m1', 'under fire');
    hears('archive-m1', 'occupant:b', 'Baker', T + 2_000);
    await acknowledges();
    const message = model.message(OPS, 'm1');
    expect(message && recordOf(OPS, message).acknowledged).toEqual([
      { time: new Date(T + 2_000).toISOString(), by: '<Baker>' },
    ]);
  });
});
