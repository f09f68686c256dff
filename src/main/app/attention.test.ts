import { expect, it } from 'vitest';
import { announceUnread } from './attention.ts';

function asked(total: number, enabled: boolean): readonly unknown[][] {
  const seen: unknown[][] = [];
  announceUnread(
    total,
    { enabled, content: 'none' },
    { drawAttention: (...args: unknown[]) => seen.push(args) },
  );
  return seen;
}

it('unread messages ask for a look where the policy lets them', () => {
  expect([asked(3, true).length, asked(3, false).length, asked(0, true).length]).toEqual([1, 0, 0]);
});

it('nothing of a message is handed over', () => {
  expect(asked(1, true)).toEqual([[]]);
});
