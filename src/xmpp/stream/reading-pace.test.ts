import { expect, it, vi } from 'vitest';
import { NS } from '../namespaces.ts';
import { type Element, xml } from '../xml.ts';
import { ReadingPace, STREAM_PACE_MS } from './reading-pace.ts';

function reading() {
  const set = vi.fn<(ms: number) => void>();
  const pace = new ReadingPace(set);
  let now = 1_000;
  const reads = (count: number, everyMs: number): void => {
    for (let i = 0; i < count; i++) {
      now += everyMs;
      pace.onRead(now);
    }
  };
  const say = (element: Element): void => pace.onSent(element, now);
  const calls = (): number[] => set.mock.calls.splice(0).map(([ms]) => ms);
  return { reads, say, calls };
}

it('is set once by a stream, holds at its own pace and ends with the stream', () => {
  const { reads, calls } = reading();
  reads(20, 50);
  expect(calls()).toEqual([STREAM_PACE_MS]);
  reads(1_000, STREAM_PACE_MS);
  expect(calls()).toEqual([]);
  reads(1, 10_000);
  expect(calls()).toEqual([0]);
});

it('is not set by single messages, nor by some that come together', () => {
  const { reads, calls } = reading();
  for (let i = 0; i < 20; i++) {
    reads(5, 1);
    reads(1, 3_000);
  }
  reads(100, 400);
  expect(calls()).toEqual([]);
});

it('ends with a question, so that neither the answer nor what follows waits, and is set again a second later', () => {
  const { reads, say, calls } = reading();
  const questions = [
    xml('iq', { xmlns: NS.client, type: 'get', id: '1' }),
    xml('iq', { xmlns: NS.client, type: 'set', id: '1' }),
    xml('message', { xmlns: NS.client }, xml('body', {}, 'Hello')),
    xml('presence', { xmlns: NS.client }),
    xml('r', { xmlns: NS.streamManagement }),
  ];
  reads(20, 50);
  for (const question of questions) {
    say(question);
    expect(calls()).toEqual([STREAM_PACE_MS, 0]);
    reads(19, 50);
    expect(calls()).toEqual([]);
    reads(1, 50);
  }
});

it('goes on over what nobody answers', () => {
  const { reads, say, calls } = reading();
  reads(20, 50);
  say(xml('a', { xmlns: NS.streamManagement, h: '1' }));
  say(xml('iq', { xmlns: NS.client, type: 'result', id: '1' }));
  say(xml('message', { xmlns: NS.client }, xml('received', { xmlns: 'urn:xmpp:receipts', id: '1' })));
  expect(calls()).toEqual([STREAM_PACE_MS]);
});
