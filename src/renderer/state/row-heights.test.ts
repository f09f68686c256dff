import { expect, it } from 'vitest';
import type { ChatMessage } from '../../shared/chat-model.ts';
import type { BareJid } from '../../shared/jid.ts';
import { estimateHeight } from './message-groups.ts';
import { RowHeights } from './row-heights.ts';

const message = (body: string, extra: Partial<ChatMessage> = {}): ChatMessage => ({
  id: body,
  direction: 'in',
  sender: 'bob@example.mil' as BareJid,
  body,
  at: 0,
  delayed: false,
  ...extra,
});
const said = message('convoy at the gate');
const before = message('radio check');

it('guesses the height of a row of which one alike was measured', () => {
  const heights = new RowHeights();
  expect(heights.guess(said, before)).toBe(estimateHeight(said, before));
  heights.learn(said, before, 44);
  expect(heights.guess(message('convoy at a bridge'), before)).toBe(44);
  heights.learn(said, before, 23);
  expect(heights.guess(said, before)).toBe(23);
});

it('takes nothing for alike that is longer, has lines, starts a day or has something with it', () => {
  const heights = new RowHeights();
  heights.learn(said, before, 44);
  const others = [
    message('convoy at the gate, all vehicles accounted for'),
    message('convoy at\nthe gate'),
    message('convoy at the gate', { reactions: [] }),
    message('convoy at the gate', { at: 86_400_000 }),
  ];
  for (const other of others) expect(heights.guess(other, before)).toBe(estimateHeight(other, before));
  expect(heights.guess(said, undefined)).toBe(estimateHeight(said, undefined));
});

it('keeps what it guessed of a message, so that rows in sight do not move, and guesses better for the next', () => {
  const heights = new RowHeights();
  const above = message('convoy at the wall');
  const guessed = heights.guess(above, before);
  heights.learn(said, before, guessed + 21);
  expect(heights.guess(above, before)).toBe(guessed);
  expect(heights.guess(message('convoy at the well'), before)).toBe(guessed + 21);
  // Corrected, it is another one.
  expect(heights.guess({ ...above }, before)).toBe(guessed + 21);
});
