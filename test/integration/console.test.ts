/** The administrators' console over real TLS with real cards, beside a real Prosody, file gate and scanner. */
import { readdirSync, readFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EICAR } from '../../build/site/clamd.ts';
import { ROLES, type Role } from '../../server/console/roles.ts';
import { ROUTES } from '../../server/console/routes.ts';
import { ChainChecker } from '../../src/audit/index.ts';
import { type ConsoleSite, PEOPLE, type Seat, startConsoleSite } from '../support/console-site.ts';

let site: ConsoleSite;
const seats = new Map<string, Seat>();
const seat = (id: string): Seat => {
  const found = seats.get(id);
  if (found === undefined) throw new Error(`no seat of ${id}`);
  return found;
};

beforeAll(async () => {
  site = await startConsoleSite();
  for (const { id } of PEOPLE) seats.set(id, await site.seat(id));
});
afterAll(() => site?.stop());

/** Who may do what, written a second time: a route that is missing here fails, and so does one that says otherwise. */
const RULES: Readonly<Record<string, readonly Role[]>> = {
  'session.start': ROLES,
  'session.show': ROLES,
  'session.end': ROLES,
  'api.show': ROLES,
  'approvals.list': ROLES,
  'approvals.approve': ROLES,
  'approvals.reject': ROLES,
  'alarms.list': ROLES,
  'alarms.mark-seen': ['officer'],
  'now.show': ROLES,
  'now.follow': ROLES,
  'now.sessions': ROLES,
  'now.rooms': ROLES,
  'now.end-sessions': ['operator'],
  'people.list': ['operator', 'auditor'],
  'people.set': ['operator'],
  'people.certificate': ['operator', 'auditor'],
  'people.directory': ['operator'],
  'machines.list': ['operator', 'auditor'],
  'machines.set': ['operator'],
  'machines.move': ['operator'],
  'policy.show': ROLES,
  'policy.upload': ['operator'],
  'policy.diff': ROLES,
  'policy.put-out': ['operator'],
  'feeds.list': ROLES,
  'feeds.notices': ['officer'],
  'feeds.take-notice': ['officer'],
  'switch.show': ROLES,
  'switch.set': ['operator'],
  'files.list': ['operator', 'officer'],
  'files.show': ['operator', 'officer'],
  'files.release': ['officer'],
  'files.delete': ['officer'],
  'records.status': ['officer', 'auditor'],
  'records.messages': ['officer'],
  'records.events': ['officer', 'auditor'],
  'records.chain': ['auditor'],
  'exports.messages': ['officer'],
  'exports.events': ['auditor'],
  'exports.list': ['officer', 'auditor'],
  'exports.data': ['officer', 'auditor'],
  'exports.signature': ['officer', 'auditor'],
  'retention.show': ['officer', 'auditor'],
  'retention.hold': ['officer'],
  'retention.run': ['officer'],
};
const SOMEBODY: Readonly<Record<Role, string>> = { operator: 'oakes', officer: 'sato', auditor: 'abel' };

/** An address of the route whose parts name nothing. */
function addressOf(address: string): string {
  return address
    .replace('{kind}', 'user')
    .replace('{name}', 'nobody')
    .replace(/\{\w+\}/g, '0'.repeat(64));
}

describe('roles', () => {
  it('every route has a rule, and no rule is for a route that is not there', () => {
    expect(ROUTES.map(({ action }) => action).sort()).toEqual(Object.keys(RULES).sort());
  });

  it.each(ROUTES.map((row) => [row.action, row] as const))('%s: every role is tried', async (action, row) => {
    for (const role of ROLES) {
      const id = SOMEBODY[role];
      const { session } = await site.seat(id);
      // Without a body it comes to nothing; that is looked at after the role.
      const reply = await site.ask(site.identity(id), {
        method: row.method,
        path: addressOf(row.address),
        session,
      });
      const allowed = RULES[action]?.includes(role) === true;
      const code = reply.status >= 400 ? reply.json().code : undefined;
      expect([role, code === 'wrong-role']).toEqual([role, !allowed]);
      expect([role, reply.status]).not.toEqual([role, 500]);
      await site.ask(site.identity(id), { method: 'DELETE', path: '/api/session', session });
    }
  });

  it.each(ROUTES.filter((row) => row.session).map((row) => [row.action, row] as const))(
    '%s: nothing without a session, nor with another person’s',
    async (_action, { method, address }) => {
      const path = addressOf(address);
      for (const session of [undefined, 'x', seat('ortega').session]) {
        const reply = await site.ask(site.identity('oakes'), { method, path, session });
        expect([reply.status, reply.json().code]).toEqual([401, 'no-session']);
      }
    },
  );

  it('a card without a role gets nothing, not even the page', async () => {
    for (const path of ['/', '/console.js', '/api/switch']) {
      const reply = await site.ask(site.identity('nemo'), { path });
      expect([path, reply.status, reply.json().code]).toEqual([path, 403, 'no-role']);
    }
  });

  it('without a card, with a revoked or an unfit one there is no connection', async () => {
    await expect(site.ask(undefined, { path: '/' })).rejects.toThrow();
    await expect(site.ask(site.identity('rex'), { path: '/' })).rejects.toThrow();
    await expect(site.ask(site.xmpp.card('oakes', '9e'), { path: '/' })).rejects.toThrow();
    expect(site.audit().some(({ event }) => event === 'console.connection-refused')).toBe(true);
  });

  it('somebody taken out of the table is out at the next request', async () => {
    const ortega = await site.seat('ortega');
    site.console.setPeople(PEOPLE.filter(({ id }) => id !== 'ortega'));
    await expect
      .poll(async () => (await ortega.ask('GET', '/api/switch')).status, { timeout: 30_000 })
      .toBe(403);
    site.console.setPeople(PEOPLE);
    await expect
      .poll(async () => (await ortega.ask('GET', '/api/switch')).status, { timeout: 30_000 })
      .toBe(200);
  });
});

describe('what comes from elsewhere', () => {
  const body = { position: 'off', reason: 'cross-site' };
  it.each([
    ['another origin', { origin: 'https://evil.example' }],
    ['an origin of null', { origin: 'null' }],
    ['another site', { 'sec-fetch-site': 'cross-site' }],
    ['a sibling', { 'sec-fetch-site': 'same-site' }],
    ['another name of this host', { host: '127.0.0.1' }],
  ])('is refused: %s', async (_what, headers) => {
    const reply = await seat('oakes').ask('PUT', '/api/switch/user/alice', body, headers);
    expect([reply.status, reply.json().code]).toEqual([403, 'cross-site']);
  });

  it('a form cannot do anything: it is not JSON, and cannot name a session', async () => {
    const reply = await seat('oakes').ask('PUT', '/api/switch/user/alice', body, {
      'content-type': 'text/plain',
    });
    expect(reply.json().code).toBe('not-json');
  });

  it('every answer has the strict policy', async () => {
    for (const path of ['/', '/api/switch', '/nothing']) {
      const { headers } = await seat('oakes').ask('GET', path);
      expect(headers['content-security-policy']).toContain("default-src 'none'");
      expect(headers['content-security-policy']).not.toContain('unsafe');
      expect(headers['set-cookie']).toBeUndefined();
      expect(headers['access-control-allow-origin']).toBeUndefined();
    }
  });
});

describe('bounds', () => {
  it.each([
    ['not JSON', '{"position":', 415, 'not-json'],
    ['too large', JSON.stringify({ reason: 'x'.repeat(70_000) }), 413, 'too-large'],
    ['a member too many', '{"position":"off","reason":"why","x":1}', 400, 'bad-request'],
    ['a reason of blanks', '{"position":"off","reason":"    "}', 400, 'bad-request'],
    ['a reason of two lines', '{"position":"off","reason":"one\\ntwo"}', 400, 'bad-request'],
  ])('%s', async (_what, raw, status, code) => {
    const reply = await site.ask(site.identity('oakes'), {
      method: 'PUT',
      path: '/api/switch/user/alice',
      session: seat('oakes').session,
      raw,
    });
    expect([reply.status, reply.json().code]).toEqual([status, code]);
  });

  it.each([
    '/../config.json',
    '/%2e%2e/config.json',
    '/page/../../server.key',
    '/console.js%00',
    '/etc%2fpasswd',
  ])('no address leads to a file: %s', async (path) => {
    expect((await seat('oakes').ask('GET', path)).status).toBeGreaterThanOrEqual(400);
  });
});

describe('the switch', () => {
  it('a user off: the live session ends, and the log says who did it and why', async () => {
    const client = await site.xmpp.connect(site.xmpp.card('alice'));
    await client.passLock(site.xmpp.machine('WS-1', 1));
    expect(await client.external()).toContain('<success');
    await client.bind('desk');
    const reply = await seat('oakes').ask('PUT', '/api/switch/user/alice', {
      position: 'off',
      reason: 'card reported lost',
    });
    expect([reply.status, reply.json().ended]).toEqual([200, 1]);
    expect((await seat('abel').ask('GET', '/api/switch')).json().users).toEqual(['alice']);
    expect(site.audit()).toContainEqual(
      expect.objectContaining({
        event: 'console.switch.set',
        user: 'oakes',
        detail: { kind: 'user', name: 'alice', position: 'off', reason: 'card reported lost' },
      }),
    );
    const on = await seat('oakes').ask('PUT', '/api/switch/user/alice', { position: 'on', reason: 'found' });
    expect(on.status).toBe(200);
    expect((await seat('abel').ask('GET', '/api/switch')).json().users).toEqual([]);
  });

  it('two tabs at once: neither undoes what the other did', async () => {
    const off = (name: string) =>
      seat('oakes').ask('PUT', `/api/switch/machine/${name}`, { position: 'off', reason: 'racing' });
    const both = await Promise.all([off('WS-1'), off('WS-2')]);
    expect(both.map(({ status }) => status)).toEqual([200, 200]);
    expect((await seat('oakes').ask('GET', '/api/switch')).json().machines).toEqual(['WS-1', 'WS-2']);
    for (const name of ['WS-1', 'WS-2'])
      await seat('oakes').ask('PUT', `/api/switch/machine/${name}`, { position: 'on', reason: 'done' });
  });

  describe('of the whole service takes two', () => {
    const path = '/api/switch/service/all';
    interface Waiting {
      readonly id: string;
      readonly digest: string;
    }
    async function asked(position: 'on' | 'off'): Promise<Waiting> {
      const reply = await seat('oakes').ask('PUT', path, { position, reason: `exercise ${position}` });
      expect(reply.status).toBe(202);
      return reply.json<{ approval: Waiting }>().approval;
    }
    const service = async () => (await seat('abel').ask('GET', '/api/switch')).json().service;
    const approve = (who: string, { id, digest }: Waiting) =>
      seat(who).ask('POST', `/api/approvals/${id}/approve`, { digest });

    it('not the one who asked, not the auditor, not for another action, and once only', async () => {
      const first = await asked('off');
      const second = await asked('off');
      expect((await approve('oakes', first)).json().code).toBe('same-person');
      expect((await approve('abel', first)).json().code).toBe('wrong-role');
      expect((await approve('ortega', { ...first, digest: second.digest })).json().code).toBe('other-action');
      expect(await service()).toBe('on');

      // Two approvers in the same moment: it is done once.
      const raced = await Promise.all([approve('ortega', first), approve('sato', first)]);
      expect(raced.map(({ status }) => status).sort()).toEqual([200, 409]);
      expect(await service()).toBe('off');
      // Replayed.
      expect((await approve('ortega', first)).json().code).toBe('conflict');
      expect((await seat('oakes').ask('POST', `/api/approvals/${second.id}/reject`, {})).status).toBe(200);
      expect((await approve('ortega', second)).json().code).toBe('conflict');

      const back = await asked('on');
      expect((await approve('ortega', back)).status).toBe(200);
      expect(await service()).toBe('on');
      expect(site.audit()).toContainEqual(
        expect.objectContaining({
          event: 'console.switch.set',
          user: 'oakes',
          detail: expect.objectContaining({ position: 'on', approvedBy: 'ortega' }),
        }),
      );
    });
  });
});

describe('files', () => {
  it('the quarantine: found by hash, given free by two officers with a reason', async () => {
    await site.gate.upload('<img src=x onerror=alert(1)>.txt', 'text/plain', Buffer.from(EICAR));
    const list = async (query: string) =>
      (await seat('sato').ask('GET', `/api/files?${query}`)).json<{
        total: number;
        files: { id: string; name: string; sha256: string; sender: string; state: string }[];
      }>();
    await expect.poll(async () => (await list('state=quarantined')).total, { timeout: 20_000 }).toBe(1);
    const [file] = (await list('state=quarantined')).files;
    expect(file).toMatchObject({
      sender: 'alice@chat.example.mil',
      name: '_img src=x onerror=alert(1)_.txt',
    });
    expect((await list(`hash=${file?.sha256.slice(0, 10)}`)).total).toBe(1);
    expect((await list('hash=00000000')).total).toBe(0);

    const reply = await seat('sato').ask('POST', `/api/files/${file?.id}/release`, { reason: 'case 17' });
    expect(reply.status).toBe(202);
    const { approval } = reply.json<{ approval: { id: string; digest: string } }>();
    const approve = (who: string) =>
      seat(who).ask('POST', `/api/approvals/${approval.id}/approve`, { digest: approval.digest });
    expect((await approve('oakes')).json().code).toBe('wrong-role');
    expect((await list('state=quarantined')).total).toBe(1);
    expect((await approve('silva')).status).toBe(200);
    expect((await list('state=released')).files[0]).toMatchObject({
      id: file?.id,
      admin: { actor: 'sato with silva', reason: 'case 17' },
    });
    expect((await seat('sato').ask('DELETE', `/api/files/${file?.id}`, { reason: 'case 17' })).status).toBe(
      200,
    );
    expect(
      (await seat('sato').ask('DELETE', `/api/files/${file?.id}`, { reason: 'again' })).json().code,
    ).toBe('gone');
  });

  it('a gate that is down is said so', async () => {
    await site.gate.gate.stop();
    const reply = await seat('sato').ask('GET', '/api/files?state=scanning');
    expect([reply.status, reply.json().code]).toEqual([503, 'gate-down']);
    await site.gate.gate.start();
  });
});

describe('its records', () => {
  it('the audit log is one whole chain, over a restart of the console too', async () => {
    await site.console.stop();
    await site.console.start();
    for (const { id } of PEOPLE) seats.set(id, await site.seat(id));
    const checker = new ChainChecker();
    for (const name of readdirSync(site.xmpp.server.logDirectory).filter((file) =>
      file.startsWith('console-'),
    ))
      for (const row of readFileSync(join(site.xmpp.server.logDirectory, name), 'utf8').split('\n'))
        if (row !== '') checker.add(row);
    expect(checker.report()).toMatchObject({ chains: 1, complete: 1, findings: [] });
  });

  it('no thread of it stands before the XMPP server’s, and the one of the records stands behind the others', () => {
    const { pid } = site.console;
    const priorities = readdirSync(`/proc/${pid}/task`).map((thread) => getPriority(Number(thread)));
    expect(Math.min(...priorities)).toBeGreaterThan(getPriority(site.xmpp.server.pid));
    expect(priorities).toContain(10);
  });

  it('a second console on the same directories does not start, and leaves the chain whole', async () => {
    const log = () => site.audit().length;
    const before = log();
    const second = await site.console.run('serve');
    expect(second).toMatchObject({ code: 75, err: expect.stringContaining('another console is running') });
    expect(log()).toBe(before);
    expect((await seat('oakes').ask('GET', '/api/switch')).status).toBe(200);
  });

  it('what waits for a second person is still there after a restart', async () => {
    const { approvals } = (await seat('oakes').ask('GET', '/api/approvals')).json<{
      approvals: { state: string }[];
    }>();
    expect(approvals.map(({ state }) => state).sort()).toEqual(['done', 'done', 'rejected']);
  });

  it('a backup is a whole database; a second one does not overwrite it', async () => {
    const target = join(site.xmpp.directory, 'console/state/backup.db');
    expect(await site.console.run('backup', target)).toMatchObject({ code: 0 });
    expect(readFileSync(target).subarray(0, 15).toString()).toBe('SQLite format 3');
    expect((await site.console.run('backup', target)).code).toBe(1);
  });
});
