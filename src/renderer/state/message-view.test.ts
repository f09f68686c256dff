import { describe, expect, it } from 'vitest';
import type { ChatMessage, Occupant } from '../../shared/chat-model.ts';
import { MAX_CORRECTION_AGE_MS, SELF } from '../../shared/message-actions.ts';
import { MessageLog } from './message-log.ts';
import { completed, completion, lastCorrectable, possible, reactionGroups, toggled } from './message-view.ts';

const NOW = 1_800_000_000_000;
const message = (id: string, extra: Partial<ChatMessage> = {}): ChatMessage => ({
  id,
  direction: 'out',
  sender: 'me',
  body: id,
  at: NOW - 60_000,
  delayed: false,
  reference: { id, archive: `a-${id}`, author: SELF },
  ...extra,
});
const moderator: Occupant = {
  nick: 'me',
  role: 'moderator',
  affiliation: 'owner',
  availability: 'available',
  self: true,
};
const reaction = (author: string, ...emojis: string[]) => ({ author, name: author, emojis, at: 1 });

describe('reactions', () => {
  const reacted = message('m', {
    reactions: [reaction('ana', '✅', '👀'), reaction('ben', '✅'), reaction(SELF, '👀'), reaction('cy')],
  });

  it('are grouped by emoji, with whose they are', () => {
    expect(reactionGroups(reacted)).toEqual([
      { emoji: '✅', names: ['ana', 'ben'], own: false },
      { emoji: '👀', names: ['ana'], own: true },
    ]);
  });

  it('are put in and taken out one at a time', () => {
    expect(toggled(reacted, '✅')).toEqual(['👀', '✅']);
    expect(toggled(reacted, '👀')).toEqual([]);
    const eight = [...'12345678'];
    expect(toggled(message('n', { reactions: [reaction(SELF, ...eight)] }), '9')).toEqual([...'23456789']);
  });
});

describe('what may be done with a message', () => {
  const may = (one: ChatMessage, self?: Occupant) => possible(one, 'room', self, NOW);

  it('is everything with an own one that is there', () => {
    expect(may(message('m'), moderator)).toEqual({
      reply: true,
      react: true,
      correct: true,
      retract: true,
      moderate: true,
    });
  });

  it('is not to change what is not one’s own, and to moderate only as a moderator', () => {
    const others = message('m', { direction: 'in', reference: { archive: 'a', author: 'occupant:b' } });
    expect(may(others)).toMatchObject({ reply: true, correct: false, retract: false, moderate: false });
    expect(may(others, moderator)).toMatchObject({ moderate: true });
  });

  it('is nothing with what was taken back, and nothing that needs an id with what has none', () => {
    const gone = message('m', { retraction: { at: NOW, by: 'sender' } });
    expect(Object.values(may(gone, moderator))).not.toContain(true);
    expect(may(message('m', { reference: { id: 'm', author: SELF } }), moderator)).toEqual({
      reply: false,
      react: false,
      correct: true,
      retract: false,
      moderate: false,
    });
  });

  it('is to correct the newest own message that is not too old, for the arrow key', () => {
    const old = message('old', { at: NOW - MAX_CORRECTION_AGE_MS - 1 });
    const others = message('b', { direction: 'in', reference: { id: 'b', author: 'bob@chat.mil' } });
    const failed = message('failed', { delivery: 'failed' });
    const log = MessageLog.empty.append([old, message('mine'), others, failed]);
    expect(lastCorrectable(log, 'contact', NOW)?.id).toBe('mine');
    expect(lastCorrectable(MessageLog.empty.append([old, others]), 'contact', NOW)).toBeUndefined();
  });
});

describe('completing nicknames', () => {
  const nicks = ['Bravo', 'brandt', 'Okafor', 'نور'];

  it('finds those that begin as the word before the caret does, also behind an @', () => {
    expect(completion('bra', 3, nicks)).toEqual({ start: 0, nicks: ['Bravo', 'brandt'] });
    expect(completion('see @OKA later', 8, nicks)).toEqual({ start: 5, nicks: ['Okafor'] });
    expect(completion('نو', 2, nicks)?.nicks).toEqual(['نور']);
    for (const [text, caret] of [
      ['', 0],
      ['x ', 2],
      ['zulu', 4],
    ] as const)
      expect(completion(text, caret, nicks)).toBeUndefined();
  });

  it('puts one in the word’s place: a call at the beginning, a word elsewhere', () => {
    const at = (text: string, caret: number) =>
      completed(text, completion(text, caret, nicks) ?? { start: 0, nicks: [] }, caret, 'Bravo');
    expect(at('bra', 3)).toBe('Bravo: ');
    expect(at('ask bra now', 7)).toBe('ask Bravo now');
  });
});
