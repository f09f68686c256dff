/** The console's people, machines and policy beside a real Prosody: what it changes holds for live sessions. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CertificateInfo, MachineInfo } from '../../server/console/contract.ts';
import type { Policy } from '../../src/policy/index.ts';
import { makeRings, type Rings } from '../support/console-rings.ts';
import { type ConsoleSite, PEOPLE, type Seat, startConsoleSite } from '../support/console-site.ts';
import { numberedCards } from '../support/numbered-cards.ts';

let site: ConsoleSite;
let rings: Rings;
const seats = new Map<string, Seat>();
const seat = (id: string): Seat => {
  const found = seats.get(id);
  if (found === undefined) throw new Error(`no seat of ${id}`);
  return found;
};

beforeAll(async () => {
  rings = await makeRings();
  site = await startConsoleSite({ config: rings.config }, [1, 2]);
  for (const { id } of PEOPLE) seats.set(id, await site.seat(id));
});
afterAll(async () => {
  await site?.stop();
  rings?.remove();
});

async function bound(account: string, kid: string) {
  const client = await site.xmpp.connect(site.xmpp.card(account));
  await client.passLock(site.xmpp.machine(kid, 1));
  expect(await client.external()).toContain('<success');
  await client.bind('desk');
  return client;
}
const ended = (user: string) =>
  site.xmpp.server.records('audit').some((event) => event.event === 'session.ended' && event.user === user);

describe('people', () => {
  const identities = { xmppAddrs: [], spkiSha256: [], reason: 'test' };
  const table = () => readFileSync(join(site.xmpp.directory, 'prosody/accounts.json'), 'utf8');
  const set = (account: string, body: object) => seat('oakes').ask('PUT', `/api/people/${account}`, body);

  it('a disabled account’s session ends; the certificate map is what the server reads', async () => {
    await bound('alice', 'WS-1');
    const alice = { disabled: true, upns: ['1000000001@mil'], ...identities };
    expect((await set('alice', alice)).status).toBe(200);
    await expect.poll(() => ended('alice@chat.example.mil'), { timeout: 10_000 }).toBe(true);
    expect(site.audit()).toContainEqual(
      expect.objectContaining({
        event: 'console.people.set',
        user: 'oakes',
        detail: expect.objectContaining({ account: 'alice', disabled: true, upns: '1000000001@mil' }),
      }),
    );
    expect((await set('alice', { ...alice, disabled: false })).status).toBe(200);
    await expect
      .poll(async () => {
        const { people } = (await seat('abel').ask('GET', '/api/people?text=ali')).json<{
          people: object[];
        }>();
        return people;
      })
      .toMatchObject([{ account: 'alice', disabled: false, upns: ['1000000001@mil'] }]);
  });

  it.each([
    ['an identity of two', 'carol', { upns: ['1000000002@MIL'] }, 400],
    ['a name that is none', 'Carol%20X', { upns: [] }, 404],
    ['two lines', 'carol', { upns: ['a\nb'] }, 400],
    ['a key hash that is none', 'carol', { upns: [], spkiSha256: ['x'] }, 400],
  ])('%s is refused, and the table stays', async (_what, account, fields, status) => {
    const before = table();
    expect((await set(account, { disabled: false, ...identities, ...fields })).status).toBe(status);
    expect(table()).toBe(before);
  });

  it('a certificate is read, mapped by issuer and serial number or key identifier, and signs in', async () => {
    const cards = numberedCards(site.xmpp.directory, site.xmpp.pki);
    const read = async (certificate: string) =>
      (await seat('oakes').ask('POST', '/api/people/certificate', { certificate })).json<CertificateInfo>();
    const info = await read(cards.good.certificate);
    expect(info).toMatchObject({
      serial: 'c0ffee01',
      upns: [],
      issuerSerials: [cards.issuerSerial],
      subjectKeyIds: [cards.subjectKeyId],
      accounts: [],
    });
    expect((await read(site.xmpp.card('bob').certificate)).accounts).toEqual(['bob']);
    for (const text of ['x', readFileSync(site.xmpp.pki.ca.id.certificate, 'utf8')])
      expect(await read(text)).toMatchObject({ code: 'bad-request' });
    const signIn = async () => {
      const client = await site.xmpp.connect(cards.good);
      await client.passLock(site.xmpp.machine('WS-1', 1));
      return client.external();
    };
    const lists = [
      { issuerSerials: info.issuerSerials },
      { issuerSerials: [], subjectKeyIds: info.subjectKeyIds },
    ];
    for (const fields of lists) {
      expect((await set('carol', { disabled: false, reason: 'new card', ...fields })).status).toBe(200);
      await expect.poll(signIn, { timeout: 10_000 }).toContain('<success');
      expect((await read(cards.good.certificate)).accounts).toEqual(['carol']);
    }
    // What is left out stays; the same certificate for another is refused.
    expect((await set('carol', { disabled: true, reason: 'test' })).json()).toEqual({
      account: 'carol',
      disabled: true,
    });
    expect(JSON.parse(table()).accounts).toContainEqual(
      expect.objectContaining({ account: 'carol', disabled: true, subjectKeyIds: info.subjectKeyIds }),
    );
    const taken = await set('dora', { disabled: false, reason: 'test', subjectKeyIds: info.subjectKeyIds });
    expect(taken.json()).toMatchObject({
      code: 'bad-request',
      detail: expect.stringContaining('carol and dora'),
    });
    for (const fields of [
      { issuerSerials: [cards.issuerSerial.toUpperCase()] },
      { issuerSerials: ['CN=DOD ID CA:01'] },
      { subjectKeyIds: ['c0c0'] },
    ])
      expect((await set('dora', { disabled: false, reason: 'test', ...fields })).status).toBe(400);
  });

  it('without a directory there is none to read', async () => {
    expect((await seat('oakes').ask('POST', '/api/directory', { reason: 'test' })).status).toBe(404);
  });
});

describe('machines', () => {
  it('a revoked one’s session ends; one that was enrolled can be used', async () => {
    await bound('bob', 'WS-2');
    const set = (kid: string, body: object) =>
      seat('oakes').ask('PUT', `/api/machines/${kid}`, { reason: 'test', ...body });
    expect((await set('WS-2', { state: 'revoked' })).status).toBe(200);
    await expect.poll(() => ended('bob@chat.example.mil'), { timeout: 10_000 }).toBe(true);
    expect((await set('WS-3', { state: 'enrolled', users: ['bob'] })).json()).toEqual({
      kid: 'WS-3',
      revoked: false,
      users: ['bob'],
    });
    const { machines } = (await seat('abel').ask('GET', '/api/machines')).json<{ machines: object[] }>();
    expect(machines).toMatchObject([{ kid: 'WS-1' }, { kid: 'WS-2', revoked: true }, { kid: 'WS-3' }]);
    await expect
      .poll(
        () =>
          bound('bob', 'WS-3').then(
            () => 'in',
            (error: Error) => error.message,
          ),
        { timeout: 10_000 },
      )
      .toBe('in');
  });
});

describe('the lock’s epochs', () => {
  const move = (kid: string, body: object) =>
    seat('oakes').ask('PUT', `/api/machines/${kid}/epoch`, { reason: 'rotation', ...body });
  const lock = async (kid: string, epoch: number) => {
    const client = await site.xmpp.connect(site.xmpp.card('bob'));
    return client.passLock(site.xmpp.machine(kid, epoch)).then(
      () => 'in',
      () => 'refused',
    );
  };

  it('a machine that was moved may use the earlier epoch during the grace, and not after it', async () => {
    const old = await bound('bob', 'WS-1');
    expect((await move('WS-1', { graceMinutes: 60 })).json()).toMatchObject({ kid: 'WS-1', epoch: 2 });
    const machines = async () =>
      (await seat('abel').ask('GET', '/api/machines?text=WS-1')).json<{ machines: MachineInfo[] }>().machines;
    expect(await machines()).toMatchObject([{ epoch: 1, required: 2, graceUntil: expect.any(String) }]);
    expect([await lock('WS-1', 1), await lock('WS-1', 2)]).toEqual(['in', 'in']);

    // The grace is over: the live session ends, the earlier key is refused, the later one is not.
    expect((await move('WS-1', { epoch: 2, graceMinutes: 0 })).json()).toMatchObject({ epoch: 2 });
    expect(await old.rest()).toContain('<policy-violation');
    expect([await lock('WS-1', 1), await lock('WS-1', 2)]).toEqual(['refused', 'in']);
    const reasons = site.xmpp.server
      .records('audit')
      .map(({ event, machine, reason }) => [event, machine, reason]);
    expect(reasons).toContainEqual(['lock.revoked', 'WS-1', 'epoch-left-behind']);
    expect(reasons).toContainEqual(['lock.refused', 'WS-1', 'epoch-left-behind']);
    expect(site.audit()).toContainEqual(
      expect.objectContaining({
        event: 'console.machines.move',
        user: 'oakes',
        detail: { kid: 'WS-1', epoch: 2, graceMinutes: 0, reason: 'rotation' },
      }),
    );
    // Who may sign in there is another matter, and does not let it back.
    await seat('oakes').ask('PUT', '/api/machines/WS-1', { state: 'enrolled', reason: 'test' });
    expect(await machines()).toMatchObject([{ required: 2 }]);
  });

  it('who moves a machine does not undo that somebody else revokes it at the same moment', async () => {
    const revoked = { state: 'revoked', reason: 'lost' };
    const both = await Promise.all([
      move('WS-3', { epoch: 2, graceMinutes: 60 }),
      seat('ortega').ask('PUT', '/api/machines/WS-3', revoked),
    ]);
    expect(both.map(({ status }) => status)).toEqual([200, 200]);
    const { machines } = (await seat('abel').ask('GET', '/api/machines?text=WS-3')).json<{
      machines: MachineInfo[];
    }>();
    expect(machines).toMatchObject([{ revoked: true, required: 2, users: ['bob'] }]);
  });

  it('a machine is not moved back, nor where no machine is, nor one that is unknown', async () => {
    expect((await move('WS-1', { epoch: 1, graceMinutes: 60 })).json().code).toBe('conflict');
    expect((await move('WS-1', { epoch: 9, graceMinutes: 60 })).json().code).toBe('bad-request');
    expect((await move('WS-9', { epoch: 2, graceMinutes: 60 })).json().code).toBe('unknown');
    expect((await move('WS-1', { epoch: 3, graceMinutes: -1 })).json().code).toBe('bad-request');
    const other = await seat('sato').ask('PUT', '/api/machines/WS-1/epoch', {
      graceMinutes: 0,
      reason: 'test',
    });
    expect(other.json().code).toBe('wrong-role');
  });
});

describe('policy', () => {
  const bundle = (change: (policy: Policy) => Policy) => rings.bundle(change).toString('base64');
  const upload = async (text: string) =>
    (await seat('oakes').ask('POST', '/api/policy/bundles', { bundle: text, reason: 'test' })).json<{
      sha256: string;
      code?: string;
      detail?: string;
    }>();
  async function putOut(ring: string, sha256: string) {
    const kept = await seat('oakes').ask('PUT', `/api/policy/rings/${ring}`, { sha256, reason: 'test' });
    if (kept.status !== 202) return kept;
    const { approval } = kept.json<{ approval: { id: string; digest: string } }>();
    return seat('sato').ask('POST', `/api/approvals/${approval.id}/approve`, { digest: approval.digest });
  }
  const file = (ring: string) => readFileSync(rings.fileOf(ring)).toString('base64');

  it('goes out ring by ring, is compared, and never goes back', async () => {
    const first = bundle((policy) => policy);
    const { sha256 } = await upload(first);
    expect((await putOut('all', sha256)).json().code).toBe('conflict');
    expect((await putOut('first', sha256)).status).toBe(200);
    expect(file('first')).toBe(first);
    expect((await putOut('all', sha256)).status).toBe(200);

    const next = bundle((policy) => ({
      ...policy,
      sequence: 2,
      settings: { ...policy.settings, session: { ...policy.settings.session, idleLockMinutes: 3 } },
    }));
    const second = await upload(next);
    const diff = (await seat('sato').ask('GET', `/api/policy/rings/first/diff/${second.sha256}`)).json();
    expect(diff).toMatchObject({
      from: 1,
      to: 2,
      changes: [{ pointer: '/session/idleLockMinutes', after: '3', effect: 'tighter' }],
    });
    expect((await putOut('first', second.sha256)).status).toBe(200);
    expect(file('first')).toBe(next);
    expect(file('all')).toBe(first);
    // The first ring has moved on: what is older does not pass there any more.
    const back = await putOut('first', sha256);
    expect(back.json()).toMatchObject({
      code: 'policy-refused',
      detail: expect.stringContaining('ROLLBACK'),
    });
    expect(file('first')).toBe(next);
    const shown = (await seat('abel').ask('GET', '/api/policy')).json();
    expect(shown).toMatchObject({
      rings: [{ name: 'first', out: { sequence: 2, by: 'oakes with sato' } }, { out: { sequence: 1 } }],
    });
  });

  it('what was changed after it was signed, or is none, is not taken', async () => {
    const good = Buffer.from(
      bundle((policy) => ({ ...policy, sequence: 9 })),
      'base64',
    ).toString();
    const at = good.indexOf('"payload":"') + 40;
    const changed = `${good.slice(0, at)}${good[at] === 'A' ? 'B' : 'A'}${good.slice(at + 1)}`;
    for (const text of [changed, '{}', 'x'.repeat(3000)])
      expect((await upload(Buffer.from(text).toString('base64'))).code).toBe('policy-refused');
    expect((await upload('AAAA===')).code).toBe('bad-request');
    const reply = await seat('sato').ask('POST', '/api/policy/bundles', { bundle: 'AAAA', reason: 'test' });
    expect(reply.json().code).toBe('wrong-role');
  });
});
