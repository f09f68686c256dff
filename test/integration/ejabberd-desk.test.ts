/** What the desk needs of a server and stock ejabberd does not give: moderation (XEP-0425) and personal events (XEP-0163). */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ChatMessage } from '../../src/shared/chat-model.ts';
import type { BareJid } from '../../src/shared/jid.ts';
import type { Position } from '../../src/shared/presence-extras.ts';
import { DeskWindow } from '../support/desk-window.ts';
import { BINDING, type EjabberdSite, startEjabberdSite } from '../support/ejabberd-site.ts';
import { guardPolicy } from '../support/guard-policy.ts';
import { testUser } from '../support/prosody-site.ts';
import type { RawXmpp } from '../support/raw-xmpp.ts';
import { Analyst, until } from '../support/xmpp-analyst.ts';

let site: EjabberdSite;
const open: Analyst[] = [];
const windows: DeskWindow[] = [];

beforeAll(async () => {
  site = await startEjabberdSite({
    users: [testUser('alice', 1), testUser('bob', 2), testUser('carol', 3)],
    epochs: [4],
    ejabberd: {
      accounts: [
        { account: 'alice', upn: '1000000001@mil' },
        { account: 'bob', upn: '1000000002@mil' },
        { account: 'carol', upn: '1000000003@mil' },
      ],
      machines: [{ kid: 'WS-1' }],
    },
  });
});
afterEach(async () => {
  for (const window of windows.splice(0)) window.desk.close();
  await Promise.all(open.splice(0).map((analyst) => analyst.client.disconnect()));
});
afterAll(() => site?.stop());

const lock = () => ({ ...site.machine('WS-1', 4), bindings: [BINDING] as const });

async function signIn(account: string, told?: { location: boolean; activity: boolean }): Promise<Analyst> {
  const policy =
    told && guardPolicy(site.server.domain, [site.server.roomService], { ...told, directory: false });
  const made = new Analyst(site, account, { lock: lock(), ...(policy === undefined ? {} : { policy }) });
  open.push(made);
  await made.connect();
  return made;
}

interface Desk {
  readonly analyst: Analyst;
  readonly window: DeskWindow;
  says(body: string): Promise<void>;
  shows(body: string, check?: (message: ChatMessage) => boolean): Promise<ChatMessage>;
}

async function inRoom(account: string, room: BareJid): Promise<Desk> {
  const analyst = new Analyst(site, account, { lock: lock() });
  open.push(analyst);
  const window = new DeskWindow(analyst.client, site.server.domain);
  windows.push(window);
  await window.connected((await analyst.connect()).resumed);
  await analyst.join(room);
  return {
    analyst,
    window,
    async says(body) {
      await window.command({ type: 'send-message', conversation: room, kind: 'room', body });
    },
    shows: (body, check = () => true) =>
      until(`${account}: ${body}`, () =>
        window.messages(room).find((message) => message.body === body && check(message)),
      ),
  };
}

/** A client that obeys no rule. */
async function rawOf(account: string, resource: string): Promise<RawXmpp> {
  const raw = await site.connect(site.card(account));
  await raw.passLock(site.machine('WS-1', 4), BINDING);
  await raw.external();
  await raw.bind(resource);
  return raw;
}

const eve = (): Promise<RawXmpp> => rawOf('carol', 'eve');

const answerTo = async (raw: RawXmpp, id: string, iq: string): Promise<string> => {
  raw.send(iq);
  return raw.take(new RegExp(`<iq[^>]* id='${id}'.*?</iq>`, 's'));
};

describe('occupants', () => {
  const room = () => `names@${site.server.roomService}` as BareJid;
  const NICK = 'borrowed';
  const OCCUPANT = /<occupant-id [^>]*\/>/g;
  const idIn = (stanza: string): string => {
    const ids = stanza.match(OCCUPANT) ?? [];
    expect(ids).toHaveLength(1);
    return /id='([^']*)'/.exec(ids[0] ?? '')?.[1] ?? '';
  };

  it('are known by an id that no nickname and no client changes, live and in the archive', async () => {
    const [first, second] = [await rawOf('bob', 'one'), await rawOf('carol', 'two')];
    const alice = await inRoom('alice', room());
    const enter = (raw: RawXmpp, nick: string) => {
      raw.send(
        `<presence to='${room()}/${nick}'><occupant-id xmlns='urn:xmpp:occupant-id:0' id='forged'/><x xmlns='http://jabber.org/protocol/muc'/></presence>`,
      );
      return raw.take(
        new RegExp(
          `<presence [^>]*from='[^']*/${nick}'[^>]*>(?:(?!</presence>).)*code='110'.*?</presence>`,
          's',
        ),
      );
    };
    const say = (raw: RawXmpp, id: string) => {
      raw.send(
        `<message type='groupchat' to='${room()}' id='${id}'><body>${id}</body><occupant-id xmlns='urn:xmpp:occupant-id:0' id='forged'/></message>`,
      );
      return raw.take(new RegExp(`<message [^>]*id='${id}'.*?</message>`, 's'));
    };
    const bob = idIn(await enter(first, NICK));
    expect(bob).not.toContain('forged');
    expect(idIn(await say(first, 'of-bob'))).toBe(bob);
    first.send(`<presence type='unavailable' to='${room()}/${NICK}'/>`);
    await first.take(/<presence [^>]*type='unavailable'.*?<\/presence>/s);
    const carol = idIn(await enter(second, NICK));
    expect(carol).not.toBe(bob);
    expect(idIn(await say(second, 'of-carol'))).toBe(carol);
    expect(idIn(await enter(first, 'again'))).toBe(bob);

    const seen = await alice.shows('of-bob');
    expect(seen.reference?.author).toBe(`occupant:${bob}`);
    const page = { room: room(), max: 50, page: { before: '' } };
    const archive = (await alice.analyst.client.archive.page(page)).messages.map(({ message }) => message);
    const authors = new Map(archive.map(({ body, reference }) => [body, reference?.author]));
    expect([authors.get('of-bob'), authors.get('of-carol')]).toEqual([
      `occupant:${bob}`,
      `occupant:${carol}`,
    ]);
  });
});

describe('moderation', () => {
  const room = () => `watch@${site.server.roomService}` as BareJid;

  it('takes a message back for all and for whoever comes later, and keeps it in the log', async () => {
    const [alice, bob] = [await inRoom('alice', room()), await inRoom('bob', room())];
    await bob.says('before it');
    await bob.says('a spill');
    await bob.says('behind it');
    await alice.shows('behind it');
    const spill = await alice.shows('a spill', ({ reference }) => reference?.archive !== undefined);
    const moderate = (window: DeskWindow, id: string) =>
      window.command({ type: 'moderate-message', conversation: room(), id, reason: 'wrong room' });
    const own = await bob.shows('before it', ({ reference }) => reference?.archive !== undefined);
    expect((await moderate(bob.window, own.id)).ok).toBe(false);
    expect(await moderate(alice.window, spill.id)).toMatchObject({ ok: true });
    for (const desk of [alice, bob]) {
      const gone = await desk.shows('a spill', ({ retraction }) => retraction?.moderator === 'alice');
      expect(gone.retraction).toMatchObject({ by: 'room', reason: 'wrong room' });
    }
    // Once: what is a tombstone says nothing that could be taken back.
    expect((await moderate(alice.window, spill.id)).ok).toBe(false);

    const carol = await inRoom('carol', room());
    await carol.shows('behind it');
    await carol.window.toTheStart(room());
    await carol.window.settled();
    expect(carol.window.bodies(room())).not.toContain('a spill');
    const page = { room: room(), max: 50, page: { before: '' } };
    const archive = (await carol.analyst.client.archive.page(page)).messages.map(({ message }) => message);
    expect(archive.map(({ body }) => body)).not.toContain('a spill');
    expect(archive.filter(({ retraction }) => retraction !== undefined)).toMatchObject([
      { body: '', retraction: { by: 'room', gone: true }, sender: 'bob' },
    ]);
    expect(carol.window.bodies(room()).filter((body) => body.endsWith(' it'))).toEqual([
      'before it',
      'behind it',
    ]);

    const logged = site.server.records('messages').filter((record) => record.room === room());
    expect(logged.some(({ body }) => body === 'a spill')).toBe(true);
    expect(
      logged.some(
        ({ payloads, from }) => from === room() && String(payloads).includes('urn:xmpp:message-moderate:1'),
      ),
    ).toBe(true);
  });

  it('is for the room’s moderators alone, and for what is in its archive', async () => {
    const alice = await inRoom('alice', room());
    await alice.says('stays');
    const stays = await alice.shows('stays', ({ reference }) => reference?.archive !== undefined);
    const raw = await eve();
    const moderate = (id: string, archive: string, inner = "<retract xmlns='urn:xmpp:message-retract:1'/>") =>
      answerTo(
        raw,
        id,
        `<iq type='set' id='${id}' to='${room()}'><moderate xmlns='urn:xmpp:message-moderate:1' id='${archive}'>${inner}</moderate></iq>`,
      );
    const archive = stays.reference?.archive ?? '';
    expect(await moderate('m1', archive)).toContain('forbidden');
    raw.send(`<presence to='${room()}/eve'><x xmlns='http://jabber.org/protocol/muc'/></presence>`);
    await raw.take(/<subject/);
    expect(await moderate('m2', archive)).toContain('forbidden');
    raw.close();
    const refused = async (id: string) => {
      const reply = await alice.analyst.client.extensions.moderator
        .moderate(room(), id, '')
        .catch((error: unknown) => error);
      return reply;
    };
    expect(await refused('1700000000000000')).toMatchObject({ detail: { condition: 'item-not-found' } });
    expect(await refused('x'.repeat(65))).toMatchObject({ detail: { condition: 'bad-request' } });
    expect((await alice.shows('stays')).retraction).toBeUndefined();
  });
});

describe('personal events', () => {
  const GATE: Position = { latitude: 38.8895, longitude: -77.0352, description: 'North gate' };

  it('keep bookmarks for the user alone', async () => {
    const alice = await signIn('alice');
    const { bookmarks } = alice.client.extensions;
    await until('support', () => bookmarks.support === 'kept');
    const kept = `kept@${site.server.roomService}` as BareJid;
    await bookmarks.keep({ id: kept, name: 'Kept', autojoin: true });
    const laptop = await signIn('alice');
    await until('the bookmark', () => laptop.client.extensions.bookmarks.get(kept)?.autojoin);
    const raw = await eve();
    const read = await answerTo(
      raw,
      'r',
      `<iq type='get' id='r' to='alice@${site.server.domain}'><pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='urn:xmpp:bookmarks:1'/></pubsub></iq>`,
    );
    expect(read).toContain("type='error'");
    expect(read).not.toContain('Kept');
    raw.close();
    await bookmarks.remove(kept);
    const later = await signIn('alice');
    await until('the list', () => later.client.extensions.bookmarks.support === 'kept');
    expect(later.client.extensions.bookmarks.all).toEqual([]);
  });

  it('tell positions and activities to contacts, now and when they come later, until they are taken back', async () => {
    const told = { location: true, activity: true };
    const seenBy = (analyst: Analyst) => {
      const seen = new Map<string, Position | undefined>();
      analyst.client.extensions.personalEvents.events.on('position', (from, position) =>
        seen.set(from, position),
      );
      return seen;
    };
    const bob = await signIn('bob', told);
    const atBob = seenBy(bob);
    const alice = await signIn('alice', told);
    await until('the rosters', () => alice.contacts.size > 0 && bob.contacts.size > 0);
    await alice.client.extensions.personalEvents.tellPosition(GATE);
    await until('bob knows', () => atBob.get(alice.jid));
    expect(atBob.get(alice.jid)).toEqual(GATE);
    const policy = guardPolicy(site.server.domain, [site.server.roomService], { ...told, directory: false });
    const later = new Analyst(site, 'bob', { lock: lock(), policy });
    open.push(later);
    const atLater = seenBy(later);
    await later.connect();
    await until('bob knows at his other computer', () => atLater.get(alice.jid));
    await alice.client.extensions.personalEvents.tellActivity({ general: 'working', text: 'on watch' });
    await alice.client.extensions.personalEvents.tellPosition(undefined);
    await until('taken back', () => atBob.has(alice.jid) && atBob.get(alice.jid) === undefined);
  });

  it.each([
    ['another node', 'urn:example:notes', 'whitelist', ''],
    ['the bookmarks for all', 'urn:xmpp:bookmarks:1', 'open', ''],
    ['a position for all', 'http://jabber.org/protocol/geoloc', 'open', ''],
    ['no word on who may read', 'http://jabber.org/protocol/geoloc', undefined, ''],
    ['very much', 'urn:xmpp:bookmarks:1', 'whitelist', 'x'.repeat(9000)],
  ])('publish not: %s', async (_, node, model, text) => {
    const raw = await eve();
    const options =
      model === undefined
        ? ''
        : `<publish-options><x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE' type='hidden'><value>http://jabber.org/protocol/pubsub#publish-options</value></field><field var='pubsub#access_model'><value>${model}</value></field></x></publish-options>`;
    const publish = (to: string) =>
      `<iq type='set' id='p'${to}><pubsub xmlns='http://jabber.org/protocol/pubsub'><publish node='${node}'><item id='i'><note xmlns='urn:example:notes'>${text}</note></item></publish>${options}</pubsub></iq>`;
    expect(await answerTo(raw, 'p', publish(''))).toContain('not-allowed');
    expect(await answerTo(raw, 'p', publish(` to='carol@${site.server.domain}'`))).toContain('not-allowed');
    raw.close();
  });

  it('have no other way: no node is made or opened, and the service behind them is out of reach', async () => {
    const raw = await eve();
    const own = "<pubsub xmlns='http://jabber.org/protocol/pubsub#owner'>";
    const plain = "<pubsub xmlns='http://jabber.org/protocol/pubsub'>";
    const form = `<configure node='http://jabber.org/protocol/geoloc'><x xmlns='jabber:x:data' type='submit'><field var='pubsub#access_model'><value>open</value></field></x></configure>`;
    const tries = [
      `<iq type='set' id='t'>${own}${form}</pubsub></iq>`,
      `<iq type='set' id='t'>${plain}<create node='urn:example:notes'/></pubsub></iq>`,
      `<iq type='set' id='t' to='pubsub.${site.server.domain}'>${plain}<create node='notes'/></pubsub></iq>`,
      `<iq type='get' id='t' to='pubsub.${site.server.domain}'><query xmlns='http://jabber.org/protocol/disco#items'/></iq>`,
      `<iq type='set' id='t'>${plain}<subscribe node='http://jabber.org/protocol/geoloc' jid='carol@${site.server.domain}'/></pubsub></iq>`,
    ];
    for (const one of tries) expect(await answerTo(raw, 't', one), one).toContain('not-allowed');
    raw.close();
  });
});

describe('what this kit does not have', () => {
  it('is told as such: no commands, and no feeds where the site has no file of them', async () => {
    const { domain, roomService } = site.server;
    const service = `pubsub.${domain}` as BareJid;
    const policy = guardPolicy(domain, [roomService], {
      commands: true,
      feeds: { services: [service], subscribe: [], publish: true },
    });
    const alice = new Analyst(site, 'alice', { lock: lock(), policy });
    open.push(alice);
    await alice.connect();
    const { adHocCommands, feeds } = alice.client.extensions;
    expect(await adHocCommands.list(domain as BareJid)).toEqual([]);
    expect(await adHocCommands.list(roomService as BareJid)).toEqual([]);
    const node = { service, node: 'weather' };
    for (const question of [feeds.list(service), feeds.subscriptions(service), feeds.subscribe(node)]) {
      await expect(question).rejects.toMatchObject({ code: 'FEED_FORBIDDEN' });
    }
  });
});
