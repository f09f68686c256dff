/** What happens by itself: nobody is at the desk, or the policy's time is over. */
import { powerMonitor } from 'electron';
import { advanceClock, type ClockReading, hasExpired, startClock } from '../policy/expiry.ts';

const IDLE_CHECK_MS = 5_000;
const TIME_CHECK_MS = 15_000;

/**
 * Calls once each time there was no input for as many minutes as the policy says at that time, and whenever the desktop is locked or the computer goes to
 * sleep: on many desktops a closed lid locks nothing, and waking is input.
 */
export function watchIdle(minutes: () => number, onIdle: () => void): void {
  let idle = false;
  setInterval(() => {
    const now = powerMonitor.getSystemIdleTime() >= minutes() * 60;
    if (now && !idle) onIdle();
    idle = now;
  }, IDLE_CHECK_MS);
  powerMonitor.on('lock-screen', onIdle);
  powerMonitor.on('suspend', onIdle);
}

export function readClock(): ClockReading {
  return { wall: Date.now(), monotonic: performance.now() };
}

/** Calls once when the policy that is then in force has expired; looks again as soon as the computer wakes. */
export function watchExpiry(expires: () => string, onExpired: () => void): void {
  let clock = startClock(readClock());
  const stop = watchTime(() => {
    clock = advanceClock(clock, readClock());
    if (!hasExpired(clock, expires())) return;
    stop();
    onExpired();
  });
}

/** Calls every few seconds and whenever the computer wakes; returns what ends that. */
export function watchTime(check: () => void): () => void {
  const timer = setInterval(check, TIME_CHECK_MS);
  powerMonitor.on('resume', check);
  return () => {
    clearInterval(timer);
    powerMonitor.off('resume', check);
  };
}
