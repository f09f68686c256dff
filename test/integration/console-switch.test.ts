/** The console's switch for rooms, partners' domains and feeds, and notices of feeds taken away, beside a real Prosody: effect, roles, the second person, bad names. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FeedInfo, NoticeInfo, RoomInfo } from '../../server/console/contract.ts';
import { type ConsoleBeside, PEOPLE, type Seat, STAFF, startConsoleBeside } from '../support/console-site.ts';
import { NOTAM, publishOptions, WEATHER } from '../support/feed-suite.ts';
import { DOMAIN, startTestSite, type TestSite, testUser } from '../support/prosody-site.ts';

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
    prosody: {
      accounts: [{ account: 'bob', upn: '1000000001@mil' }],
      machines: [{ kid: 'WS-2' }],
      feeds: [{ ...WEATHER, publishers: ['bob'] }, NOTAM],
    },
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

  it('of feeds: who publishes what, how many read it; a notice is taken away, a feed put off, each by who may', async () => {
    const client = await xmpp.connect(xmpp.card('bob'));
    await client.passLock(xmpp.machine('WS-2', 1));
    expect(await client.external()).toContain('<success');
    await client.bind('feeds');
    const me = `bob@${DOMAIN}`;
    const ask = async (id: string, to: string, wish: string) => {
      client.send(
        `<iq type='set' id='${id}' to='${to}'><pubsub xmlns='http://jabber.org/protocol/pubsub'>${wish}</pubsub></iq>`,
      );
      return client.take(new RegExp(`<iq [^>]*id='${id}'[^>]*(?:/>|>.*?</iq>)`, 's'));
    };
    const entry = (title: string) =>
      `<entry xmlns='http://www.w3.org/2005/Atom'><title>${title}</title></entry>`;
    const node = 'urn:xmpp:microblog:0';
    await ask('s', `feeds.${DOMAIN}`, `<subscribe node='weather' jid='${me}'/>`);
    const toWeather = (id: string, title: string) =>
      ask(id, `feeds.${DOMAIN}`, `<publish node='weather'><item id='${id}'>${entry(title)}</item></publish>`);
    const toOwn = (id: string, title: string) =>
      ask(
        id,
        me,
        `<publish node='${node}'><item id='${id}'>${entry(title)}</item></publish>${publishOptions('presence')}`,
      );
    expect(await toWeather('n1', 'Bridge closed')).toContain("type='result'");
    expect(await toOwn('n2', 'Seen at gate 2')).toContain("type='result'");
    const feeds = async () =>
      (await seat('abel').ask('GET', '/api/feeds')).json<{ feeds: readonly FeedInfo[] }>().feeds;
    await expect.poll(feeds, { timeout: 10_000 }).toMatchObject([
      { name: me, publisher: me, subscribers: 0, notices: 1, off: false },
      { name: 'weather', publisher: me, subscribers: 1, notices: 3, off: false },
    ]);

    const notices = (id: string, feed: string) =>
      seat(id).ask('GET', `/api/feeds/notices?${new URLSearchParams({ feed })}`);
    const inWeather = (await notices('sato', 'weather')).json<{ notices: readonly NoticeInfo[] }>().notices;
    expect(inWeather.map(({ title, label }) => [title, label])).toEqual([
      ['Bridge closed', ''],
      ['Gusts <55> knots', 'CUI'],
      ['Fog', ''],
    ]);
    const body = { feed: me, id: 'n2', reason: 'spillage' };
    for (const other of ['oakes', 'abel']) {
      expect((await notices(other, me)).json().code).toBe('wrong-role');
      expect((await seat(other).ask('POST', '/api/feeds/take-notice', body)).json().code).toBe('wrong-role');
    }
    const taken = await seat('sato').ask('POST', '/api/feeds/take-notice', body);
    expect([taken.status, taken.json()]).toEqual([200, { taken: 1 }]);
    expect(await toOwn('n2', 'Seen at gate 2')).toContain('This notice was taken away');
    await expect
      .poll(async () => (await notices('sato', me)).json().notices, { timeout: 10_000 })
      .toEqual([]);
    expect(site.audit()).toContainEqual(
      expect.objectContaining({
        event: 'console.feeds.take-notice',
        user: 'sato',
        detail: expect.objectContaining(body),
      }),
    );
    expect((await seat('sato').ask('POST', '/api/feeds/take-notice', { ...body, reason: 'x' })).status).toBe(
      400,
    );

    // Half of a surrogate pair would be in a switch that no server reads.
    for (const poison of [{ id: '\ud800' }, { feed: 'x\udc00' }, { reason: 'because \ud800 of this' }])
      expect((await seat('sato').ask('POST', '/api/feeds/take-notice', { ...body, ...poison })).status).toBe(
        400,
      );
    expect(
      (await seat('sato').ask('POST', '/api/feeds/take-notice', { ...body, id: 'a\tb' })).json(),
    ).toEqual({ taken: 0 });

    const off = (name: string, position: string, id = 'oakes') =>
      seat(id).ask('PUT', `/api/switch/feed/${encodeURIComponent(name)}`, {
        position,
        reason: 'under review',
      });
    expect((await off('weather', 'off', 'sato')).json().code).toBe('wrong-role');
    expect((await off('weather', 'off')).status).toBe(200);
    expect((await off('Mallory@Chat.Example.mil', 'off')).status).toBe(200);
    expect(await toWeather('n3', 'More')).toContain('This feed is switched off');
    expect(await feeds()).toMatchObject([
      { name: me, off: false },
      { name: 'weather', off: true },
      { name: `mallory@${DOMAIN}`, off: true, notices: 0, subscribers: null },
    ]);
    expect((await seat('abel').ask('GET', '/api/switch')).json().feeds).toEqual([
      `mallory@${DOMAIN}`,
      'weather',
    ]);
    for (const name of ['weather', `mallory@${DOMAIN}`]) expect((await off(name, 'on')).status).toBe(200);
    expect(await toWeather('n3', 'More')).toContain("type='result'");
    client.close();
  });

  it.each([
    ['domain', 'partner.example.mil'],
    ['feed', 'a\u0007'],
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
