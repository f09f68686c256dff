import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import koffi from 'koffi';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SaveReply } from '../../shared/file-contract.ts';
import type { AuditRecord } from '../../shared/session-contract.ts';
import { SaveDesk, type SavePort } from './save-desk.ts';
import { candidates, saveDirectory } from './save-directory.ts';

const content = Buffer.from('what was agreed');
const sha256 = createHash('sha256').update(content).digest('base64');
const source = 'https://files.example.mil:8443/';
const open = { kind: 'open', id: 1, name: 'plan.pdf', size: content.length, sha256, source } as const;

let directory: string;
let audit: AuditRecord[];
let port: MessagePort;
const replies: SaveReply[] = [];
let closed: boolean;

/** A worker_threads port in the shape of Electron's. */
function electronShape(from: MessagePort): SavePort {
  return {
    postMessage: (message) => from.postMessage(message),
    on: (event: 'message' | 'close', listener: (value: { readonly data: unknown }) => void) =>
      event === 'message'
        ? from.on('message', (data: unknown) => listener({ data }))
        : from.on('close', listener as () => void),
    start: () => from.start(),
    close: () => from.close(),
  };
}

function start(places: { directories?: readonly string[]; maximumBytes?: number } | undefined = {}): void {
  const desk = new SaveDesk({
    places: () =>
      places && {
        directories: places.directories ?? [directory],
        home: homedir(),
        downloads: directory,
        maximumBytes: places.maximumBytes ?? 1000,
      },
    audit: (record) => audit.push(record),
  });
  const { port1, port2 } = new MessageChannel();
  port = port1;
  closed = false;
  replies.length = 0;
  port.on('message', (reply: SaveReply) => replies.push(reply));
  port.on('close', () => {
    closed = true;
  });
  desk.attach(electronShape(port2));
}

const next = (kind: SaveReply['kind'], id = 1): Promise<SaveReply> =>
  expect
    .poll(() => replies.find((reply) => reply.kind === kind && reply.id === id))
    .toBeDefined()
    .then(() => replies.find((reply) => reply.kind === kind && reply.id === id) as SaveReply);

async function send(request: Record<string, unknown>, bytes: Uint8Array = content): Promise<void> {
  const { id } = request;
  port.postMessage(request);
  await next('opened', id as number);
  port.postMessage({ kind: 'data', id, data: new Uint8Array(bytes) });
  port.postMessage({ kind: 'end', id });
}

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sallyport-save-'));
  audit = [];
});
afterEach(async () => {
  port.close();
  await rm(directory, { recursive: true, force: true });
});

describe('a file that arrives whole', () => {
  it('is kept for its user alone, marked as coming from the gate, and not to be run', async () => {
    start();
    await send(open);
    expect(await next('saved')).toEqual({ kind: 'saved', id: 1, name: 'plan.pdf' });
    const path = join(directory, 'plan.pdf');
    expect(await readFile(path)).toEqual(content);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(directory)).toEqual(['plan.pdf']);
    const read = koffi
      .load('libc.so.6')
      .func('long getxattr(const char *, const char *, _Out_ uint8_t *, size_t)');
    const value = Buffer.alloc(200);
    const length = read(path, 'user.xdg.origin.url', value, value.length) as number;
    expect(value.subarray(0, length).toString()).toBe(source);
    expect(audit).toEqual([
      { event: 'file.saved', outcome: 'success', detail: { size: content.length, sha256, marked: true } },
    ]);
  });

  it('never replaces another, nor follows a link', async () => {
    start();
    await writeFile(join(directory, 'plan.pdf'), 'mine');
    await symlink('/etc/passwd', join(directory, 'plan (2).pdf'));
    await send(open);
    expect(await next('saved')).toMatchObject({ name: 'plan (3).pdf' });
    expect(await readFile(join(directory, 'plan.pdf'), 'utf8')).toBe('mine');
  });

  it('gets numbers when the same arrives many times at once', async () => {
    start();
    const ids = [1, 2, 3, 4, 5, 6];
    await Promise.all(ids.map((id) => send({ ...open, id })));
    const names = await Promise.all(ids.map((id) => next('saved', id)));
    expect(new Set(names.map((reply) => (reply.kind === 'saved' ? reply.name : ''))).size).toBe(6);
  });

  it.each([
    ['../../../../tmp/escape', '_._.._.._.._tmp_escape'],
    ['/etc/cron.d/x', '_etc_cron.d_x'],
    ['.bash_profile', '_bash_profile'],
    ['CON.txt', '_CON.txt'],
  ])('is called %s and kept as %s', async (name, kept) => {
    start();
    await send({ ...open, name });
    expect(await next('saved')).toMatchObject({ name: kept });
    expect(await readdir(directory)).toEqual([kept]);
  });
});

describe('a file that is not what was announced', () => {
  it.each([
    ['other bytes', Buffer.from('what was Agreed')],
    ['fewer bytes', content.subarray(1)],
    ['more bytes', Buffer.concat([content, content])],
  ])('is not kept: %s', async (_name, bytes) => {
    start();
    await send(open, bytes);
    expect(await next('failed')).toMatchObject({ error: { code: 'FILE_HASH_MISMATCH' } });
    expect(await readdir(directory)).toEqual([]);
    expect(audit).toMatchObject([{ outcome: 'failure', detail: { code: 'FILE_HASH_MISMATCH' } }]);
  });

  it('is removed when it is given up, and when the session dies', async () => {
    start();
    port.postMessage(open);
    port.postMessage({ ...open, id: 2 });
    await next('opened', 2);
    port.postMessage({ kind: 'data', id: 1, data: new Uint8Array(3) });
    port.postMessage({ kind: 'abort', id: 1 });
    await expect.poll(() => readdir(directory)).toHaveLength(1);
    port.close();
    await expect.poll(() => readdir(directory)).toEqual([]);
  });
});

describe('where files may go', () => {
  it('is the policy’s first folder that exists, and no other', async () => {
    const places = { home: '/home/a', downloads: '/home/a/Downloads' };
    expect(candidates({ ...places, directories: [] })).toEqual(['/home/a/Downloads']);
    expect(candidates({ ...places, directories: ['~/In', '/srv/in', 'in'] })).toEqual([
      '/home/a/In',
      '/srv/in',
    ]);
    await mkdir(join(directory, 'second'));
    const second = join(directory, 'second');
    const wanted = { ...places, directories: [join(directory, 'first'), second] };
    expect(await saveDirectory(wanted)).toBe(second);
  });

  it('is nowhere when none of them exists, or files are off', async () => {
    start({ directories: [join(directory, 'gone')] });
    port.postMessage(open);
    expect(await next('failed')).toMatchObject({ error: { code: 'FILE_SAVE_DIRECTORY' } });
    port.close();
    const desk = new SaveDesk({ places: () => undefined, audit: (record) => audit.push(record) });
    const { port1, port2 } = new MessageChannel();
    port = port1;
    replies.length = 0;
    port.on('message', (reply: SaveReply) => replies.push(reply));
    desk.attach(electronShape(port2));
    port.postMessage(open);
    expect(await next('failed')).toMatchObject({ error: { code: 'FILES_OFF' } });
  });

  it('is cleaned of what a crash left, and of nothing else', async () => {
    const old = new Date(Date.now() - 3 * 24 * 60 * 60_000);
    const [abandoned, fresh, other] = [
      `.sallyport-${'a'.repeat(32)}.part`,
      `.sallyport-${'b'.repeat(32)}.part`,
      'x.part',
    ];
    for (const name of [abandoned, fresh, other]) await writeFile(join(directory, name), 'x');
    for (const name of [abandoned, other]) await utimes(join(directory, name), old, old);
    start();
    await send(open);
    await next('saved');
    expect((await readdir(directory)).sort()).toEqual([fresh, 'plan.pdf', 'x.part'].sort());
  });
});

describe('a session that is not ours any more', () => {
  it.each([
    ['something else', 'save this'],
    ['a path beside the name', { ...open, source: 'file:///etc/passwd' }],
    ['a hash that is none', { ...open, sha256: 'AAAA' }],
    ['a size that is none', { ...open, size: Number.NaN }],
    ['a part that is too large', { kind: 'data', id: 1, data: new Uint8Array(70_000) }],
    ['a part that is a text', { kind: 'data', id: 1, data: 'abc' }],
  ])('loses its port for %s', async (_name, request) => {
    start();
    port.postMessage(request);
    await expect.poll(() => closed).toBe(true);
    expect(await readdir(directory)).toEqual([]);
  });

  it('loses it for more files, or more parts, than agreed', async () => {
    start();
    for (let id = 1; id <= 9; id += 1) port.postMessage({ ...open, id });
    await expect.poll(() => closed).toBe(true);
    await expect.poll(() => readdir(directory)).toEqual([]);
    start();
    port.postMessage({ ...open, size: 900 });
    for (let count = 0; count < 5; count += 1)
      port.postMessage({ kind: 'data', id: 1, data: new Uint8Array(1) });
    await expect.poll(() => closed).toBe(true);
    await expect.poll(() => readdir(directory)).toEqual([]);
  });

  it('can’t fill the disk with many, nor the audit log with what it is refused', async () => {
    start();
    const empty = createHash('sha256').digest('base64');
    for (let id = 1; id <= 200; id++) {
      port.postMessage({ ...open, id, name: `${id}.txt`, size: 0, sha256: empty });
      port.postMessage({ kind: 'end', id });
      while (replies.at(-1)?.id !== id || replies.at(-1)?.kind === 'opened') await new Promise(setImmediate);
    }
    expect(replies.at(-1)).toMatchObject({ kind: 'failed', error: { code: 'FILE_TOO_MANY' } });
    expect(await readdir(directory)).toHaveLength(60);
    expect(audit).toHaveLength(100);
  });

  it('can’t fill the disk with one file', async () => {
    start({ maximumBytes: 10 });
    port.postMessage(open);
    expect(await next('failed')).toMatchObject({ error: { code: 'FILE_SAVE_FAILED' } });
  });
});

describe('a disk that refuses', () => {
  it('is told as what it is, and nothing is left', async () => {
    start({ directories: ['/proc/self'] });
    port.postMessage(open);
    expect(await next('failed')).toMatchObject({ error: { code: 'FILE_SAVE_FAILED' } });
  });
});
