import { describe, expect, it } from 'vitest';
import type { UpdateCheck } from '../../policy-files/index.ts';
import { AppError } from '../../shared/errors.ts';
import { isOtherUpdate, updateNotice, updateRecord } from './update-news.ts';

const NEWER: UpdateCheck = {
  kind: 'newer',
  version: '0.2.0',
  installFrom: 'Software Centre',
  sequence: 7,
  expires: '2026-12-01T00:00:00Z',
  sha256: 'a'.repeat(64),
  signers: ['one', 'two'],
};
const refused = (code: 'ROLLBACK' | 'EXPIRED', manifestSha256 = 'b'.repeat(64)): UpdateCheck => ({
  kind: 'refused',
  error: new AppError(code, { part: 'update', manifestSha256 }),
});
const END = Date.parse('2026-12-01T00:00:00Z');

describe('updateNotice', () => {
  it('shows a newer version until the manifest ends', () => {
    const notice = { version: '0.2.0', installFrom: 'Software Centre' };
    expect(updateNotice({ update: NEWER }, END - 1)).toEqual(notice);
    expect(updateNotice({ update: NEWER }, END)).toBeUndefined();
    expect(updateNotice({ update: { ...NEWER, notes: 'Faster.' } }, 0)).toEqual({
      ...notice,
      notes: 'Faster.',
    });
  });

  it('shows nothing for a refused manifest, for none, or for an end that cannot be read', () => {
    expect(updateNotice({ update: refused('ROLLBACK') }, 0)).toBeUndefined();
    expect(updateNotice({}, 0)).toBeUndefined();
    expect(updateNotice({ update: { ...NEWER, expires: 'never' } }, 0)).toBeUndefined();
  });
});

describe('updateRecord', () => {
  it('writes an announcement down once', () => {
    expect(updateRecord(undefined, { update: NEWER })).toEqual({
      event: 'update.announced',
      outcome: 'success',
      detail: { version: '0.2.0', sequence: 7, sha256: 'a'.repeat(64), signers: 'one,two' },
    });
    expect(updateRecord({ update: NEWER }, { update: NEWER })).toBeUndefined();
    expect(updateRecord({ update: NEWER }, {})).toBeUndefined();
    expect(updateRecord({}, {})).toBeUndefined();
  });

  it('writes a refusal down once for each code and manifest', () => {
    const first = { update: refused('ROLLBACK') };
    expect(updateRecord({}, first)).toEqual({
      event: 'update.refused',
      outcome: 'failure',
      detail: { part: 'update', manifestSha256: 'b'.repeat(64), code: 'ROLLBACK' },
    });
    expect(updateRecord(first, { update: refused('ROLLBACK') })).toBeUndefined();
    expect(updateRecord(first, { update: refused('EXPIRED') })?.detail.code).toBe('EXPIRED');
    expect(updateRecord(first, { update: refused('ROLLBACK', 'c'.repeat(64)) })).toBeDefined();
  });
});

describe('isOtherUpdate', () => {
  it('tells manifests and verdicts apart', () => {
    expect(isOtherUpdate({}, {})).toBe(false);
    expect(isOtherUpdate({ update: NEWER }, { update: { ...NEWER } })).toBe(false);
    expect(isOtherUpdate({ update: NEWER }, {})).toBe(true);
    expect(isOtherUpdate({ update: NEWER }, { update: { ...NEWER, sha256: 'd'.repeat(64) } })).toBe(true);
    expect(isOtherUpdate({ update: NEWER }, { update: refused('EXPIRED', NEWER.sha256) })).toBe(true);
  });
});
