/** Corrections, reactions, retractions, moderation, answers and markers, in every order, and by those who may not. */
import { describe, expect, it } from 'vitest';
import type { ChatMessage } from '../../shared/chat-model.ts';
import type { BareJid } from '../../shared/jid.ts';
import type { SecurityLabel } from '../../shared/labels.ts';
import {
  MAX_CORRECTION_AGE_MS,
  MAX_VERSIONS,
  type MessageReference,
  SELF,
} from '../../shared/message-actions.ts';
import type { ConversationAction, MessageAction } from '../../xmpp/index.ts';
import { ChatModel } from '../chat-model.ts';
import { MessageActions } from './message-actions.ts';

const BOB = 'bob@chat.mil' as BareJid;
const OPS = 'ops@rooms.chat.mil' as BareJid;
const T = 1_800_000_000_000;
const label = (id: string, rank: number): SecurityLabel => ({
  id,
  rank,
  text: id.toUpperCase(),
  background: '#000000',
  foreground: '#ffffff',
});
const LABELS = [label('low', 1), label('high', 2)];

function desk() {
  const model: ChatModel = new ChatModel(
    () => undefined,
    () => undefined,
    (conversation, kind, messages) => actions.onAdded(conversation, kind, messages),
  );
  const nameOf = (_conversation: BareJid, _kind: string, name: string) => `<${name}>`;
  const actions = new MessageActions({
    model,
    catalogue: LABELS,
    stored: { changeCalled: () => undefined },
    nameOf,
  });
  const add = (conversation: BareJid, id: string, extra: Partial<ChatMessage> = {}) =>
    model.addMessage(conversation, conversation === OPS ? 'room' : 'contact', message(id, extra));
  const does = (
    conversation: BareJid,
    author: string | undefined,
    action: MessageAction,
    at = T + 1_000,
    name = author ?? 'nobody',
  ) => actions.onAction({ ...done(conversation, author, action, at), name });
  const correct = (
    conversation: BareJid,
    replaces: string,
    extra: Partial<ChatMessage>,
    run?: ChatMessage[],
  ) =>
    actions.correct(
      {
        conversation,
        kind: conversation === OPS ? 'room' : 'contact',
        message: message('new', extra),
        replaces,
      },
      run,
    );
  const get = (conversation: BareJid, id: string) => model.message(conversation, id);
  return { model, add, does, correct, get };
}

function message(id: string, extra: Partial<ChatMessage> = {}): ChatMessage {
  const reference = { id: `wire-${id}`, ...extra.reference };
  return {
    id,
    direction: reference.author === SELF ? 'out' : 'in',
    sender: 'bob',
    body: `text of ${id}`,
    at: T,
    delayed: false,
    ...extra,
    reference,
  };
}

function done(
  conversation: BareJid,
  author: string | undefined,
  action: MessageAction,
  at: number,
): ConversationAction {
  const kind = conversation === OPS ? 'room' : 'contact';
  return { conversation, kind, author, name: author ?? 'nobody', at, action };
}

const by = (author: string, more: MessageReference = {}): Partial<ChatMessage> => ({
  reference: { author, ...more },
});
const said = (archive: string, occupant = 'occupant:b'): Partial<ChatMessage> => by(occupant, { archive });

describe('a correction', () => {
  it('changes the text of its sender’s message and keeps every text', () => {
    const { add, correct, get } = desk();
    add(BOB, 'm', by(BOB));
    expect(correct(BOB, 'wire-m', { body: 'second', at: T + 1, ...by(BOB, { id: 'c1' }) })).toBe(true);
    expect(correct(BOB, 'wire-m', { body: 'third', at: T + 2, ...by(BOB, { id: 'c2' }) })).toBe(true);
    expect(get(BOB, 'm')).toMatchObject({
      body: 'third',
      at: T,
      versions: [{ body: 'text of m' }, { id: 'c1', body: 'second' }, { id: 'c2', body: 'third' }],
    });
  });

  it('counts once, whatever comes again, and by its time, whatever comes first', () => {
    const { add, correct, get } = desk();
    add(BOB, 'm', by(BOB));
    correct(BOB, 'wire-m', { body: 'newest', at: T + 9, ...by(BOB, { id: 'c2' }) });
    correct(BOB, 'wire-m', { body: 'older', at: T + 5, ...by(BOB, { id: 'c1' }) });
    correct(BOB, 'wire-m', { body: 'newest', at: T + 9, ...by(BOB, { id: 'c2' }) });
    expect(get(BOB, 'm')?.versions?.map(({ body }) => body)).toEqual(['text of m', 'older', 'newest']);
    expect(get(BOB, 'm')?.body).toBe('newest');
  });

  it('of somebody else stands for itself and changes nothing', () => {
    const { add, correct, get } = desk();
    add(OPS, 'm', said('a1'));
    add(BOB, 'own', by(SELF));
    add(OPS, 'unknown', { reference: {} });
    const attempts: [BareJid, string, MessageReference][] = [
      [OPS, 'wire-m', { author: 'occupant:eve' }],
      [OPS, 'wire-m', { author: 'nick:7:bob' }],
      [OPS, 'wire-m', {}],
      [OPS, 'wire-unknown', {}],
      [BOB, 'wire-own', { author: BOB }],
    ];
    for (const [conversation, id, reference] of attempts) {
      expect(correct(conversation, id, { body: 'forged', reference }), JSON.stringify(reference)).toBe(false);
    }
    expect(get(OPS, 'm')?.body).toBe('text of m');
    expect(get(OPS, 'unknown')?.body).toBe('text of unknown');
    expect(get(BOB, 'own')?.body).toBe('text of own');
  });

  it('finds its sender’s message although another one took its id', () => {
    const { add, correct, get } = desk();
    add(OPS, 'eves', { ...said('a1', 'occupant:eve'), body: 'eve' });
    add(OPS, 'bobs', { reference: { id: 'wire-eves', archive: 'a2', author: 'occupant:b' } });
    expect(correct(OPS, 'wire-eves', { body: 'better', ...by('occupant:b', { id: 'c' }) })).toBe(true);
    expect([get(OPS, 'eves')?.body, get(OPS, 'bobs')?.body]).toEqual(['eve', 'better']);
  });

  it('waits for what it corrects, past messages of others with the same id', () => {
    const { add, correct, get } = desk();
    expect(correct(OPS, 'wire-m', { body: 'better', ...by('occupant:b', { id: 'c' }) })).toBe(false);
    add(OPS, 'eves', { reference: { id: 'wire-m', archive: 'a9', author: 'occupant:eve' } });
    add(OPS, 'm', said('a1'));
    expect([get(OPS, 'eves')?.body, get(OPS, 'm')?.body]).toEqual(['text of eves', 'better']);
  });

  it('reaches a message of the same page of an archive', () => {
    const { correct } = desk();
    const run = [message('m', by(BOB))];
    expect(correct(BOB, 'wire-m', { body: 'better', ...by(BOB, { id: 'c' }) }, run)).toBe(true);
    expect(run[0]).toMatchObject({ body: 'better', versions: [{ body: 'text of m' }, { body: 'better' }] });
  });

  it('is bounded in age and number, and none changes what was retracted', () => {
    const { add, correct, does, get } = desk();
    add(BOB, 'm', by(BOB));
    const at = T + MAX_CORRECTION_AGE_MS + 1;
    expect(correct(BOB, 'wire-m', { body: 'too late', at, ...by(BOB, { id: 'late' }) })).toBe(false);
    for (let n = 1; n < MAX_VERSIONS; n += 1) {
      expect(correct(BOB, 'wire-m', { body: `${n}`, at: T + n, ...by(BOB, { id: `c${n}` }) })).toBe(true);
    }
    expect(correct(BOB, 'wire-m', { body: 'too many', at: T + 99, ...by(BOB, { id: 'c99' }) })).toBe(false);
    expect(get(BOB, 'm')?.versions).toHaveLength(MAX_VERSIONS);
    add(BOB, 'gone', by(BOB));
    does(BOB, BOB, { type: 'retract', id: 'wire-gone' });
    expect(correct(BOB, 'wire-gone', { body: 'back', ...by(BOB, { id: 'x' }) })).toBe(false);
  });

  it('cannot lower a label: the message has the highest of all its texts', () => {
    const { add, correct, get } = desk();
    add(BOB, 'm', { ...by(BOB), label: { id: 'high', text: 'HIGH' } });
    correct(BOB, 'wire-m', { body: 'x', label: { id: 'low', text: 'LOW' }, ...by(BOB, { id: 'c1' }) });
    expect(get(BOB, 'm')).toMatchObject({ body: 'x', label: { id: 'high' } });
    add(BOB, 'n', { ...by(BOB), label: { id: 'low', text: 'LOW' } });
    correct(BOB, 'wire-n', { body: 'x', label: { text: 'STRANGE' }, ...by(BOB, { id: 'c2' }) });
    expect(get(BOB, 'n')?.label).toEqual({ text: 'STRANGE' });
  });
});

describe('a reaction', () => {
  it('takes the place of the same person’s, and nobody else’s; what is older undoes nothing', () => {
    const { add, does, get } = desk();
    add(OPS, 'm', said('a1'));
    const react = (author: string | undefined, emojis: string[], at: number) =>
      does(OPS, author, { type: 'react', id: 'a1', emojis }, at);
    react('occupant:c', ['👍'], T + 2);
    react('occupant:d', ['👀'], T + 2);
    react('occupant:c', ['✅'], T + 5);
    react('occupant:c', ['❌'], T + 3);
    react(undefined, ['❓'], T + 9);
    expect(get(OPS, 'm')?.reactions).toMatchObject([
      { author: 'occupant:c', name: '<occupant:c>', emojis: ['✅'] },
      { author: 'occupant:d', emojis: ['👀'] },
    ]);
    react('occupant:d', [], T + 9);
    expect(get(OPS, 'm')?.reactions?.[1]?.emojis).toEqual([]);
  });

  it('goes by the room’s id in rooms, and waits for its message', () => {
    const { add, does, get } = desk();
    does(OPS, 'occupant:c', { type: 'react', id: 'wire-m', emojis: ['❌'] });
    does(OPS, 'occupant:c', { type: 'react', id: 'a1', emojis: ['👍'] });
    add(OPS, 'm', said('a1'));
    expect(get(OPS, 'm')?.reactions).toMatchObject([{ emojis: ['👍'] }]);
  });
});

describe('an acknowledgement', () => {
  it('waits for its message, and however many there are, nothing else is pushed out', () => {
    const { add, does, get } = desk();
    does(OPS, 'occupant:c', { type: 'react', id: 'a1', emojis: ['👍'] });
    for (let at = 0; at <= 5_000; at += 1)
      does(OPS, 'occupant:eve', { type: 'acknowledge', id: `none-${at}` });
    does(OPS, 'occupant:c', { type: 'acknowledge', id: 'a1' });
    add(OPS, 'm', said('a1'));
    expect(get(OPS, 'm')?.reactions).toHaveLength(1);
    expect(get(OPS, 'm')?.acknowledgements).toMatchObject([{ author: 'occupant:c' }]);
  });
});

describe('a retraction', () => {
  it('marks its sender’s message and leaves what was there to be read', () => {
    const { add, does, get } = desk();
    add(BOB, 'm', by(BOB));
    does(BOB, BOB, { type: 'retract', id: 'wire-m' });
    expect(get(BOB, 'm')).toMatchObject({ body: 'text of m', retraction: { by: 'sender', at: T + 1_000 } });
  });

  it('of somebody else does nothing, now and later', () => {
    const { add, does, get } = desk();
    add(OPS, 'm', said('a1'));
    for (const author of ['occupant:eve', 'nick:1:bob', undefined])
      does(OPS, author, { type: 'retract', id: 'a1' });
    add(BOB, 'own', by(SELF));
    does(BOB, BOB, { type: 'retract', id: 'wire-own' });
    does(BOB, BOB, { type: 'retract', id: 'wire-next' });
    add(BOB, 'next', by(SELF));
    const left = [get(OPS, 'm'), get(BOB, 'own'), get(BOB, 'next')];
    expect(left.map((one) => one?.retraction)).toEqual([undefined, undefined, undefined]);
  });

  it('of whoever has the nickname now changes nothing where no occupant id tells them from its sender, and says so', () => {
    const { add, does, get } = desk();
    const stayed = 'nick:stay1:bob';
    add(OPS, 'm', said('a1', stayed));
    does(OPS, 'nick:stay2:bob', { type: 'retract', id: 'a1' }, T + 1_000, 'bob');
    does(OPS, undefined, { type: 'retract', id: 'a1' }, T + 2_000, 'bob');
    expect(get(OPS, 'm')).toMatchObject({ body: 'text of m', retractionClaim: { at: T + 1_000 } });
    // It was not known yet when they wanted it back.
    does(OPS, undefined, { type: 'retract', id: 'a2' }, T + 1_000, 'bob');
    add(OPS, 'late', { reference: { archive: 'a2' } });
    expect(get(OPS, 'late')).toMatchObject({ retractionClaim: { at: T + 1_000 } });
    // Neither another nickname's nor one that an occupant id tells to be another's is worth a word.
    add(OPS, 'n', said('a3', stayed));
    add(OPS, 'o', said('a4'));
    does(OPS, 'nick:stay3:eve', { type: 'retract', id: 'a3' }, T + 1_000, 'eve');
    for (const author of ['nick:stay2:bob', 'occupant:eve', undefined])
      does(OPS, author, { type: 'retract', id: 'a4' }, T + 1_000, 'bob');
    const left = ['m', 'late', 'n', 'o'].map((id) => get(OPS, id));
    expect(left.map((one) => one?.retraction)).toEqual([undefined, undefined, undefined, undefined]);
    expect(left.slice(2).map((one) => one?.retractionClaim)).toEqual([undefined, undefined]);
    does(OPS, stayed, { type: 'retract', id: 'a1' }, T + 3_000, 'bob');
    expect(get(OPS, 'm')).toMatchObject({ retraction: { by: 'sender', at: T + 3_000 } });
  });

  it('by the room names the moderator only where it is one of the room', () => {
    const { add, does, get } = desk();
    add(OPS, 'm', said('a1'));
    add(OPS, 'n', said('a2'));
    does(OPS, undefined, { type: 'moderate', id: 'a1', by: `${OPS}/Chief`, reason: 'spill' });
    does(OPS, undefined, { type: 'moderate', id: 'a2', by: 'eve@evil.example/x', reason: '' });
    expect(get(OPS, 'm')).toMatchObject({
      body: 'text of m',
      retraction: { by: 'room', moderator: '<Chief>', reason: 'spill' },
    });
    expect(get(OPS, 'n')?.retraction).toEqual({ at: T + 1_000, by: 'room' });
  });

  it('by a room means nothing one to one', () => {
    const { add, does, get } = desk();
    add(BOB, 'm', by(BOB));
    does(BOB, undefined, { type: 'moderate', id: 'wire-m', by: undefined, reason: '' });
    expect(get(BOB, 'm')?.retraction).toBeUndefined();
  });
});

describe('an answer', () => {
  const quoted = '> bob: something he never said\nI agree';

  it('quotes the message as it is here, not as whoever answers has it', () => {
    const { add, get } = desk();
    add(OPS, 'm', { ...said('a1'), shownAs: 'Bob', label: { id: 'high', text: 'HIGH' } });
    add(OPS, 'r', {
      ...said('a2', 'occupant:eve'),
      body: quoted,
      reply: { reference: 'a1', fallback: [0, 31] },
    });
    expect(get(OPS, 'r')).toMatchObject({
      body: 'I agree',
      reply: { id: 'm', sender: 'Bob', excerpt: 'text of m', label: { id: 'high' } },
    });
  });

  it('keeps its own quote as text until the message is here', () => {
    const { add, get, model } = desk();
    add(OPS, 'r', { ...said('a2'), body: quoted, reply: { reference: 'a1', fallback: [0, 31] } });
    expect(get(OPS, 'r')?.body).toBe(quoted);
    model.prependMessages(OPS, 'room', [message('m', said('a1', 'occupant:c'))]);
    expect(get(OPS, 'r')).toMatchObject({ body: 'I agree', reply: { id: 'm', excerpt: 'text of m' } });
  });

  it('loses no text to a range that is wrong or covers everything', () => {
    const { add, get } = desk();
    add(BOB, 'm', by(BOB));
    const ranges: [number, number][] = [
      [0, 500],
      [0, 7],
    ];
    for (const [index, fallback] of ranges.entries()) {
      add(BOB, `r${index}`, { ...by(BOB), body: 'I agree', reply: { reference: 'wire-m', fallback } });
      expect(get(BOB, `r${index}`)?.body).toBe('I agree');
    }
  });
});

describe('a marker', () => {
  it('moves own messages up to that one on, and none that failed or waits', () => {
    const { add, does, get } = desk();
    const states = ['stored', 'failed', 'queued', 'delivered', 'stored'] as const;
    for (const [index, delivery] of states.entries()) add(BOB, `m${index}`, { ...by(SELF), delivery });
    does(BOB, BOB, { type: 'displayed', id: 'wire-m3' });
    expect(states.map((_, index) => get(BOB, `m${index}`)?.delivery)).toEqual([
      'displayed',
      'failed',
      'queued',
      'displayed',
      'stored',
    ]);
  });

  it('of this user’s other machine, or in a room, says nothing of others', () => {
    const { add, does, get } = desk();
    add(BOB, 'm', { ...by(SELF), delivery: 'stored' });
    add(OPS, 'n', { ...by(SELF, { archive: 'a1' }), delivery: 'stored' });
    does(BOB, SELF, { type: 'displayed', id: 'wire-m' });
    does(OPS, 'occupant:c', { type: 'displayed', id: 'a1' });
    expect([get(BOB, 'm')?.delivery, get(OPS, 'n')?.delivery]).toEqual(['stored', 'stored']);
  });
});
