import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AuditRecord } from '../../shared/session-contract.ts';
import { importEnrolment } from './enrolment.ts';
import { type Keychain, type KeytarPort, openKeychain } from './keychain.ts';
import { decodeKey, dropLockKeys, lockKeyAccount, lockKeys, STATE_KEY_ACCOUNT, stateMacKey } from './keys.ts';

const KEY = Buffer.alloc(32, 7).toString('base64');

/** A keychain in memory that counts what it is asked. */
function memory(entries: Record<string, string> = {}) {
  const store = new Map(Object.entries(entries));
  const keychain: Keychain = {
    read: async (account) => store.get(account),
    write: async (account, value) => {
      store.set(account, value);
    },
    remove: async (account) => {
      store.delete(account);
    },
  };
  return { store, keychain };
}

describe('openKeychain', () => {
  const keytar = (port: Partial<KeytarPort>) =>
    openKeychain(async () => ({
      getPassword: async () => null,
      setPassword: async () => undefined,
      deletePassword: async () => false,
      ...port,
    }));

  it('says KEYCHAIN_UNAVAILABLE without the keychain’s own words', async () => {
    const broken = keytar({
      getPassword: () => Promise.reject(new Error('The name org.freedesktop.secrets was not provided')),
    });
    await expect(broken.read('x')).rejects.toMatchObject({
      code: 'KEYCHAIN_UNAVAILABLE',
      message: 'KEYCHAIN_UNAVAILABLE',
    });
    const missing = openKeychain(() => Promise.reject(new Error('no such library')));
    await expect(missing.write('x', 'secret')).rejects.toMatchObject({ message: 'KEYCHAIN_UNAVAILABLE' });
  });

  it('does not believe a store that forgets', async () => {
    await expect(keytar({}).write('x', 'y')).rejects.toMatchObject({ code: 'KEYCHAIN_UNAVAILABLE' });
  });

  it('tells a missing entry from a missing keychain', async () => {
    expect(await keytar({}).read('x')).toBeUndefined();
  });
});

describe('keys', () => {
  it.each([
    undefined,
    '',
    'x',
    KEY.slice(1),
    `${KEY}=`,
    ` ${KEY}`,
    `${'A'.repeat(42)}B=`,
    Buffer.alloc(31).toString('base64'),
  ])('takes %j for no key', (text) => {
    expect(decodeKey(text)).toBeUndefined();
  });

  it('makes the state key once and keeps it', async () => {
    const { keychain, store } = memory();
    const made = await stateMacKey(keychain, STATE_KEY_ACCOUNT, (length) => new Uint8Array(length).fill(9));
    expect(made).toEqual(new Uint8Array(32).fill(9));
    const again = await stateMacKey(keychain, STATE_KEY_ACCOUNT, () => new Uint8Array(32));
    expect(again).toEqual(made);
    expect(store.size).toBe(1);
  });

  it('never overwrites a state key that is not one', async () => {
    const { keychain, store } = memory({ [STATE_KEY_ACCOUNT]: 'something else' });
    await expect(stateMacKey(keychain, STATE_KEY_ACCOUNT, (n) => new Uint8Array(n))).rejects.toMatchObject({
      code: 'KEYCHAIN_UNAVAILABLE',
    });
    expect(store.get(STATE_KEY_ACCOUNT)).toBe('something else');
  });

  it('finds the lock keys of the policy’s epochs, and says when there is none', async () => {
    const { keychain } = memory({
      [lockKeyAccount('d.mil', 'WS-1', 3)]: KEY,
      [lockKeyAccount('d.mil', 'WS-2', 4)]: KEY,
    });
    expect(await lockKeys(keychain, 'd.mil', 'WS-1', [4, 3])).toEqual([
      { epoch: 3, key: new Uint8Array(32).fill(7) },
    ]);
    await expect(lockKeys(keychain, 'd.mil', 'WS-1', [4])).rejects.toMatchObject({
      code: 'LOCK_KEY_MISSING',
      detail: { domain: 'd.mil', kid: 'WS-1', epochs: '4' },
    });
  });

  it('forgets the keys of superseded epochs and no others', async () => {
    const { keychain, store } = memory({
      [lockKeyAccount('d.mil', 'WS-1', 3)]: KEY,
      [lockKeyAccount('d.mil', 'WS-1', 4)]: KEY,
      [lockKeyAccount('d.mil', 'WS-2', 3)]: KEY,
    });
    await dropLockKeys(keychain, 'd.mil', 'WS-1', [3, 2], [3, 4]);
    expect([...store.keys()]).toEqual([
      lockKeyAccount('d.mil', 'WS-1', 4),
      lockKeyAccount('d.mil', 'WS-2', 3),
    ]);
  });

  it('keeps the newest key whatever the session says, so that nobody can make the machine need enrolling anew', async () => {
    const accounts = [3, 4].map((epoch) => lockKeyAccount('d.mil', 'WS-1', epoch));
    const { store, keychain } = memory(Object.fromEntries(accounts.map((account) => [account, KEY])));
    await dropLockKeys(keychain, 'd.mil', 'WS-1', [4, 5, 3], [3, 4, 5]);
    expect([...store.keys()]).toEqual([lockKeyAccount('d.mil', 'WS-1', 4)]);
    const none = memory({ [lockKeyAccount('d.mil', 'WS-1', 4)]: 'damaged' });
    await dropLockKeys(none.keychain, 'd.mil', 'WS-1', [4], [4]);
    expect(none.store.size).toBe(1);
  });
});

describe('enrolment', () => {
  const good = { format: 'sallyport.enrolment/1', domain: 'd.mil', kid: 'WS-1', epoch: 3, key: KEY };
  let directory: string;
  let records: AuditRecord[];
  let trustedOwners: readonly number[];
  const file = () => join(directory, 'enrolment.json');
  const account = lockKeyAccount('d.mil', 'WS-1', 3);

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'enrolment-'));
    records = [];
    trustedOwners = [process.getuid?.() ?? 0];
  });
  afterEach(() => {
    chmodSync(directory, 0o700);
    rmSync(directory, { recursive: true });
  });

  const run = (keychain: Keychain) =>
    importEnrolment({
      directory,
      trustedOwners,
      keychain,
      domain: 'd.mil',
      kid: 'WS-1',
      epochs: [3],
      audit: (record) => records.push(record),
    });
  const events = () => records.map((record) => record.event);

  it('moves the key into the keychain and removes the file', async () => {
    writeFileSync(file(), JSON.stringify(good));
    const { keychain, store } = memory();
    await run(keychain);
    expect(store.get(account)).toBe(KEY);
    expect(existsSync(file())).toBe(false);
    expect(events()).toEqual(['enrolment.imported']);
    expect(JSON.stringify(records)).not.toContain(KEY);
  });

  it('does nothing without a file', async () => {
    const { keychain, store } = memory();
    await run(keychain);
    expect([store.size, events()]).toEqual([0, []]);
  });

  it('leaves an enrolment for another machine alone', async () => {
    for (const other of [{ kid: 'WS-2' }, { domain: 'e.mil' }, { epoch: 9 }]) {
      writeFileSync(file(), JSON.stringify({ ...good, ...other }));
      const { keychain, store } = memory();
      await run(keychain);
      expect(store.size).toBe(0);
      expect(existsSync(file())).toBe(true);
    }
    expect(events()).toEqual(['enrolment.refused', 'enrolment.refused', 'enrolment.refused']);
  });

  it('never replaces a key', async () => {
    writeFileSync(file(), JSON.stringify(good));
    const { keychain, store } = memory({ [account]: Buffer.alloc(32, 1).toString('base64') });
    await run(keychain);
    expect(store.get(account)).not.toBe(KEY);
    expect(events()).toEqual(['enrolment.key-differs']);
  });

  it('reads no link and nothing oversized', async () => {
    const target = join(directory, 'target.json');
    writeFileSync(target, JSON.stringify(good));
    symlinkSync(target, file());
    const { keychain, store } = memory();
    await run(keychain);
    rmSync(file());
    writeFileSync(file(), `${JSON.stringify(good)}${' '.repeat(5000)}`);
    await run(keychain);
    expect(store.size).toBe(0);
  });

  it.each([
    ['that others may write', () => chmodSync(file(), 0o666)],
    ['in a directory that others may write', () => chmodSync(directory, 0o777)],
    [
      'behind a link',
      () => {
        renameSync(file(), `${file()}.real`);
        symlinkSync(`${file()}.real`, file());
      },
    ],
    [
      'that somebody else owns',
      () => {
        trustedOwners = [4242];
      },
    ],
    [
      'that is a pipe and would block',
      () => {
        rmSync(file());
        execFileSync('mkfifo', ['-m', '600', file()]);
      },
    ],
  ])('refuses a file %s', async (_what, spoil) => {
    writeFileSync(file(), JSON.stringify(good));
    spoil();
    const { keychain, store } = memory();
    await run(keychain);
    expect(store.size).toBe(0);
    expect(events()).toEqual(['enrolment.refused']);
  });

  it('says when the file stays', async () => {
    writeFileSync(file(), JSON.stringify(good));
    const { keychain, store } = memory();
    const removed: Keychain = {
      ...keychain,
      write: async (name, value) => {
        await keychain.write(name, value);
        rmSync(file());
      },
    };
    await run(removed);
    expect(store.get(account)).toBe(KEY);
    expect(events()).toEqual(['enrolment.imported', 'enrolment.file-left']);
  });
});
