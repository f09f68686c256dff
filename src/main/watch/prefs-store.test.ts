import { mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { BareJid } from '../../shared/jid.ts';
import { NO_PREFS, type WatchPrefs } from '../../shared/watch-contract.ts';
import { PrefsStore, prefsFileName } from './prefs-store.ts';

const DOMAIN = 'chat.example.mil';
const ALICE = '1000000001@mil';
const ops = 'ops@conference.chat.example.mil' as BareJid;
const PREFS: WatchPrefs = {
  levels: [{ jid: ops, level: 'none' }],
  own: { name: '', severity: 'critical', sound: 'urgent', repeat: true, words: ['convoy'] },
  layouts: [{ name: 'Night', tiles: [{ jid: ops, kind: 'room' }] }],
  since: 7,
};

let directory: string;
let failures: string[];
beforeEach(async () => {
  directory = join(await mkdtemp(join(tmpdir(), 'watch-')), 'watch');
  failures = [];
});
afterEach(() => rm(join(directory, '..'), { recursive: true, force: true }));

const open = () => new PrefsStore({ directory, onFailure: (what) => failures.push(what) });

async function saved(prefs: unknown, upn = ALICE) {
  const store = open();
  await store.load(DOMAIN, ALICE);
  store.save(upn, prefs);
  await store.settled();
}

it('gives back what was saved, to nobody but the account', async () => {
  await saved(PREFS);
  expect(await open().load(DOMAIN, ALICE)).toEqual(PREFS);
  expect(await open().load(DOMAIN, '1000000002@mil')).toEqual(NO_PREFS);
  expect(await open().load('other.example', ALICE)).toEqual(NO_PREFS);
  expect(await readdir(directory)).toEqual([prefsFileName(DOMAIN, ALICE)]);
  expect((await stat(join(directory, prefsFileName(DOMAIN, ALICE)))).mode & 0o777).toBe(0o600);
});

it('writes the newest of many, and for a user who comes back before it is written that one', async () => {
  const store = open();
  await store.load(DOMAIN, ALICE);
  for (let since = 0; since < 50; since += 1) store.save(ALICE, { ...PREFS, since });
  expect((await store.load(DOMAIN, ALICE)).since).toBe(49);
  await store.settled();
  expect((await open().load(DOMAIN, ALICE)).since).toBe(49);
});

it.each([
  ['nothing', undefined],
  ['a text', 'prefs'],
  ['a level that is none', { ...PREFS, levels: [{ jid: ops, level: 'loud' }] }],
  ['an address that is none', { ...PREFS, levels: [{ jid: '../x', level: 'all' }] }],
  ['too many levels', { ...PREFS, levels: Array.from({ length: 2001 }, () => PREFS.levels[0]) }],
  ['a word that is none', { ...PREFS, own: { ...PREFS.own, words: ['*'] } }],
  [
    'too many words',
    { ...PREFS, own: { ...PREFS.own, words: Array.from({ length: 501 }, (_, n) => `w${n}`) } },
  ],
  [
    'a layout of thirteen',
    {
      ...PREFS,
      layouts: [
        { name: 'x', tiles: Array.from({ length: 13 }, (_, n) => ({ jid: `r${n}@a.b`, kind: 'room' })) },
      ],
    },
  ],
  ['a layout of none', { ...PREFS, layouts: [{ name: 'x', tiles: [] }] }],
  ['a name that turns text round', { ...PREFS, layouts: [{ ...PREFS.layouts[0], name: 'a\u202eb' }] }],
  ['a time that is none', { ...PREFS, since: Number.NaN }],
])('does not keep %s', async (_what, prefs) => {
  await saved(prefs);
  expect(await open().load(DOMAIN, ALICE)).toEqual(NO_PREFS);
  expect(failures).toEqual([]);
});

it('does not write for an account that nobody signed in with', async () => {
  await saved(PREFS, '1000000002@mil');
  await expect(readdir(directory)).rejects.toThrow('ENOENT');
});

it.each([
  ['half a file', (text: string) => text.slice(0, 40)],
  ['another format', (text: string) => text.replace('"format":1', '"format":2')],
  ['bytes that are no UTF-8', () => Buffer.from([0xff, 0xfe])],
])('begins anew on %s, and puts that aside', async (_what, spoil) => {
  await saved(PREFS);
  const path = join(directory, prefsFileName(DOMAIN, ALICE));
  await writeFile(path, spoil(await readFile(path, 'utf8')));
  expect(await open().load(DOMAIN, ALICE)).toEqual(NO_PREFS);
  expect(failures).toEqual(['read']);
  expect(await readdir(directory)).toEqual([`${prefsFileName(DOMAIN, ALICE)}.unreadable`]);
});

it('follows no link', async () => {
  await saved(PREFS);
  const path = join(directory, prefsFileName(DOMAIN, ALICE));
  const elsewhere = join(directory, '..', 'elsewhere');
  await writeFile(elsewhere, await readFile(path));
  await rm(path);
  await symlink(elsewhere, path);
  expect(await open().load(DOMAIN, ALICE)).toEqual(NO_PREFS);
  expect(failures).toEqual(['read']);
});

it('tells when it cannot write', async () => {
  await writeFile(directory, 'in the way');
  await saved(PREFS);
  expect(failures.at(-1)).toBe('write');
});
