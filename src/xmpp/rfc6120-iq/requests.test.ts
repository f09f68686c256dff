/** How long an answer is waited for: while the link brings what may stand before it, and not much longer. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Element, xml } from '../xml.ts';
import { Requests } from './requests.ts';

const LIMIT = 1_000;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

function scene() {
  const state = { received: 0, busy: true };
  const sent: Element[] = [];
  const requests = new Requests(
    {
      account: undefined,
      domain: 'chat.mil',
      send: (stanza) => sent.push(stanza),
      newId: () => `id-${sent.length}`,
      lastReceived: () => (state.busy ? performance.now() : state.received),
    },
    LIMIT,
  );
  const outcome = { error: '' };
  requests.send('get', xml('query', { xmlns: 'x' })).catch((error: Error) => {
    outcome.error = error.message;
  });
  /** Time limits that pass until it is given up, at most 50. */
  const limits = async (): Promise<number> => {
    let count = 0;
    while (outcome.error === '' && count < 50) {
      await vi.advanceTimersByTimeAsync(LIMIT);
      count += 1;
    }
    return count;
  };
  return { state, sent, requests, outcome, limits };
}

describe('an answer that does not come', () => {
  it('is given up after its time where the link is silent', async () => {
    const { state, outcome, limits } = scene();
    state.busy = false;
    expect(await limits()).toBe(1);
    expect(outcome.error).toBe('STREAM_TIMEOUT');
  });

  it('is waited for much longer while the link brings what was written before', async () => {
    const { limits } = scene();
    expect(await limits()).toBe(21);
  });

  it('is given up soon once the server has taken the request, whatever the link brings besides', async () => {
    const { requests, sent, limits } = scene();
    const id = sent[0]?.attrs.id ?? '';
    await vi.advanceTimersByTimeAsync(LIMIT * 5);
    requests.onHandled('another');
    requests.onHandled(id);
    // Said twice it gets no more time.
    await vi.advanceTimersByTimeAsync(LIMIT);
    requests.onHandled(id);
    expect(await limits()).toBe(3);
  });
});
