import { describe, expect, it } from 'vitest';
import type { Notice } from '../../shared/watch-contract.ts';
import { announce, announceUnread, desktopNotice } from './attention.ts';

const notice: Notice = {
  reason: 'watchword',
  severity: 'critical',
  count: 1,
  sender: 'ALLEN.ALICE',
  label: 'SECRET',
  text: 'convoy at the gate',
};

function announced(enabled: boolean) {
  const seen: string[] = [];
  const attention = {
    drawAttention: () => seen.push('look'),
    show: ({ title, body }: { title: string; body: string }) => seen.push(`${title}: ${body}`),
    badge: (total: number) => seen.push(`badge ${total}`),
  };
  announce(notice, { enabled, content: 'none' }, attention);
  announceUnread(3, { enabled, content: 'none' }, attention);
  return seen;
}

it('messages are announced where the policy lets them', () => {
  expect(announced(true)).toEqual(['look', 'Critical: Watchword: Open Sallyport to read it.', 'badge 3']);
  expect(announced(false)).toEqual(['badge 0']);
});

describe('what a notification tells is what the policy lets it', () => {
  const told = (content: 'none' | 'sender' | 'full', of: Notice = notice) =>
    desktopNotice(of, { enabled: true, content });

  it('none: that there is something, whatever the session process says', () => {
    const { title, body } = told('none');
    expect(`${title} ${body}`).not.toMatch(/ALICE|SECRET|convoy/u);
  });

  it('sender: from whom', () => {
    expect(told('sender')).toEqual({ title: 'Critical: Watchword', body: 'From ALLEN.ALICE', urgent: true });
  });

  it('full: the marking before the text', () => {
    expect(told('full').body).toBe('[SECRET] ALLEN.ALICE: convoy at the gate');
    expect(told('full', { ...notice, count: 3 }).body).toMatch(/ \(and 2 more\)$/u);
  });

  it('is one bounded line without anything that turns it round', () => {
    const { body } = told('full', { ...notice, text: `a\n\u202eb${'x'.repeat(1000)}` });
    expect(body.length).toBeLessThanOrEqual(256);
    expect(body).not.toMatch(/[\n\u202e]/u);
  });

  it('only a critical watchword is urgent', () => {
    expect(told('none', { ...notice, severity: 'warning' }).urgent).toBe(false);
    expect(told('none', { ...notice, reason: 'mention' }).urgent).toBe(false);
    expect(told('none', { ...notice, reason: 'message', severity: 'info' }).title).toBe('New message');
  });
});
