import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { DEFAULT_PREFERENCES } from '../../shared/preferences.ts';
import { PreferenceFile } from './preference-file.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'preferences-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const NIGHT = { ...DEFAULT_PREFERENCES, theme: 'night', zoom: 125 } as const;

it('keeps the last choice over a restart', async () => {
  const path = join(directory, 'preferences.json');
  const file = new PreferenceFile(path);
  expect(file.current).toEqual(DEFAULT_PREFERENCES);
  await Promise.all([file.set({ ...NIGHT, theme: 'light' }), file.set(NIGHT)]);
  expect(new PreferenceFile(path).current).toEqual(NIGHT);
  expect(readFileSync(path, 'utf8').length).toBeLessThan(200);
});

it('takes what it can of a damaged file and the defaults for the rest', () => {
  const path = join(directory, 'preferences.json');
  for (const content of ['', '{', 'null', '[]', '"night"', ' '.repeat(5000), '\ud800']) {
    writeFileSync(path, content);
    expect(new PreferenceFile(path).current).toEqual(DEFAULT_PREFERENCES);
  }
  writeFileSync(path, '{"theme":"night","zoom":1e9,"density":{}}');
  expect(new PreferenceFile(path).current).toEqual({ ...DEFAULT_PREFERENCES, theme: 'night' });
});

it('says when a choice was not kept, and still holds it', async () => {
  const file = new PreferenceFile(join(directory, 'gone', 'preferences.json'));
  await expect(file.set(NIGHT)).rejects.toMatchObject({ code: 'PREFERENCES_NOT_KEPT' });
  expect(file.current).toEqual(NIGHT);
});
