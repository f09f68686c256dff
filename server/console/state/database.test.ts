import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { afterEach, describe, expect, it } from 'vitest';
import { backUp, migrate, openState } from './database.ts';

const made: string[] = [];
const directory = (): string => {
  const path = mkdtempSync(join(tmpdir(), 'sallyport-state-'));
  made.push(path);
  return path;
};
afterEach(() => {
  for (const path of made.splice(0)) rmSync(path, { recursive: true, force: true });
});

describe('the state', () => {
  it('is brought to the present version once, and stays', () => {
    const path = directory();
    const first = openState(path);
    first.exec("INSERT INTO approvals VALUES ('a','x','{}','d','o','k',1,2,'done',NULL,NULL,NULL)");
    first.close();
    const second = openState(path);
    expect(second.prepare('SELECT id FROM approvals').all([])).toEqual([{ id: 'a' }]);
    second.close();
  });

  it('of a later version is left alone', () => {
    const state = new Database(':memory:');
    state.exec('PRAGMA user_version = 9999');
    expect(() => migrate(state)).toThrow(/later version/);
  });

  it('is backed up while it is open, and never over a file that is there', () => {
    const path = directory();
    const state = openState(path);
    state.exec("INSERT INTO approvals VALUES ('a','x','{}','d','o','k',1,2,'done',NULL,NULL,NULL)");
    const target = join(path, 'copy.db');
    backUp(path, target);
    state.close();
    const copy = new Database(target);
    expect(copy.prepare('SELECT id FROM approvals').all([])).toEqual([{ id: 'a' }]);
    copy.close();
    expect(() => backUp(path, target)).toThrow(/exists/);
    expect(() => backUp(join(path, 'nowhere'), join(path, 'x'))).toThrow(/does not exist/);
  });
});
