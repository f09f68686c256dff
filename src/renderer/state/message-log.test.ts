import { describe, expect, it } from 'vitest';
import type { ChatMessage } from '../../shared/chat-model.ts';
import { MessageLog } from './message-log.ts';

function message(number: number, body = `message ${number}`): ChatMessage {
  return {
    id: `m${number}`,
    direction: 'in',
    sender: 'bob@example.mil',
    body,
    at: number * 1000,
    delayed: false,
  };
}

function messages(from: number, to: number): readonly ChatMessage[] {
  return Array.from({ length: to - from }, (_, index) => message(from + index));
}

function bodies(log: MessageLog): readonly string[] {
  return log.slice(0, log.size).map((item) => item.body);
}

describe('MessageLog', () => {
  it('keeps the order in which messages were appended, over chunk borders', () => {
    let log = MessageLog.empty;
    for (let number = 0; number < 1500; number += 1) log = log.append([message(number)]);
    expect(log.size).toBe(1500);
    expect(bodies(log)).toEqual(messages(0, 1500).map((item) => item.body));
  });

  it('puts older pages before, again and again, over chunk borders', () => {
    let log = MessageLog.empty.append(messages(1000, 1010));
    for (let from = 900; from >= 0; from -= 100) log = log.prepend(messages(from, from + 100));
    expect(bodies(log)).toEqual(messages(0, 1010).map((item) => item.body));
    expect(log.indexOf('m0')).toBe(0);
    expect(log.indexOf('m1009')).toBe(1009);
  });

  it('shows a message once, whatever arrives twice', () => {
    const log = MessageLog.empty
      .append([message(1), message(2), message(1)])
      .append([message(2), message(3)])
      .prepend([message(0), message(0), message(3)]);
    expect(log.slice(0, 9).map((item) => item.id)).toEqual(['m0', 'm1', 'm2', 'm3']);
  });

  it('takes the newer content of a message that arrives again', () => {
    const log = MessageLog.empty.append([message(1), message(2)]).append([message(1, 'changed'), message(3)]);
    expect(bodies(log)).toEqual(['changed', 'message 2', 'message 3']);
  });

  it('replaces by id and ignores ids it does not know', () => {
    const log = MessageLog.empty.append(messages(0, 3));
    expect(bodies(log.replace([message(1, 'new'), message(9)]))).toEqual(['message 0', 'new', 'message 2']);
    expect(log.replace([message(9)])).toBe(log);
  });

  it('leaves the log it was made from as it was', () => {
    const before = MessageLog.empty.append(messages(0, 600));
    const after = before
      .append([message(600)])
      .replace([message(5, 'changed')])
      .prepend([message(-1)]);
    expect(bodies(before)).toEqual(messages(0, 600).map((item) => item.body));
    expect(before.get('m600')).toBeUndefined();
    expect(before.indexOf('m-1')).toBe(-1);
    expect(after.size).toBe(602);
    expect(after.get('m5')?.body).toBe('changed');
  });

  it('does not let one conversation see the index of another', () => {
    const left = MessageLog.empty.append([message(1)]);
    const right = MessageLog.empty.append([message(2)]);
    expect(left.get('m2')).toBeUndefined();
    expect(right.get('m1')).toBeUndefined();
    expect(MessageLog.empty.size).toBe(0);
  });

  it('answers outside of its range with nothing', () => {
    const log = MessageLog.empty.append(messages(0, 3));
    expect(log.at(-1)).toBeUndefined();
    expect(log.at(3)).toBeUndefined();
    expect(log.slice(2, 99)).toHaveLength(1);
  });

  it('copies only what changed when one message of 100,000 does', () => {
    const log = MessageLog.empty.append(messages(0, 100_000));
    const after = log.append([message(100_000)]);
    expect(after.size).toBe(100_001);
    expect(after.at(0)).toBe(log.at(0));
    expect(after.last?.id).toBe('m100000');
    expect(log.size).toBe(100_000);
  });
});
