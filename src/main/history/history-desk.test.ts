import { execFileSync } from 'node:child_process';
import { constants, createPrivateKey, privateEncrypt, randomBytes, X509Certificate } from 'node:crypto';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AuditRecord } from '../../shared/session-contract.ts';
import type { Keychain } from '../keychain/keychain.ts';
import { HistoryDesk, type HistoryOwner, type HistoryRules } from './history-desk.ts';
import { formatKeptKey, type HistoryCard, parseKeptKey } from './history-key.ts';

const DAY_MS = 24 * 60 * 60_000;
const RULES: HistoryRules = { mode: 'encrypted', days: 30, wrap: 'keychain', wipe: 'revoked' };

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sallyport-history-desk-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** A card's certificate and key; `signatures` counts what it was asked. */
function card(algorithm: 'rsa' | 'ec'): HistoryCard & { signatures: number } {
  const name = randomBytes(4).toString('hex');
  const [key, certificate] = [join(directory, `${name}.key`), join(directory, `${name}.crt`)];
  const kind = algorithm === 'rsa' ? ['rsa:2048'] : ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];
  execFileSync(
    'openssl',
    ['req', '-x509', '-nodes', '-subj', '/CN=ALLEN', '-newkey', ...kind, '-keyout', key, '-out', certificate],
    { stdio: 'ignore' },
  );
  const privateKey = createPrivateKey(readFileSync(key));
  const made = {
    certificate: new Uint8Array(new X509Certificate(readFileSync(certificate)).raw),
    signatures: 0,
    sign: async ({ data }: { readonly data: Uint8Array }) => {
      made.signatures += 1;
      return new Uint8Array(privateEncrypt({ key: privateKey, padding: constants.RSA_PKCS1_PADDING }, data));
    },
  };
  return made;
}

function owner(from?: HistoryCard): HistoryOwner {
  return { domain: 'chat.mil', account: '1000000001@mil', ...(from === undefined ? {} : { card: from }) };
}

function setUp(changes: Partial<HistoryRules> = {}, entries: Map<string, string> = new Map()) {
  const rules = { ...RULES, ...changes };
  const audits: AuditRecord[] = [];
  const keychain: Keychain = {
    read: async (account) => entries.get(account),
    write: async (account, value) => {
      entries.set(account, value);
    },
    remove: async (account) => {
      entries.delete(account);
    },
  };
  const desk = new HistoryDesk({
    keychain,
    directory: join(directory, 'history'),
    rules: () => rules,
    random: (length) => new Uint8Array(randomBytes(length)),
    audit: (record) => audits.push(record),
  });
  return { desk, rules, audits, keychain, entries };
}

/** What the session would write. */
function written(file: string, age = 0): void {
  writeFileSync(file, 'pages');
  writeFileSync(`${file}-wal`, 'log');
  const time = (Date.now() - age) / 1000;
  for (const path of [file, `${file}-wal`]) utimesSync(path, time, time);
}

const hex = (key: Uint8Array | undefined) => Buffer.from(key ?? []).toString('hex');

describe('the key of a history', () => {
  it('is random, of one account alone, and the same the next time', async () => {
    const { desk, entries } = setUp();
    const one = await desk.access(owner(), true);
    if (one.store === undefined) throw new Error('no store');
    expect(one.store.key).toHaveLength(32);
    expect(one.store.file).not.toContain('1000000001');
    expect(statSync(join(directory, 'history')).mode & 0o777).toBe(0o700);
    written(one.store.file);
    expect(hex((await setUp({}, entries).desk.access(owner(), true)).store?.key)).toBe(hex(one.store.key));
    const other = await desk.access({ ...owner(), account: '1000000002@mil' }, true);
    expect(other.store?.file).not.toBe(one.store.file);
    expect(hex(other.store?.key)).not.toBe(hex(one.store.key));
  });

  it('is not made without a keychain: nothing is kept, and the user is told', async () => {
    const { desk, keychain, audits } = setUp();
    Object.assign(keychain, { read: () => Promise.reject(new Error('no secret service')) });
    expect(await desk.access(owner(), true)).toEqual({
      mode: 'encrypted',
      days: 30,
      problem: { code: 'HISTORY_NO_KEYCHAIN' },
    });
    expect(audits).toEqual([
      { event: 'history.unavailable', outcome: 'failure', detail: { code: 'HISTORY_NO_KEYCHAIN' } },
    ]);
  });

  it('never replaces an entry of the keychain that is not ours', async () => {
    const { desk, entries } = setUp();
    await desk.access(owner(), true);
    const [entry = ''] = entries.keys();
    entries.set(entry, 'something else');
    expect((await desk.access(owner(), true)).problem?.code).toBe('HISTORY_NO_KEYCHAIN');
    expect(entries.get(entry)).toBe('something else');
  });

  it('needs the card that locked it, where the policy says so', async () => {
    const [mine, other] = [card('rsa'), card('rsa')];
    const { desk, entries, rules } = setUp({ wrap: 'card' });
    const first = await desk.access(owner(mine), true);
    if (first.store === undefined) throw new Error('no store');
    written(first.store.file);
    const kept = parseKeptKey([...entries.values()][0] ?? '');
    expect(kept?.wrap).toBe('card');
    expect([...entries.values()].join()).not.toContain(Buffer.from(first.store.key).toString('base64'));
    expect(hex((await desk.access(owner(mine), true)).store?.key)).toBe(hex(first.store.key));
    expect((await desk.access(owner(), true)).problem?.code).toBe('HISTORY_NEEDS_CARD');
    expect((await desk.access(owner(other), true)).problem?.code).toBe('HISTORY_OTHER_CARD');
    // Not even where the policy asks for the card no more.
    rules.wrap = 'keychain';
    expect((await desk.access(owner(), true)).problem?.code).toBe('HISTORY_NEEDS_CARD');
    expect(hex((await desk.access(owner(mine), true)).store?.key)).toBe(hex(first.store.key));
    expect(hex((await desk.access(owner(), true)).store?.key)).toBe(hex(first.store.key));
  });

  it('is locked with the card as soon as the policy says so', async () => {
    const { desk, rules, entries } = setUp();
    const first = await desk.access(owner(), true);
    if (first.store === undefined) throw new Error('no store');
    written(first.store.file);
    rules.wrap = 'card';
    const mine = card('rsa');
    expect(hex((await desk.access(owner(mine), true)).store?.key)).toBe(hex(first.store.key));
    expect([...entries.values()][0]).toMatch(/^1c:/);
  });

  it('is not locked with a card whose key is not RSA', async () => {
    const { desk, entries } = setUp({ wrap: 'card' });
    expect((await desk.access(owner(card('ec')), true)).problem?.code).toBe('HISTORY_CARD_UNFIT');
    expect(entries.size).toBe(0);
  });

  it('does not open where one bit of what is kept is another', async () => {
    const mine = card('rsa');
    const { desk, entries } = setUp({ wrap: 'card' });
    const { store } = await desk.access(owner(mine), true);
    written(store?.file ?? '');
    const [entry = '', text = ''] = [...entries][0] ?? [];
    const kept = parseKeptKey(text);
    if (kept?.wrap !== 'card') throw new Error('no card');
    for (const part of ['salt', 'sealed'] as const) {
      for (let at = 0; at < kept[part].length; at += 9) {
        const changed = Uint8Array.from(kept[part]);
        changed[at] = (changed[at] ?? 0) ^ 1;
        entries.set(entry, formatKeptKey({ ...kept, [part]: changed }));
        expect((await desk.access(owner(mine), true)).problem?.code).toBe('HISTORY_OTHER_CARD');
      }
    }
  });

  it('stays where the disk does not say what is on it', async () => {
    const { desk, entries, audits } = setUp();
    const { store } = await desk.access(owner(), true);
    const file = store?.file ?? '';
    const before = [...entries];
    // Neither there nor not there: a path that leads to itself.
    symlinkSync(file, file);
    expect((await desk.access(owner(), true)).problem).toEqual({ code: 'HISTORY_STORE_FAILED' });
    expect([...entries]).toEqual(before);
    rmSync(join(directory, 'history'), { recursive: true });
    writeFileSync(join(directory, 'history'), 'no directory');
    expect((await desk.access(owner(), true)).problem).toEqual({ code: 'HISTORY_STORE_FAILED' });
    expect([...entries]).toEqual(before);
    expect(audits.map(({ event }) => event)).toEqual(['history.unavailable', 'history.unavailable']);
  });

  it('is made anew when all that the file may hold is too old, whatever card locked it', async () => {
    const { desk } = setUp({ wrap: 'card' });
    const first = await desk.access(owner(card('rsa')), true);
    const file = first.store?.file ?? '';
    written(file, 31 * DAY_MS);
    const again = await desk.access(owner(card('rsa')), true);
    expect(again.problem).toBeUndefined();
    expect(existsSync(file)).toBe(false);
    expect(hex(again.store?.key)).not.toBe(hex(first.store?.key));
  });
});

describe('a history', () => {
  async function kept(changes: Partial<HistoryRules> = {}) {
    const made = setUp(changes);
    const { store } = await made.desk.access(owner(), true);
    written(store?.file ?? '');
    const left = () => readdirSync(join(directory, 'history')).length + made.entries.size;
    expect(left()).toBe(3);
    return { ...made, left };
  }

  it('keeps nothing, and destroys what was kept, where the policy keeps nothing', async () => {
    const { desk, rules, left, audits } = await kept();
    rules.mode = 'memory';
    expect(await desk.access(owner(), true)).toEqual({ mode: 'memory', days: 30 });
    expect(left()).toBe(0);
    expect(audits).toEqual([{ event: 'history.wiped', outcome: 'success', detail: { reason: 'policy' } }]);
  });

  it.each([
    ['never', [], 3],
    ['revoked', [], 3],
    ['sign-out', ['sign-out'], 0],
  ] as const)('is destroyed when the policy says so: %s, at the sign-out', async (wipe, reasons, count) => {
    const { desk, left, audits } = await kept({ wipe });
    const order: string[] = [];
    desk.ended(async () => {
      order.push('gone');
      expect(left()).toBe(3);
    });
    await desk.settled;
    expect(left()).toBe(count);
    expect(audits.map(({ detail }) => detail.reason)).toEqual(reasons);
    expect(order).toEqual(count === 0 ? ['gone'] : []);
  });

  it.each([
    ['never', 'ACCOUNT_DISABLED', 3],
    ['revoked', 'ACCOUNT_DISABLED', 0],
    ['revoked', 'LOCK_REFUSED', 0],
    ['sign-out', 'LOCK_REFUSED', 0],
    ['revoked', 'TLS_CLIENT_CERTIFICATE_REFUSED', 3],
    ['revoked', 'SERVER_UNREACHABLE', 3],
  ] as const)('is destroyed when the policy says so: %s, at %s', async (wipe, code, count) => {
    const { desk, left } = await kept({ wipe });
    desk.stopped({ code });
    await desk.settled;
    expect(left()).toBe(count);
  });

  it('that a crash left is destroyed at the next sign-in, but not when a session goes on', async () => {
    const { desk, left } = await kept({ wipe: 'sign-out' });
    await desk.access(owner(), false);
    expect(left()).toBe(3);
    await desk.access(owner(), true);
    expect(readdirSync(join(directory, 'history'))).toEqual([]);
  });
});
