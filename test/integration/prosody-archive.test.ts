/** One message of a large archive changed by the kit's code, beside Prosody's own storage. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');

it('messages are found and replaced one at a time, whatever they say, and the others stay as they were', () => {
  const scratch = mkdtempSync(join(tmpdir(), 'sallyport-archive-'));
  try {
    const run = spawnSync(
      'lua5.4',
      [
        join(ROOT, 'server/prosody/test/archive.lua'),
        join(ROOT, 'server/prosody/modules'),
        scratch,
        // Several blocks of the file that are read at once.
        '6000',
      ],
      { encoding: 'utf8' },
    );
    const lines = run.stdout.trim().split('\n');
    expect(lines.filter((line) => !line.endsWith(' done'))).toEqual([]);
    expect([lines.length, run.status]).toEqual([12, 0]);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
});
