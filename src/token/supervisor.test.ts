import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { TokenChild } from './child.ts';
import { TokenSupervisor } from './supervisor.ts';
import type { TokenConfig } from './types.ts';

/** A token process that says what it is told to say. */
class SpokenFor implements TokenChild {
  isKilled = false;
  #hear: (message: unknown) => void = () => undefined;

  postMessage(): void {}
  onMessage(listener: (message: unknown) => void): void {
    this.#hear = listener;
  }
  onExit(): void {}
  kill(): void {
    this.isKilled = true;
  }
  say(message: unknown): void {
    this.#hear(message);
  }
}

const config: TokenConfig = {
  modules: [],
  certificate: { issuerSpkiSha256: [], extendedKeyUsages: [], policyOids: [], upnPattern: '' },
};
let now = 0;

/** Time in which this process runs. */
function pass(milliseconds: number): void {
  for (let left = milliseconds; left > 0; left -= 100) {
    now += 100;
    vi.advanceTimersByTime(100);
  }
}

function started(): SpokenFor {
  const child = new SpokenFor();
  new TokenSupervisor({ spawn: () => child, config }).start();
  child.say({ kind: 'status', status: { kind: 'error', error: { code: 'CARD_REMOVED' } } });
  return child;
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout'] });
  vi.spyOn(performance, 'now').mockImplementation(() => now);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('TokenSupervisor', () => {
  it('ends a process that says nothing any more', () => {
    const child = started();
    pass(3_000);
    expect(child.isKilled).toBe(false);
    pass(1_000);
    expect(child.isKilled).toBe(true);
  });

  it('leaves one alone that says that it lives', () => {
    const child = started();
    for (let n = 0; n < 20; n += 1) {
      pass(1_000);
      child.say({ kind: 'alive', stuck: false });
    }
    expect(child.isKilled).toBe(false);
  });

  it('does not take a computer that slept for a process that hangs', () => {
    const child = started();
    pass(1_000);
    now += 60_000; // nothing here ran
    pass(200);
    expect(child.isKilled).toBe(false);
    child.say({ kind: 'alive', stuck: false });
    pass(3_000);
    expect(child.isKilled).toBe(false);
    pass(1_000);
    expect(child.isKilled).toBe(true);
  });
});
