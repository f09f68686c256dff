/** The kill switch for a room on the real servers: who is in it is put out, nothing gets in, and on again it is what it was. */
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { LockBinding } from '../../src/lock/index.ts';
import type { BareJid } from '../../src/shared/jid.ts';
import { BINDING, startEjabberdSite } from '../support/ejabberd-site.ts';
import { DOMAIN, startTestSite, type TestSite, testUser } from '../support/prosody-site.ts';
import type { RawXmpp } from '../support/raw-xmpp.ts';
import { type ServerTool, serverTool } from '../support/server-tool.ts';
import { Analyst, until } from '../support/xmpp-analyst.ts';

const SERVICE = `conference.${DOMAIN}`;
const ROOM = `ops@${SERVICE}`;
const OFF =
  /<error [^>]*type='wait'[^>]*><recipient-unavailable [^>]*\/><text [^>]*>This room is switched off</;

const USERS = [testUser('alice', 1), testUser('bob', 2), testUser('ops', 3)];
const SERVER = {
  accounts: [
    { account: 'alice', upn: '1000000001@mil' },
    { account: 'bob', upn: '1000000002@mil' },
    { account: 'ops', upn: '1000000003@mil' },
  ],
  machines: [{ kid: 'WS-1' }],
};

interface Engine {
  readonly name: 'prosody' | 'ejabberd';
  readonly binding: LockBinding;
  readonly start: () => Promise<TestSite>;
}

const ENGINES: readonly Engine[] = [
  {
    name: 'prosody',
    binding: 'tls-exporter',
    start: () => startTestSite({ users: USERS, epochs: [1], prosody: SERVER }),
  },
  {
    name: 'ejabberd',
    binding: BINDING,
    start: () => startEjabberdSite({ users: USERS, epochs: [1], ejabberd: SERVER }),
  },
];

let engine: Engine;
let site: TestSite;
let tool: ServerTool;

const open: RawXmpp[] = [];

async function bound(account: string, resource = 'room'): Promise<RawXmpp> {
  const client = await site.connect(site.card(account));
  open.push(client);
  await client.passLock(site.machine('WS-1', 1), engine.binding);
  expect(await client.external(`${account}@${DOMAIN}`)).toContain('<success');
  await client.bind(resource);
  client.send('<presence/>');
  return client;
}

function join(client: RawXmpp, nick: string, room = ROOM): void {
  client.send(`<presence to='${room}/${nick}'><x xmlns='http://jabber.org/protocol/muc'/></presence>`);
}

async function inRoom(account: string, room = ROOM): Promise<RawXmpp> {
  const client = await bound(account);
  join(client, account, room);
  await client.take(/<subject(?:\/>|>)/);
  return client;
}

/** The answer with this id. */
const answer = (client: RawXmpp, kind: string, id: string) =>
  client.take(new RegExp(`<${kind} [^>]*id='${id}'(?:[^>]*/>|.*?</${kind}>)`, 's'));

describe.each(ENGINES)('$name: ', (which) => {
  beforeAll(async () => {
    engine = which;
    site = await engine.start();
    tool = serverTool(site.server, {}, engine.name);
  });
  afterEach(async () => {
    for (const client of open.splice(0)) client.close();
    await site.server.setSwitch({});
  });
  afterAll(() => site?.stop());

  describe('a room that is switched off', () => {
    it('puts everybody out with a reason, and takes nothing from anybody, however it is addressed', async () => {
      const [alice, bob] = [await inRoom('alice'), await inRoom('bob')];
      const off = await tool.run('off', '--room', 'Ops', '--reason', 'spillage');
      expect(off).toMatchObject({ code: 0, err: '' });
      expect(off.out).toContain('The room ops is off');
      expect(off.out).toContain('put 2 occupants out of rooms');
      for (const [client, nick] of [
        [alice, 'alice'],
        [bob, 'bob'],
      ] as const) {
        const gone = await client.take(
          new RegExp(
            `<presence [^>]*type='unavailable'[^>]*from='ops@[^>]*/${nick}'.*?</presence>|<presence [^>]*from='ops@[^>]*/${nick}'[^>]*type='unavailable'.*?</presence>`,
            's',
          ),
        );
        expect(gone).toContain("code='332'");
        expect(gone).toContain("code='110'");
        expect(gone).toContain('<reason>This room is switched off</reason>');
      }
      // the case, another resource, another width of the letters, the bare address: it is one room
      for (const [i, to] of [
        `${ROOM}/alice`,
        `OPS@${SERVICE}/alice`,
        `${ROOM.toUpperCase()}/other`,
        `ｏｐｓ@${SERVICE}/alice`,
        ROOM,
      ].entries()) {
        alice.send(`<presence id='j${i}' to='${to}'><x xmlns='http://jabber.org/protocol/muc'/></presence>`);
        expect(await answer(alice, 'presence', `j${i}`)).toMatch(OFF);
      }
      for (const [i, message] of [
        `type='groupchat' to='${ROOM}'><body>x</body>`,
        `type='groupchat' to='oPs@${SERVICE}'><body>x</body>`,
        `type='chat' to='${ROOM}/bob'><body>x</body>`,
        `to='${ROOM}'><x xmlns='http://jabber.org/protocol/muc#user'><invite to='bob@${DOMAIN}'/></x>`,
      ].entries()) {
        alice.send(`<message id='m${i}' ${message}</message>`);
        expect(await answer(alice, 'message', `m${i}`)).toMatch(OFF);
      }
      for (const [i, query] of [
        "type='get'><query xmlns='http://jabber.org/protocol/disco#info'/>",
        "type='set'><query xmlns='urn:xmpp:mam:2'/>",
        "type='get'><query xmlns='http://jabber.org/protocol/muc#owner'/>",
        "type='set'><query xmlns='http://jabber.org/protocol/muc#owner'><destroy/></query>",
        "type='set'><query xmlns='http://jabber.org/protocol/muc#admin'><item affiliation='outcast' jid='bob@chat.example.mil'/></query>",
      ].entries()) {
        alice.send(`<iq id='q${i}' to='${ROOM}' ${query}</iq>`);
        expect(await answer(alice, 'iq', `q${i}`)).toMatch(OFF);
      }
      expect(bob.received).not.toMatch(/<message [^>]*>(?:(?!<\/message>).)*<(?:body>x<|invite)/s);
      expect(await tool.records('events', '--event', 'admin.switch')).toContainEqual(
        expect.objectContaining({ position: 'off', target: 'room', name: 'ops', reason: 'spillage' }),
      );
      expect(await tool.records('events', '--event', 'switch.applied')).toContainEqual(
        expect.objectContaining({ service: 'on', ended: 0, removed: 2 }),
      );
      expect((await tool.run('status')).out).toContain('rooms off  ops');
    });

    it('leaves the other rooms alone, and people whose name the room has', async () => {
      const namesake = await bound('ops');
      const alice = await inRoom('alice', `watch@${SERVICE}`);
      await tool.run('off', '--room', 'ops', '--reason', 'exercise');
      alice.send(`<message type='groupchat' id='w' to='watch@${SERVICE}'><body>still here</body></message>`);
      expect(await answer(alice, 'message', 'w')).toContain('still here');
      alice.send(`<message type='chat' id='n' to='ops@${DOMAIN}'><body>to the person</body></message>`);
      expect(await answer(namesake, 'message', 'n')).toContain('to the person');
    });

    it('is what it was when it is on again: owner, members, configuration, archive, a temporary one too', async () => {
      const room = `short@${SERVICE}`;
      const alice = await inRoom('alice', room);
      alice.send(
        `<iq type='set' id='c' to='${room}'><query xmlns='http://jabber.org/protocol/muc#owner'><x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>http://jabber.org/protocol/muc#roomconfig</value></field><field var='muc#roomconfig_roomname'><value>Short lived</value></field><field var='muc#roomconfig_persistentroom'><value>0</value></field><field var='muc#roomconfig_membersonly'><value>1</value></field></x></query></iq>`,
      );
      expect(await answer(alice, 'iq', 'c')).toContain("type='result'");
      alice.send(`<message type='groupchat' id='before' to='${room}'><body>said before</body></message>`);
      await answer(alice, 'message', 'before');
      await tool.run('off', '--room', 'short', '--reason', 'exercise');
      await alice.take(/code='332'/);
      await site.server.restart();
      const again = await bound('alice');
      join(again, 'alice', room);
      expect(await again.take(/<presence [^>]*type='error'.*?<\/presence>/s)).toMatch(OFF);
      expect((await tool.run('on', '--room', 'short')).code).toBe(0);
      join(again, 'alice', room);
      const entered = await again.take(
        /<presence [^>]*from='short@[^>]*\/alice'.*?code='110'.*?<\/presence>/s,
      );
      expect(entered).toContain("affiliation='owner'");
      expect(entered).not.toContain("code='201'");
      again.send(
        `<iq type='get' id='i' to='${room}'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>`,
      );
      const info = await answer(again, 'iq', 'i');
      expect(info).toContain("name='Short lived'");
      expect(info).toContain('muc_membersonly');
      again.send(`<iq type='set' id='a' to='${room}'><query xmlns='urn:xmpp:mam:2'/></iq>`);
      expect(await again.take(/<result .*?<\/result>/s)).toContain('said before');
    });

    it('is shown by the product’s client as what it is, and entered again by itself when it is on', async () => {
      const analyst = new Analyst(site, 'alice', {
        lock: { ...site.machine('WS-1', 1), bindings: [engine.binding] },
      });
      await analyst.connect();
      try {
        const room = `desk@${SERVICE}` as BareJid;
        await analyst.join(room);
        await tool.run('off', '--room', 'desk', '--reason', 'exercise');
        await until('put out', () => analyst.rooms.get(room)?.state === 'failed');
        expect(analyst.rooms.get(room)?.error?.code).toBe('ROOM_SWITCHED_OFF');
        analyst.client.joinRoom(room);
        expect(analyst.rooms.get(room)).toMatchObject({ state: 'joining' });
        await until('refused', () => analyst.rooms.get(room)?.state === 'failed');
        expect(analyst.rooms.get(room)?.error?.code).toBe('ROOM_SWITCHED_OFF');
        await tool.run('on', '--room', 'desk');
        await until('let in again', () => analyst.rooms.get(room)?.state === 'joined');
      } finally {
        await analyst.client.disconnect();
      }
    });
  });

  describe('the switch’s file', () => {
    it('of the former format stays good; rooms that are malformed, or in a former one, change nothing', async () => {
      await site.server.setSwitch({ rooms: ['ops'] });
      const alice = await bound('alice');
      const good = readFileSync(site.server.switchFile, 'utf8');
      const value = JSON.parse(good);
      // each complains otherwise than the one before it: what is said twice in a row is logged once
      for (const [change, complaint] of [
        [{ rooms: undefined }, 'lacks its list of rooms'],
        [{ rooms: ['a@b'] }, 'has a list of rooms that are not names'],
        [{ rooms: null }, 'lacks its list of rooms'],
        [{ rooms: ['two words'] }, 'has a list of rooms that are not names'],
        [{ rooms: 'ops' }, 'lacks its list of rooms'],
        [{ rooms: ['x'.repeat(1024)] }, 'has a list of rooms that are not names'],
        [{ partners: [''] }, 'has a list of partners that are not names'],
        [{ partners: [DOMAIN] }, 'has its own domain among the partners'],
        [
          { format: 'sallyport.switch/1', feeds: undefined, notices: undefined },
          'has rooms or partners, which sallyport.switch/1 has not',
        ],
        [{ partners: ['MIL'] }, 'has its own domain among the partners'],
        [{ feeds: 'weather' }, 'lacks its list of feeds'],
        [{ feeds: [''] }, 'has a list of feeds that are not names'],
        [{ notices: [{ feed: 'weather' }] }, 'has a list of notices that are none'],
        [{ format: 'sallyport.switch/2' }, 'has feeds or notices, which sallyport.switch/2 has not'],
        [{ format: 'sallyport.switch/4' }, 'is not of the format sallyport.switch/3'],
      ] as const) {
        const complaints = () =>
          site.server.log().split(`switch.json ${complaint}; the last good one stays in force`).length;
        const before = complaints();
        writeFileSync(site.server.switchFile, JSON.stringify({ ...value, ...change }));
        await expect.poll(complaints, { timeout: 10_000 }).toBe(before + 1);
      }
      join(alice, 'alice');
      expect(await alice.take(/<presence [^>]*type='error'.*?<\/presence>/s)).toMatch(OFF);
      const { rooms: _rooms, partners: _partners, feeds: _feeds, notices: _notices, ...old } = value;
      writeFileSync(
        site.server.switchFile,
        JSON.stringify({
          ...old,
          format: 'sallyport.switch/1',
          revision: value.revision + 1,
          users: ['bob'],
        }),
      );
      await expect
        .poll(() => site.server.log(), { timeout: 10_000 })
        .toContain(`revision=${value.revision + 1} `);
      expect((await tool.run('status')).out).toMatch(
        /users off {2}bob\nmachines off {2}none\nrooms off {2}none/,
      );
      expect((await tool.run('off', '--room', 'watch', '--reason', 'old file')).code).toBe(0);
      expect(JSON.parse(readFileSync(site.server.switchFile, 'utf8'))).toMatchObject({
        format: 'sallyport.switch/3',
        users: ['bob'],
        rooms: ['watch'],
        partners: [],
      });
    });

    it('names rooms as their addresses have them (XEP-0106)', async () => {
      expect((await tool.run('off', '--room', 'Night Watch', '--reason', 'x')).out).toContain(
        'night\\20watch is off',
      );
      const alice = await bound('alice');
      join(alice, 'alice', `Night\\20Watch@${SERVICE}`);
      expect(await alice.take(/<presence [^>]*type='error'.*?<\/presence>/s)).toMatch(OFF);
    });

    it('with a name that is no address, or of letters of today, is obeyed in all the rest', async () => {
      const off = (...target: string[]) => tool.run('off', ...target, '--reason', 'x');
      // U+FFFD is in no address, U+2D00 and U+1F600 in none of RFC 3920's Unicode; what folds to ß today is not ß there
      for (const room of ['a\u{FFFD}b', '\u{2D00}x', '\u{1F600}room', '\u{1E9E}x'])
        expect(await off('--room', room)).toMatchObject({ code: 0, err: '' });
      expect(await off('--partner', '\u{2D00}.example.org')).toMatchObject({ code: 0, err: '' });
      const alice = await inRoom('alice', `ssx@${SERVICE}`);
      join(alice, 'alice', `\u{1F600}room@${SERVICE}`);
      const refused = await alice.take(/<presence [^>]*type='error'.*?<\/presence>/s);
      // ejabberd has no such address
      expect(refused).toMatch(engine.name === 'prosody' ? OFF : /<bad-request /);
      expect(await tool.run('on', '--room', '\u{DF}x')).toMatchObject({
        code: 2,
        err: expect.stringContaining('off as \u{1E9E}x'),
      });
      expect(await tool.run('on', '--room', '\u{1E9E}x')).toMatchObject({ code: 0, err: '' });
      expect((await off('--partner', `chat\u{34F}.example.mil`)).code).toBe(2);
      expect(await off('--all')).toMatchObject({ code: 0, err: '' });
      expect(await alice.rest()).toContain('<system-shutdown ');
    });
  });
});
