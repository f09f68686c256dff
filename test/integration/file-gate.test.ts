/** A file's way through the gate: sent, scanned, fetched or held back, administered, expired. Real clamd, real TLS. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EICAR } from '../../build/site/clamd.ts';
import { tarOf, zipOf } from '../support/archives.ts';
import { ALICE, type Answer, codeOf, type GateSite, startGateSite } from '../support/file-gate-site.ts';

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const digest = (data: Uint8Array) => `sha-256=:${createHash('sha256').update(data).digest('base64')}:`;
const text = (value: string) => Buffer.from(value);
const zip = (name: string, content: Uint8Array) => zipOf([{ name, content }]);

let site: GateSite;
beforeAll(async () => {
  site = await startGateSite({ config: { limits: { maximumBytes: 1_000_000, uploadsPerPerson: 200 } } });
});
afterAll(async () => site.stop());

/** The last verdict in the log. */
function verdict(): Readonly<Record<string, unknown>> {
  return site.gate.log().findLast(({ event }) => event === 'verdict') ?? {};
}

async function judged(name: string, type: string, body: Uint8Array): Promise<Answer> {
  const { path, answer } = await site.upload(name, type, body);
  expect([answer.status, answer.body.toString()]).toEqual([201, '']);
  return site.settled(path);
}

describe('a clean file', () => {
  it('arrives as it was sent, as an attachment that no browser shows', async () => {
    const { path, answer } = await site.upload('lage bericht.txt', 'text/plain', text('all quiet\n'), {
      'repr-digest': digest(text('all quiet\n')),
      'sallyport-conversation': `ops@conference.${site.pki.domain}`,
      'sallyport-label': 'cui',
    });
    expect(answer.status).toBe(201);
    const got = await site.settled(path);
    expect(got.status).toBe(200);
    expect(got.body.toString()).toBe('all quiet\n');
    expect(got.headers).toMatchObject({
      'repr-digest': digest(text('all quiet\n')),
      'content-disposition': `attachment; filename="lage bericht.txt"; filename*=UTF-8''lage%20bericht.txt`,
      'content-length': '10',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; sandbox",
      'accept-ranges': 'none',
    });
    expect(verdict()).toMatchObject({
      sender: ALICE,
      conversation: `ops@conference.${site.pki.domain}`,
      label: 'cui',
      result: 'clean',
      state: 'released',
      sha256: createHash('sha256').update('all quiet\n').digest('hex'),
    });
  });

  it('is told by HEAD without its content, and given whole when a range is asked for', async () => {
    const { path } = await site.upload('a.txt', 'text/plain', text('0123456789'));
    await site.settled(path);
    const bob = site.card('bob');
    const head = await site.call({ method: 'HEAD', path, as: bob });
    expect([head.status, head.headers['content-length'], head.body.length]).toEqual([200, '10', 0]);
    const range = await site.call({ method: 'GET', path, as: bob, headers: { range: 'bytes=2-3' } });
    expect([range.status, range.body.toString()]).toEqual([200, '0123456789']);
  });

  it('may be a picture, an archive, an office document', async () => {
    expect((await judged('dot.png', 'image/png', PNG)).status).toBe(200);
    expect((await judged('a.zip', 'application/zip', zip('dir/a.txt', text('a')))).status).toBe(200);
    expect(
      (await judged('a.tar', 'application/x-tar', tarOf([{ name: 'a.txt', content: text('a') }]))).status,
    ).toBe(200);
    expect((await judged('a.txt.gz', 'application/gzip', gzipSync('a'))).status).toBe(200);
    const docx = zipOf([
      { name: '[Content_Types].xml', content: text('<Types/>') },
      { name: '_rels/.rels', content: text('<Relationships/>') },
      { name: 'word/document.xml', content: text('<document/>') },
    ]);
    const type = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
    expect((await judged('a.docx', type, docx)).status).toBe(200);
  });

  it('leaves a trace of who fetched it', () => {
    const downloads = site.gate.log().filter(({ event }) => event === 'download');
    expect(downloads[0]).toMatchObject({ by: `bob@${site.pki.domain}`, name: 'lage bericht.txt' });
    for (const { time } of site.gate.log()) expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });
});

describe('EICAR is held back', () => {
  const eicar = text(EICAR);
  it.each([
    ['plain', 'a.txt', 'text/plain', eicar],
    ['zipped', 'a.zip', 'application/zip', zip('a.txt', eicar)],
    ['nested', 'b.zip', 'application/zip', zip('in.zip', zip('a.txt', eicar))],
    ['gzipped', 'a.txt.gz', 'application/gzip', gzipSync(eicar)],
    ['in a gzipped tar', 'a.tgz', 'application/gzip', gzipSync(tarOf([{ name: 'a.txt', content: eicar }]))],
    ['behind a text', 'log.txt', 'text/plain', Buffer.concat([text('x'.repeat(5000)), eicar])],
  ])('%s', async (_how, name, type, body) => {
    const answer = await judged(name, type, body);
    expect(answer.status).toBe(403);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(JSON.parse(answer.body.toString())).toMatchObject({ status: 403, verdict: 'quarantined' });
    expect(answer.body.toString()).not.toContain('EICAR');
    expect(verdict()).toMatchObject({ result: 'infected', signature: 'Local.Eicar.Ndb.UNOFFICIAL' });
  });
});

describe('a file that is not what it says is held back', () => {
  const program = readFileSync('/bin/true');
  it.each([
    ['a program named as a picture', 'a.png', 'image/png', program, 'content-is-another-type'],
    ['a picture declared as text', 'a.png', 'text/plain', PNG, 'type-and-extension-disagree'],
    ['a picture named as text', 'a.txt', 'text/plain', PNG, 'content-is-another-type'],
    [
      'a page named as text',
      'a.txt',
      'text/plain',
      text('<!DOCTYPE html><html><script>1</script></html>'),
      'content-is-another-type',
    ],
    ['a script named as text', 'a.txt', 'text/plain', text('#!/bin/sh\nid\n'), 'content-is-another-type'],
    ['a program under its own name', 'a.exe', 'application/octet-stream', program, 'extension-not-allowed'],
    ['a file without an extension', 'README', 'text/plain', text('hi'), 'extension-not-allowed'],
    [
      'an SVG',
      'a.svg',
      'image/svg+xml',
      text('<svg xmlns="http://www.w3.org/2000/svg"/>'),
      'extension-not-allowed',
    ],
    ['an empty file', 'a.txt', 'text/plain', text(''), 'content-is-another-type'],
    [
      'a ZIP named as a document',
      'a.docx',
      'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
      zip('a.txt', text('a')),
      'archive-part-missing',
    ],
  ])('%s', async (_what, name, type, body, reason) => {
    expect((await judged(name, type, body)).status).toBe(403);
    expect(verdict()).toMatchObject({ result: 'refused', reason });
  });
});

describe('an archive that hides something is held back', () => {
  it.each([
    ['a program', zip('a.txt', readFileSync('/bin/true'))],
    ['a bomb', zipOf([{ name: 'a.txt', content: Buffer.alloc(200_000_000) }])],
    ['a way out of its folder', zip('../../etc/cron.d/a.txt', text('a'))],
    ['encryption', zipOf([{ name: 'a.txt', content: text('secret'), encrypted: true }])],
  ])('%s', async (_what, body) => {
    expect((await judged('a.zip', 'application/zip', body)).status).toBe(403);
    expect(verdict()).toMatchObject({ name: 'a.zip', state: 'quarantined' });
    expect(site.files('work')).toEqual([]);
  });
});

describe('an upload is refused', () => {
  it('when it is not the file that was announced', async () => {
    const { path, answer } = await site.upload('a.txt', 'text/plain', text('one'), {
      'repr-digest': digest(text('two')),
    });
    expect([answer.status, codeOf(answer)]).toEqual([400, 'digest-mismatch']);
    expect((await site.call({ method: 'GET', path, as: site.card('bob') })).status).toBe(404);
    expect(site.files('incoming')).toEqual([]);
  });

  it('when it is larger than the gate takes', async () => {
    const { answer } = await site.upload('a.txt', 'text/plain', Buffer.alloc(1_000_001, 'a'));
    expect([answer.status, codeOf(answer)]).toEqual([413, 'too-large']);
  });
});

describe('administrators', () => {
  let path: string;
  let id: string;
  beforeAll(async () => {
    ({ path } = await site.upload('held.txt', 'text/plain', text(EICAR)));
    await site.settled(path);
    id = String(verdict().id);
  });

  it('list and show', async () => {
    const list = await site.gate.admin('list', '--state', 'quarantined');
    const records = list.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { id: string; state: string });
    expect(records.map((record) => record.id)).toContain(id);
    expect(new Set(records.map(({ state }) => state))).toEqual(new Set(['quarantined']));
    const show = await site.gate.admin('show', id);
    expect(JSON.parse(show.stdout)).toMatchObject({ id, name: 'held.txt', sender: ALICE });
    expect(JSON.parse((await site.gate.admin('status')).stdout)).toEqual({
      scanner: 'up',
      waiting: 0,
      uploads: 0,
    });
  });

  it('export what is held, into a new file only', async () => {
    const out = join(site.gate.state, '..', 'run', 'exported');
    const first = await site.gate.admin('export', id, '--reason', 'for the lab', '--out', out);
    expect([first.code, first.stderr]).toEqual([0, '']);
    expect(readFileSync(out, 'utf8')).toBe(EICAR);
    expect((await site.gate.admin('export', id, '--reason', 'again', '--out', out)).code).toBe(1);
    expect(readFileSync(out, 'utf8')).toBe(EICAR);
  });

  it('need a reason, a known id and a known command', async () => {
    expect((await site.gate.admin('release', id)).code).toBe(64);
    expect((await site.gate.admin('release', id, '--reason', ' ')).code).toBe(64);
    expect((await site.gate.admin('release', '0'.repeat(64), '--reason', 'x')).code).toBe(1);
    expect((await site.gate.admin('release', '../../etc/passwd', '--reason', 'x')).code).toBe(1);
    expect((await site.gate.admin('burn', id, '--reason', 'x')).code).toBe(64);
    expect((await site.call({ method: 'GET', path, as: site.card('bob') })).status).toBe(403);
  });

  it('release, once, and everybody gets the file', async () => {
    const released = await site.gate.admin('release', id, '--reason', 'a test file, case 17');
    expect(JSON.parse(released.stdout)).toMatchObject({
      state: 'released',
      admin: { reason: 'a test file, case 17' },
    });
    const got = await site.call({ method: 'GET', path, as: site.card('bob') });
    expect([got.status, got.body.toString()]).toEqual([200, EICAR]);
    expect((await site.gate.admin('release', id, '--reason', 'again')).stderr).toContain('not in quarantine');
  });

  it('delete, and the slot stays used', async () => {
    expect((await site.gate.admin('delete', id, '--reason', 'case closed')).code).toBe(0);
    const got = await site.call({ method: 'GET', path, as: site.card('bob') });
    expect([got.status, codeOf(got)]).toEqual([410, 'gone']);
    expect(site.files('released')).not.toContain(id);
    const deeds = site.gate.log().filter(({ event }) => event === 'admin');
    expect(deeds.map(({ deed, reason }) => [deed, reason])).toEqual([
      ['export', 'for the lab'],
      ['export', 'again'],
      ['release', 'a test file, case 17'],
      ['delete', 'case closed'],
    ]);
    for (const { actor } of deeds) expect(actor).not.toBe('');
  });
});

describe('retention', () => {
  it('ends a file at its time and keeps its record', async () => {
    const body = text('soon gone');
    const { path, headers } = site.ticket(
      { name: 'a.txt', size: body.length, type: 'text/plain' },
      { claims: { expires: Math.floor(Date.now() / 1000) + 3 } },
    );
    const put = await site.call({
      method: 'PUT',
      path,
      headers: { ...headers, 'content-length': body.length },
      body,
      as: site.card('alice'),
    });
    expect(put.status).toBe(201);
    expect((await site.settled(path)).status).toBe(200);
    const { id } = verdict();
    while (existsSync(join(site.gate.state, 'released', String(id)))) await sleep(100);
    const got = await site.call({ method: 'GET', path, as: site.card('bob') });
    expect([got.status, codeOf(got)]).toEqual([410, 'gone']);
    expect(site.gate.log().some((line) => line.event === 'expired' && line.id === id)).toBe(true);
    const again = await site.call({
      method: 'PUT',
      path,
      headers: { ...headers, 'content-length': body.length },
      body,
      as: site.card('alice'),
    });
    expect([again.status, codeOf(again)]).toEqual([409, 'used']);
  });
});
