import {
  chmodSync,
  chownSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { helperProblem } from './sandbox-helper.mjs';

let directory: string;
let helper: string;
const uid = process.getuid?.() ?? 0;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sallyport-helper-'));
  helper = join(directory, 'chrome-sandbox');
  writeFileSync(helper, 'helper');
  chmodSync(helper, 0o755);
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

describe('a helper that is to become setuid root', () => {
  it('is a file that nobody else can have put there or can change', () => {
    expect(helperProblem(helper, uid)).toBeUndefined();
  });

  it('is no link, and has no second name', () => {
    rmSync(helper);
    writeFileSync(join(directory, 'other'), 'other');
    symlinkSync('other', helper);
    expect(helperProblem(helper, uid)).toContain('regular file');
    rmSync(helper);
    linkSync(join(directory, 'other'), helper);
    expect(helperProblem(helper, uid)).toContain('regular file');
  });

  it('is not writable for others, nor is a directory above it', () => {
    chmodSync(helper, 0o777);
    expect(helperProblem(helper, uid)).toContain(helper);
    chmodSync(helper, 0o755);
    for (const mode of [0o777, 0o775]) {
      chmodSync(directory, mode);
      expect(helperProblem(helper, uid)).toContain(directory);
    }
    chmodSync(directory, 0o755);
    const inner = join(directory, 'inner');
    mkdirSync(inner);
    writeFileSync(join(inner, 'chrome-sandbox'), 'helper');
    chmodSync(directory, 0o777);
    expect(helperProblem(join(inner, 'chrome-sandbox'), uid)).toContain(directory);
  });

  it('belongs to root or to whoever asks, like every directory above it', () => {
    expect(helperProblem(helper, uid + 4242)).toEqual(
      uid === 0 ? undefined : expect.stringContaining(helper),
    );
    if (uid !== 0) return;
    chownSync(helper, 4242, 4242);
    expect(helperProblem(helper, 0)).toContain(helper);
    chownSync(helper, 0, 0);
    chownSync(directory, 4242, 4242);
    expect(helperProblem(helper, 0)).toContain(directory);
  });
});
