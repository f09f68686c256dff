import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { stampOf, type Watch, watchFiles } from './watched-file.ts';

describe('watchFiles', () => {
  let directory: string;
  let watch: Watch | undefined;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'watched-'));
  });
  afterEach(() => {
    watch?.stop();
    rmSync(directory, { recursive: true });
  });

  it('notices what changed between the first reading and its own beginning', async () => {
    const path = join(directory, 'switch.json');
    writeFileSync(path, 'on');
    const stamp = await stampOf([path]);
    writeFileSync(path, 'off');
    const seen = await new Promise<string>((done) => {
      const noticed = async () => done('changed');
      watch = watchFiles([path], stamp, 10, noticed, (error) => done(String(error)));
    });
    expect(seen).toBe('changed');
  });
});
