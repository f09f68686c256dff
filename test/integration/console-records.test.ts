/** The console's records beside a real Prosody: what people write is found, exported and kept. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AlarmsPage } from '../../server/console/contract.ts';
import { type ConsoleSite, PEOPLE, type Seat, startConsoleSite } from '../support/console-site.ts';

let site: ConsoleSite;
const seats = new Map<string, Seat>();
const seat = (id: string): Seat => {
  const found = seats.get(id);
  if (found === undefined) throw new Error(`no seat of ${id}`);
  return found;
};
interface Page {
  readonly records: readonly Readonly<Record<string, unknown>>[];
  readonly next?: number;
}
/** A text that is an attack where somebody shows it as markup. */
const HOSTILE = '<script>alert(1)</script> the convoy leaves';

beforeAll(async () => {
  site = await startConsoleSite();
  for (const { id } of PEOPLE) seats.set(id, await site.seat(id));
  const client = await site.xmpp.connect(site.xmpp.card('alice'));
  await client.passLock(site.xmpp.machine('WS-1', 1));
  await client.external();
  await client.bind('desk');
  const body = HOSTILE.replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  client.send(
    `<message to='bob@${site.xmpp.server.domain}' type='chat' id='m1'><body>${body}</body></message>`,
  );
});
afterAll(() => site?.stop());

const search = async (body: Readonly<Record<string, unknown>>) =>
  (await seat('sato').ask('POST', '/api/records/messages', { reason: 'case 17', ...body })).json<Page>();

describe('the present', () => {
  interface Online {
    readonly total: number;
    readonly sessions: readonly Readonly<Record<string, unknown>>[];
  }
  const online = async (query = '') =>
    (await seat('abel').ask('GET', `/api/now/sessions?${query}`)).json<Online>();

  it('who is online, from which machine and address, with which epoch', async () => {
    await expect.poll(async () => (await online()).total, { timeout: 10_000 }).toBe(1);
    expect((await online('text=ALI')).sessions[0]).toMatchObject({
      user: 'alice@chat.example.mil',
      machine: 'WS-1',
      ip: '127.0.0.1',
      epoch: 1,
      resource: 'desk',
    });
    expect((await online('text=%25')).total).toBe(0);
  });

  it('is told as it changes: sessions that an operator ends are gone', async () => {
    const first = await seat('abel').ask('GET', '/api/now/events');
    expect(first.headers['content-type']).toBe('text/event-stream');
    const told = JSON.parse(first.body.toString().split('\n\n')[0]?.slice('data: '.length) ?? '');
    expect(told).toMatchObject({
      online: 1,
      server: { running: true, service: 'on' },
      gate: { up: true, scanner: 'up' },
    });
    expect(told.dates.map(({ state }: { state: string }) => state)).not.toContain('expired');
    const reply = await seat('oakes').ask('POST', '/api/now/sessions/alice/end', { reason: 'test' });
    expect(reply.json()).toEqual({ ended: 1 });
    await expect.poll(async () => (await online()).total, { timeout: 10_000 }).toBe(0);
    expect((await seat('abel').ask('GET', '/api/switch')).json().users).toEqual([]);
    // Whoever is off stays off.
    await seat('oakes').ask('PUT', '/api/switch/user/bob', { position: 'off', reason: 'test' });
    expect((await seat('oakes').ask('POST', '/api/now/sessions/bob/end', { reason: 'test' })).json()).toEqual(
      { ended: 0 },
    );
    expect((await seat('abel').ask('GET', '/api/switch')).json().users).toEqual(['bob']);
    await seat('oakes').ask('PUT', '/api/switch/user/bob', { position: 'on', reason: 'test' });
  });

  it('what was refused is an alarm', async () => {
    await expect(site.ask(undefined, { path: '/' })).rejects.toThrow();
    const counts = async () =>
      (await seat('abel').ask('GET', '/api/now')).json<{ alarms: { counts: object } }>().alarms.counts;
    await expect
      .poll(counts, { timeout: 10_000 })
      .toMatchObject({ 'console.connection-refused': expect.any(Number) });
  });
});

describe('an alarm', () => {
  const list = async (query: string) =>
    (await seat('oakes').ask('GET', `/api/alarms?${query}`)).json<AlarmsPage>().alarms;
  const mark = (who: string, alarms: readonly string[]) =>
    seat(who).ask('POST', '/api/alarms/seen', { alarms, reason: 'a drill' });
  const refused = 'kind=console.connection-refused';

  it('is open until the security officer says that it was seen, which is on record', async () => {
    await expect(site.ask(undefined, { path: '/' })).rejects.toThrow();
    await expect.poll(async () => (await list(refused)).length, { timeout: 10_000 }).toBeGreaterThan(0);
    const [alarm] = await list(`${refused}&state=open`);
    const id = alarm?.id ?? '';
    expect(alarm).toMatchObject({ kind: 'console.connection-refused', record: { outcome: 'failure' } });
    for (const other of ['oakes', 'abel'])
      expect((await mark(other, [id])).json().code, other).toBe('wrong-role');
    const both = await mark('sato', [id, id, '0'.repeat(32)]);
    expect([both.status, both.json()]).toEqual([200, { seen: 1 }]);
    await expect
      .poll(async () => (await list(`${refused}&state=seen`)).find((each) => each.id === id), {
        timeout: 10_000,
      })
      .toMatchObject({ seen: { by: 'sato', reason: 'a drill' } });
    expect((await list(`${refused}&state=open`)).map((each) => each.id)).not.toContain(id);
    expect((await mark('silva', [id])).json()).toEqual({ seen: 0 });
    expect(site.audit().filter(({ event }) => event === 'console.alarm.seen')).toMatchObject([
      { user: 'sato', detail: { alarm: id, reason: 'a drill' } },
    ]);
  });

  it('is not seen without a reason, by a name that is none, or a hundred and one at once', async () => {
    const id = '0'.repeat(32);
    for (const body of [
      { alarms: [id] },
      { alarms: [], reason: 'a drill' },
      { alarms: ['../x'], reason: 'a drill' },
      { alarms: Array.from({ length: 101 }, () => id), reason: 'a drill' },
    ])
      expect((await seat('sato').ask('POST', '/api/alarms/seen', body)).status).toBe(400);
    for (const query of ['kind=session.started', 'state=x', 'since=2026-13-01', 'limit=501'])
      expect((await seat('oakes').ask('GET', `/api/alarms?${query}`)).status, query).toBe(400);
  });
});

describe('whoever claims to be somebody else', () => {
  it('is an alarm of its own: a wrong proof, a recorded one, a card that asks for another’s account', async () => {
    const { xmpp } = site;
    const known = xmpp.machine('WS-1', 1);
    const stranger = { kid: 'WS-1', keys: known.keys.map((key) => ({ ...key, key: new Uint8Array(32) })) };
    const wrong = await xmpp.connect(xmpp.card('bob'));
    await expect(wrong.passLock(stranger)).rejects.toThrow();

    const honest = await xmpp.connect(xmpp.card('bob'));
    await honest.open();
    const first = honest.lockClient(known, ['tls-exporter']);
    const hello = first.begin(['tls-exporter']);
    const recorded = first.challenge(await honest.hello(hello)).mac;
    honest.close();
    const replay = await xmpp.connect(xmpp.card('bob'));
    await replay.open();
    await replay.hello(hello);
    replay.proof(recorded);
    expect(await replay.rest()).toContain('<refused');

    const other = await xmpp.connect(xmpp.card('bob'));
    await other.passLock(known);
    expect(await other.external('alice@chat.example.mil')).toContain('invalid-authzid');

    const old = await xmpp.connect(xmpp.card('bob'));
    await expect(old.passLock(xmpp.machine('WS-1', 9))).rejects.toThrow();
    const alarms = async () =>
      (await seat('abel').ask('GET', '/api/now')).json<{ alarms: { counts: Record<string, number> } }>()
        .alarms;
    await expect
      .poll(async () => (await alarms()).counts, { timeout: 10_000 })
      .toMatchObject({ impersonation: 3, 'lock.refused': expect.any(Number) });
    const { records } = (
      await seat('abel').ask('GET', '/api/records/events?alarm=impersonation')
    ).json<Page>();
    expect(records.map(({ event, machine, reason }) => [event, machine, reason])).toEqual([
      ['sign-in.refused', 'WS-1', 'asks for another address'],
      ['lock.refused', 'WS-1', 'wrong-proof'],
      ['lock.refused', 'WS-1', 'wrong-proof'],
    ]);
    expect((await seat('abel').ask('GET', '/api/records/events?alarm=none')).json().code).toBe('bad-request');
  });
});

describe('messages', () => {
  it('are found within a moment, by the officer alone, who says why', async () => {
    await expect
      .poll(async () => (await search({ words: 'convoy' })).records.length, { timeout: 10_000 })
      .toBe(1);
    expect((await search({ user: 'alice' })).records[0]).toMatchObject({ body: HOSTILE, machine: 'WS-1' });
    expect((await search({ room: 'alice' })).records).toEqual([]);
    const without = await seat('sato').ask('POST', '/api/records/messages', { words: 'convoy' });
    expect(without.json().code).toBe('bad-request');
    for (const id of ['oakes', 'abel']) {
      const reply = await seat(id).ask('POST', '/api/records/messages', { reason: 'curious' });
      expect(reply.json().code).toBe('wrong-role');
    }
    expect(site.audit()).toContainEqual(
      expect.objectContaining({
        event: 'console.records.messages',
        user: 'sato',
        detail: { words: 'convoy', reason: 'case 17' },
      }),
    );
  });
});

describe('an export', () => {
  it('takes two, is marked and signed, and is the one’s who asked', async () => {
    const body = { words: 'convoy', reason: 'case 17', marking: 'SECRET // REL TO NOBODY' };
    const kept = await seat('sato').ask('POST', '/api/exports/messages', body);
    expect(kept.status).toBe(202);
    const { approval } = kept.json<{ approval: { id: string; digest: string } }>();
    const done = await seat('abel').ask('POST', `/api/approvals/${approval.id}/approve`, {
      digest: approval.digest,
    });
    expect(done.status).toBe(200);
    const { exports } = (await seat('sato').ask('GET', '/api/exports')).json<{ exports: { id: string }[] }>();
    const id = exports[0]?.id ?? '';
    const data = await seat('sato').ask('GET', `/api/exports/${id}/data`);
    expect(data.headers['content-disposition']).toBe(`attachment; filename="export-${id}.ndjson"`);
    const [head, record, tail] = data.body
      .toString()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(head).toMatchObject({ marking: body.marking, by: 'sato', approvedBy: 'abel', reason: 'case 17' });
    expect(record.body).toBe(HOSTILE);
    expect(tail).toMatchObject({ end: true, records: 1, marking: body.marking });

    const signature = await seat('sato').ask('GET', `/api/exports/${id}/signature`);
    const file = (name: string) => join(site.xmpp.directory, name);
    writeFileSync(file('export'), data.body);
    writeFileSync(file('export.cms'), signature.body);
    const verify = (content: string) =>
      execFileSync(
        'openssl',
        [
          ...['cms', '-verify', '-binary', '-inform', 'PEM', '-in', file('export.cms'), '-content', content],
          ...['-CAfile', site.xmpp.pki.ca.root.certificate, '-purpose', 'any', '-out', '/dev/null'],
        ],
        { stdio: 'pipe' },
      );
    verify(file('export'));
    writeFileSync(file('changed'), `${data.body} `);
    expect(() => verify(file('changed'))).toThrow();

    expect((await seat('silva').ask('GET', `/api/exports/${id}/data`)).json().code).toBe('not-yours');
    for (const bad of ['..%2f..%2fserver.key', '../../state/console.db', `${id}%00`, `${id}.cms`])
      expect((await seat('sato').ask('GET', `/api/exports/${bad}/data`)).status).toBeGreaterThanOrEqual(400);
  });
});

describe('events', () => {
  it('of the server, the tool and the console are in one search', async () => {
    const find = async (query: string) =>
      (await seat('abel').ask('GET', `/api/records/events?${query}`))
        .json<Page>()
        .records.map(({ event }) => event);
    await expect
      .poll(() => find('user=alice&event=sign-in'), { timeout: 10_000 })
      .toEqual(['sign-in.accepted']);
    await expect
      .poll(() => find('user=sato&event=console.records'), { timeout: 10_000 })
      .toContain('console.records.messages');
    expect((await seat('oakes').ask('GET', '/api/records/events')).json().code).toBe('wrong-role');
  });

  it('the chain of the console’s log is whole, and a changed line is named', async () => {
    const check = async () => (await seat('abel').ask('GET', '/api/records/chain?source=console')).json();
    expect(await check()).toMatchObject({ complete: 1, found: 0, whole: true });
    const path = join(
      site.xmpp.server.logDirectory,
      `console-${new Date().toISOString().slice(0, 10)}.ndjson`,
    );
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.replace('case 17', 'case 18'));
    expect(await check()).toMatchObject({ findings: [{ problem: 'changed' }, { problem: 'gap' }] });
    writeFileSync(path, text);
  });
});

describe('retention', () => {
  it('a hold is put by one officer and lifted by two; the kit obeys it', async () => {
    const hold = (who: string, on: boolean) =>
      seat(who).ask('PUT', '/api/retention/holds/user/Alice', { hold: on, reason: 'case 17' });
    expect((await hold('abel', true)).json().code).toBe('wrong-role');
    expect((await hold('sato', true)).json()).toMatchObject({ users: ['alice'], messageDays: 30 });
    writeFileSync(
      join(site.xmpp.server.logDirectory, 'messages-2020-01-01.ndjson'),
      ['alice', 'bob']
        .map(
          (name) =>
            `${JSON.stringify({ time: '2020-01-01T00:00:00.000Z', from: `${name}@x`, body: 'old' })}\n`,
        )
        .join(''),
    );
    expect((await seat('abel').ask('GET', '/api/retention')).json().due).toEqual({ records: 1, held: 1 });
    const lift = await hold('sato', false);
    expect(lift.status).toBe(202);
    const { approval } = lift.json<{ approval: { id: string; digest: string } }>();
    const approve = { digest: approval.digest };
    expect((await seat('silva').ask('POST', `/api/approvals/${approval.id}/approve`, approve)).status).toBe(
      200,
    );
    expect((await seat('abel').ask('GET', '/api/retention')).json()).toMatchObject({
      users: [],
      due: { records: 2 },
    });
  });
});
