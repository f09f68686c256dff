/** What happens by itself: nobody is at the desk, or the policy's time is over. */
import { powerMonitor } from 'electron';
import { advanceClock, type ClockReading, hasExpired, startClock } from '../policy/expiry.ts';

const IDLE_CHECK_MS = 5_000;
const EXPIRY_CHECK_MS = 15_000;

/**
 * Calls once each time there was no input for `minutes`, and whenever the desktop is locked or the computer goes to
 * sleep: on many desktops a closed lid locks nothing, and waking is input.
 */
export function watchIdle(minutes: number, onIdle: () => void): void {
  let idle = false;
  setInterval(() => {
    const now = powerMonitor.getSystemIdleTime() >= minutes * 60;
    if (now && !idle) onIdle();
    idle = now;
  }, IDLE_CHECK_MS);
  powerMonitor.on('lock-screen', onIdle);
  powerMonitor.on('suspend', onIdle);
}

function readClock(): ClockReading {
  return { wall: Date.now(), monotonic: performance.now() };
}

/** Calls once when the policy has expired; looks again as soon as the computer wakes. */
export function watchExpiry(expires: string, onExpired: () => void): void {
  let clock = startClock(readClock());
  const check = (): void => {
    clock = advanceClock(clock, readClock());
    if (!hasExpired(clock, expires)) return;
    clearInterval(timer);
    powerMonitor.off('resume', check);
    onExpired();
  };
  const timer = setInterval(check, EXPIRY_CHECK_MS);
  powerMonitor.on('resume', check);
}
