import { setTimeout } from 'node:timers/promises';

const SECOND = 1000;

/**
 * Waits for the end of this second: statements of freshness and update manifests are numbered by the second, and two of
 * one second would contradict each other to a client.
 */
export function nextSecond(): Promise<void> {
  return setTimeout(SECOND - (Date.now() % SECOND));
}
