import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeCrypto } from '../../platform/node-crypto.ts';
import { LastSignInKeeper } from './last-sign-in.ts';
import { readEntries, withFailure, withSuccess, writeEntries } from './sign-in-record.ts';

const KEY = new Uint8Array(32).fill(7);
const ALICE = 'alice@chat.example.mil';
const AT = Date.UTC(2026, 10, 29, 3, 0);

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'last-sign-in-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

function keeper(at = AT, key = KEY) {
  const failures: string[] = [];
  const kept = new LastSignInKeeper({
    file: join(directory, 'record.json'),
    key: async () => key,
    crypto: nodeCrypto,
    machine: () => 'WS-0142',
    now: () => at,
    onChange: () => undefined,
    onFailure: (what) => failures.push(what),
  });
  const online = async (upn = ALICE) => {
    kept.note({ event: 'signin.online', outcome: 'success', detail: { upn } });
    await kept.settled();
    return kept.notice;
  };
  return { kept, failures, online };
}

describe('the last sign-in', () => {
  it('is shown with the machine and what failed since, over a restart', async () => {
    expect(await keeper().online()).toEqual({ failed: 0, damaged: false });
    const other = keeper(AT + 1000);
    other.kept.failed(ALICE);
    other.kept.note({ event: 'password.entered', outcome: 'success', detail: { upn: ALICE } });
    other.kept.note({ event: 'signin.stopped', outcome: 'failure', detail: { code: 'PASSWORD_WRONG' } });
    other.kept.note({ event: 'signin.stopped', outcome: 'failure', detail: { code: 'STREAM_TIMEOUT' } });
    await other.kept.settled();
    const third = keeper(AT + 2000);
    expect(await third.online()).toEqual({
      failed: 2,
      damaged: false,
      previous: { at: '2026-11-29T03:00:00.000Z', machine: 'WS-0142' },
    });
    third.kept.ended();
    expect(third.kept.notice).toBeUndefined();
    expect(await third.online()).toMatchObject({ failed: 0, previous: { at: '2026-11-29T03:00:02.000Z' } });
  });

  it('is not another one when a connection comes back', async () => {
    const { online } = keeper();
    const first = await online();
    expect(await online()).toBe(first);
  });

  it('knows each user by themselves', async () => {
    const { kept, online } = keeper();
    await online('bob@chat.example.mil');
    kept.ended();
    expect(await online()).toEqual({ failed: 0, damaged: false });
  });

  it('says when the record was changed by somebody else', async () => {
    await keeper().online();
    const path = join(directory, 'record.json');
    writeFileSync(path, readFileSync(path, 'utf8').replace('WS-0142', 'WS-9999'));
    const { failures, online } = keeper();
    expect(await online()).toEqual({ failed: 0, damaged: true });
    expect(failures).toEqual(['read']);
    expect(await keeper(AT, new Uint8Array(32)).online()).toMatchObject({ damaged: true });
  });
});

describe('the record', () => {
  it('is believed only as it was written, and stays small', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.string({ maxLength: 40 }), fc.boolean()), { maxLength: 80 }),
        (tries) => {
          let entries = readEntries(writeEntries([], KEY, nodeCrypto), KEY, nodeCrypto) ?? [];
          for (const [upn, ok] of tries) {
            entries = ok ? withSuccess(entries, upn, AT, 'WS') : withFailure(entries, upn);
          }
          const text = writeEntries(entries, KEY, nodeCrypto);
          expect(entries.length).toBeLessThanOrEqual(32);
          expect(readEntries(text, KEY, nodeCrypto)).toEqual(JSON.parse(JSON.stringify(entries)));
          expect(readEntries(text, new Uint8Array(32), nodeCrypto)).toBeUndefined();
        },
      ),
    );
  });

  it.each(['', '{', 'null', '[]', '{"format":1}', '{"format":1,"entries":[],"mac":""}'])(
    'is not %j',
    (text) => {
      expect(readEntries(text, KEY, nodeCrypto)).toBeUndefined();
    },
  );
});
