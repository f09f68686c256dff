/** The console's switch for rooms and partners' domains, beside a real Prosody: effect, roles, the second person, bad names. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RoomInfo } from '../../server/console/contract.ts';
import { type ConsoleBeside, PEOPLE, type Seat, STAFF, startConsoleBeside } from '../support/console-site.ts';
import { startTestSite, type TestSite, testUser } from '../support/prosody-site.ts';

let xmpp: TestSite;
let site: ConsoleBeside;
const seats = new Map<string, Seat>();
const seat = (id: string): Seat => {
  const found = seats.get(id);
  if (found === undefined) throw new Error(`no seat of ${id}`);
  return found;
};

beforeAll(async () => {
  xmpp = await startTestSite({
    users: [testUser('bob', 1), ...STAFF],
    epochs: [1],
    prosody: { accounts: [{ account: 'bob', upn: '1000000001@mil' }], machines: [{ kid: 'WS-2' }] },
  });
  site = await startConsoleBeside(xmpp, {
    config: { twoPersons: ['switch-service', 'switch-partner', 'export-messages'] },
  });
  for (const { id } of PEOPLE) seats.set(id, await site.seat(id));
});
afterAll(async () => {
  await site?.stop();
  await xmpp?.stop();
});

describe('the switch', () => {
  it('a room off: its occupants are out and it refuses everybody; on, it is there again', async () => {
    const client = await xmpp.connect(xmpp.card('bob'));
    await client.passLock(xmpp.machine('WS-2', 1));
    expect(await client.external()).toContain('<success');
    await client.bind('desk');
    const room = `night\\20watch@${xmpp.server.roomService}`;
    const enter = () =>
      client.send(`<presence to='${room}/bob'><x xmlns='http://jabber.org/protocol/muc'/></presence>`);
    enter();
    await client.take(/<subject/);
    client.send(`<message type='groupchat' to='${room}' id='x'><body>anybody?</body></message>`);
    // as a person writes its name
    const path = `/api/switch/room/${encodeURIComponent('Night Watch')}`;
    const off = await seat('oakes').ask('PUT', path, { position: 'off', reason: 'spillage' });
    expect([off.status, off.json()]).toEqual([200, expect.objectContaining({ ended: 0, removed: 1 })]);
    expect(await client.take(/<presence [^>]*type='unavailable'.*?<\/presence>/s)).toContain("code='332'");
    enter();
    expect(await client.take(/<presence [^>]*type='error'.*?<\/presence>/s)).toContain(
      'recipient-unavailable',
    );
    expect((await seat('abel').ask('GET', '/api/switch')).json().rooms).toEqual(['night\\20watch']);
    const shown = async () =>
      (await seat('oakes').ask('GET', '/api/now/rooms'))
        .json<{ rooms: readonly RoomInfo[] }>()
        .rooms.find((row) => row.room === room);
    await expect.poll(shown, { timeout: 10_000 }).toMatchObject({ name: 'night\\20watch', off: true });
    for (const other of ['sato', 'abel'])
      expect(
        (await seat(other).ask('PUT', path, { position: 'on', reason: 'not my work' })).json().code,
      ).toBe('wrong-role');
    const on = await seat('oakes').ask('PUT', path, { position: 'on', reason: 'cleaned' });
    expect(on.status).toBe(200);
    expect(await shown()).toMatchObject({ off: false });
    enter();
    await client.take(/<subject/);
    client.close();
  });

  it('a partner’s domain off takes two, where the configuration says so', async () => {
    const path = '/api/switch/partner/Partner.example.mil';
    const asked = await seat('oakes').ask('PUT', path, { position: 'off', reason: 'leak' });
    expect(asked.status).toBe(202);
    expect((await seat('abel').ask('GET', '/api/switch')).json().partners).toEqual([]);
    const { id, digest } = asked.json<{ approval: { id: string; digest: string } }>().approval;
    expect((await seat('sato').ask('POST', `/api/approvals/${id}/approve`, { digest })).status).toBe(200);
    expect((await seat('abel').ask('GET', '/api/switch')).json().partners).toEqual(['partner.example.mil']);
    expect(site.audit()).toContainEqual(
      expect.objectContaining({
        event: 'console.switch.set',
        user: 'oakes',
        detail: expect.objectContaining({ kind: 'partner', approvedBy: 'sato', reason: 'leak' }),
      }),
    );
  });

  it.each([
    ['domain', 'partner.example.mil'],
    ['room', 'x'.repeat(1024)],
    ['room', 'ops@conference.chat.example.mil'],
    ['room', 'x'.repeat(1000).concat('é'.repeat(12))],
    ['room', 'a\u0000b'],
    ['room', '\u2003'],
    ['partner', 'chat.example.mil'],
    ['partner', 'mil'],
    ['partner', '..'],
    ['partner', 'a b'],
    ['user', 'a b'],
    ['machine', '../../switch'],
  ])('refuses the %s %j, and asks nobody to approve it', async (kind, name) => {
    const before = await seat('oakes').ask('GET', '/api/switch');
    const reply = await seat('oakes').ask('PUT', `/api/switch/${kind}/${encodeURIComponent(name)}`, {
      position: 'off',
      reason: 'mistyped',
    });
    expect(['bad-request', 'unknown']).toContain(reply.json().code);
    expect((await seat('oakes').ask('GET', '/api/switch')).json()).toEqual(before.json());
  });
});
