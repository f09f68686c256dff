import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { AlreadyRunning, holdAlone } from './sole.ts';

const made: string[] = [];
const directory = (): string => {
  const path = mkdtempSync(join(tmpdir(), 'sallyport-sole-'));
  made.push(path);
  return path;
};
afterEach(() => {
  for (const path of made.splice(0)) rmSync(path, { recursive: true, force: true });
});

describe('one console to a directory', () => {
  it('a second one is refused, and takes nothing along', () => {
    const [state, log, other] = [directory(), directory(), directory()];
    const release = holdAlone([state, log]);
    expect(() => holdAlone([other, log])).toThrow(AlreadyRunning);
    expect(() => holdAlone([other, log])).toThrow(log);
    // What it had already taken is free again.
    holdAlone([other])();
    release();
    holdAlone([state, log])();
  });

  it('a directory that is not there is its own failure', () => {
    expect(() => holdAlone([join(directory(), 'nowhere')])).toThrow(/unable to open/i);
  });
});
