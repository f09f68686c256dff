import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { tarOf, zipOf } from '../../../test/support/archives.ts';
import { inspectArchive } from './inspect.ts';
import type { Packed } from './magic.ts';

const work = mkdtempSync(join(tmpdir(), 'sallyport-archive-'));
const target = join(mkdtempSync(join(tmpdir(), 'sallyport-archive-')), 'file');
afterAll(() => {
  rmSync(work, { recursive: true });
  rmSync(join(target, '..'), { recursive: true });
});

const text = (value: string) => Buffer.from(value);
const LIMITS = { depth: 3, entries: 20, expandedBytes: 40_000_000, ratio: 100, timeoutSeconds: 30 };

async function inspected(kind: Packed, body: Uint8Array, requires: readonly string[] = []): Promise<unknown> {
  writeFileSync(target, body);
  const reason = await inspectArchive(target, { kind, requires, limits: LIMITS, work });
  expect(readdirSync(work)).toEqual([]);
  return reason;
}

const a = { name: 'a.txt', content: text('a') };
const nested = (depth: number): Buffer =>
  depth === 0 ? zipOf([a]) : zipOf([{ name: 'in.zip', content: nested(depth - 1) }]);

/** The ZIP with bytes in front of its directory, which its end knows of. */
function withGap(zip: Buffer, gap: Buffer): Buffer {
  const offset = zip.readUInt32LE(zip.length - 6);
  const moved = Buffer.concat([zip.subarray(0, offset), gap, zip.subarray(offset)]);
  moved.writeUInt32LE(offset + gap.length, moved.length - 6);
  return moved;
}

describe('archives that pass', () => {
  it.each<[string, Packed, Buffer]>([
    [
      'a ZIP',
      'zip',
      zipOf([a, { name: 'b/c.txt', content: text('b'), stored: true }, { name: 'd/', content: text('') }]),
    ],
    ['an empty ZIP', 'zip', zipOf([])],
    ['three levels', 'zip', nested(2)],
    [
      'a tar with folders',
      'tar',
      tarOf([
        { name: './', content: text(''), type: '5' },
        { name: './a.txt', content: text('a') },
      ]),
    ],
    ['a gzipped tar', 'gzip', gzipSync(tarOf([a]))],
    ['two gzip members', 'gzip', Buffer.concat([gzipSync('a'), gzipSync('b')])],
  ])('%s', async (_what, kind, body) => {
    expect(await inspected(kind, body)).toBeUndefined();
  });

  it('with all that they need', async () => {
    expect(await inspected('zip', zipOf([a]), ['a.txt'])).toBeUndefined();
    expect(await inspected('zip', zipOf([a]), ['b.txt'])).toBe('archive-part-missing');
  });
});

describe('archives that do not pass', () => {
  const zeros = Buffer.alloc(30_000_000);
  it.each<[string, Packed, Buffer, string]>([
    ['a fourth level', 'zip', nested(3), 'archive-too-deep'],
    [
      'a tar in a gzip in a ZIP in a ZIP',
      'zip',
      zipOf([{ name: 'b', content: zipOf([{ name: 'c', content: gzipSync(tarOf([a])) }]) }]),
      'archive-too-deep',
    ],
    [
      'too many entries',
      'zip',
      zipOf(Array.from({ length: 21 }, (_, i) => ({ ...a, name: `${i}.txt` }))),
      'archive-too-many-entries',
    ],
    ['a bomb', 'zip', zipOf([{ name: 'a', content: zeros }]), 'archive-too-large'],
    ['a gzip bomb', 'gzip', gzipSync(zeros), 'archive-too-large'],
    ['a bomb in a gzip', 'gzip', gzipSync(zipOf([{ name: 'a', content: zeros }])), 'archive-too-large'],
    [
      'a size that is too small',
      'zip',
      zipOf([{ ...a, content: text('aaaa'), claimedSize: 1 }]),
      'archive-malformed',
    ],
    [
      'a size that is too large',
      'zip',
      zipOf([{ ...a, content: text('aaaa'), claimedSize: 9 }]),
      'archive-malformed',
    ],
    ['encryption', 'zip', zipOf([{ ...a, encrypted: true }]), 'archive-encrypted'],
    ['another name in the local header', 'zip', zipOf([{ ...a, localName: 'b.exe' }]), 'archive-malformed'],
    ['two entries over the same data', 'zip', zipOf([a, { ...a, dataOf: 0 }]), 'archive-malformed'],
    ['a program in front', 'zip', zipOf([a], text('MZ')), 'archive-malformed'],
    ['bytes behind', 'zip', Buffer.concat([zipOf([a]), text('x')]), 'archive-malformed'],
    ['two ZIPs in one', 'zip', Buffer.concat([zipOf([a]), zipOf([a])]), 'archive-malformed'],
    [
      'bytes between the members and the directory',
      'zip',
      withGap(zipOf([a]), text('MZ')),
      'archive-malformed',
    ],
    ['bytes behind a gzip', 'gzip', Buffer.concat([gzipSync('a'), text('MZ')]), 'archive-malformed'],
    [
      'bytes behind a gzip and a zero',
      'gzip',
      Buffer.concat([gzipSync('a'), text('\0MZ')]),
      'archive-malformed',
    ],
    [
      'a ZIP far behind a gzip and zeros',
      'gzip',
      Buffer.concat([gzipSync('a'), Buffer.alloc(200_000), zipOf([a])]),
      'archive-malformed',
    ],
    ['bytes behind the end of a tar', 'tar', Buffer.concat([tarOf([a]), text('MZ')]), 'archive-malformed'],
    [
      'a name for all members of a tar',
      'tar',
      tarOf([{ name: 'g', content: text('15 path=../../x'), type: 'g' }, a]),
      'archive-malformed',
    ],
    [
      'a long name whose length only some can read',
      'tar',
      tarOf([
        { name: 'x', content: text('1.3e1 path=b\n'), type: 'x' },
        { ...a, name: '../../evil.txt' },
      ]),
      'archive-malformed',
    ],
    ['half a ZIP', 'zip', zipOf([a]).subarray(0, -30), 'archive-malformed'],
    ['half a gzip', 'gzip', gzipSync('abc').subarray(0, -6), 'archive-malformed'],
    ['half a tar', 'tar', tarOf([a]).subarray(0, 700), 'archive-malformed'],
    [
      'a tar with a wrong sum',
      'tar',
      Buffer.concat([text('zz'), tarOf([a]).subarray(2)]),
      'archive-malformed',
    ],
    ['a link', 'tar', tarOf([{ name: 'a', content: text(''), type: '2' }]), 'archive-entry-type'],
    ['a device', 'tar', tarOf([{ name: 'a', content: text(''), type: '3' }]), 'archive-entry-type'],
    ['a program', 'zip', zipOf([{ name: 'a.txt', content: text('MZ\0\0') }]), 'archive-entry-type'],
    ['a script', 'tar', tarOf([{ name: 'a.txt', content: text('#!/bin/sh') }]), 'archive-entry-type'],
    [
      'a 7z',
      'zip',
      zipOf([{ name: 'a', content: Buffer.from('377abcaf271c0004', 'hex') }]),
      'archive-entry-type',
    ],
    ['macros', 'zip', zipOf([{ name: 'word/vbaProject.bin', content: text('x') }]), 'archive-macros'],
    ['a way up', 'zip', zipOf([{ ...a, name: 'b/../../c' }]), 'archive-entry-name'],
    ['an absolute name', 'tar', tarOf([{ ...a, name: '/etc/passwd' }]), 'archive-entry-name'],
    ['a Windows path', 'zip', zipOf([{ ...a, name: 'C:\\a.txt' }]), 'archive-entry-name'],
    ['a device of Windows', 'zip', zipOf([{ ...a, name: 'b/NUL.txt' }]), 'archive-entry-name'],
    ['a turned name', 'zip', zipOf([{ ...a, name: 'a\u202etxt.exe' }]), 'archive-entry-name'],
    ['no name', 'zip', zipOf([{ ...a, name: '' }]), 'archive-entry-name'],
    ['nothing like it', 'zip', text('hello'), 'archive-malformed'],
  ])('%s', async (_what, kind, body, reason) => {
    expect(await inspected(kind, body)).toBe(reason);
  });
});
