import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import file from '../../src/lock/vectors.json';

const ROOT = join(import.meta.dirname, '../..');

describe('the lock’s vectors', () => {
  it('come out of OpenSSL’s command line as they are stored', () => {
    const made = spawnSync(join(ROOT, 'src/lock/make-vectors.sh'), { encoding: 'utf8' });
    expect(made.stderr).toBe('');
    expect(JSON.parse(made.stdout)).toEqual(file);
  });

  it('pass in the Lua code that Prosody runs', () => {
    const run = spawnSync(
      'lua5.4',
      [
        join(ROOT, 'server/prosody/test/vectors.lua'),
        join(ROOT, 'server/prosody/modules'),
        join(ROOT, 'src/lock/vectors.json'),
      ],
      { encoding: 'utf8' },
    );
    const expected = file.vectors.map((_, at) => `vector ${at + 1} done`);
    expect(run.stdout.trim().split('\n')).toEqual(expected);
    expect(run.stderr).toBe('');
    expect(run.status).toBe(0);
  });
});
