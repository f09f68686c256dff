/** Rooms as the window sees and commands them: lists, forms, people, invitations, bookmarks. */
import { describe, expect, it } from 'vitest';
import { scriptedExtensions } from '../../../test/support/scripted-extensions.ts';
import { isChangeOf } from '../../shared/chat-collections.ts';
import type { ChatEvent } from '../../shared/chat-model.ts';
import type { BareJid } from '../../shared/jid.ts';
import type { GuardPolicy } from '../../shared/session-contract.ts';
import { RoomDesk } from './room-desk.ts';

const OPS = 'ops@rooms.chat.mil' as BareJid;
const BOB = 'bob@chat.mil' as BareJid;

function desk(changes: Partial<GuardPolicy> = {}) {
  const scripted = scriptedExtensions(changes);
  const events: ChatEvent[] = [];
  const joined: string[] = [];
  const rooms = new RoomDesk({
    extensions: scripted.extensions,
    joinRoom: (room, nick) => joined.push(nick === undefined ? room : `${room}/${nick}`),
    room: () => undefined,
    emit: (event) => events.push(event),
  });
  const last = (name: 'invitations' | 'bookmarks' | 'bookmarkSupport') => {
    const event = events.findLast((each) => isChangeOf(each, name));
    return event?.type === 'collection' ? event : undefined;
  };
  return { ...scripted, rooms, events, joined, last };
}

const policy = (rooms: Partial<GuardPolicy['rooms']>) => ({
  rooms: { services: ['rooms.chat.mil'], create: true, invite: true, ...rooms },
});

describe('lists of rooms', () => {
  const item = (jid: string, name = '') => `<item jid='${jid}'${name === '' ? '' : ` name='${name}'`}/>`;
  const list = (inner: string) => `<query xmlns='http://jabber.org/protocol/disco#items'>${inner}</query>`;

  it('a page, made fit to show, of that service only, and what asks for the next', async () => {
    const { rooms, sent, answer } = desk();
    const page = rooms.handlers['list-rooms']({ type: 'list-rooms', service: 'rooms.chat.mil', after: 'a' });
    expect(sent[0]).toBe(
      '<iq xmlns="jabber:client" type="get" id="id-1" to="rooms.chat.mil"><query xmlns="http://jabber.org/protocol/disco#items">' +
        '<set xmlns="http://jabber.org/protocol/rsm"><max>100</max><after>a</after></set></query></iq>',
    );
    answer(
      list(
        item(OPS, 'Ops\u202e floor') +
          item(OPS, 'again') +
          item('north@rooms.chat.mil') +
          item('x@rooms.evil.example', 'Evil') +
          item('rooms.chat.mil') +
          item('a@rooms.chat.mil/b') +
          "<set xmlns='http://jabber.org/protocol/rsm'><first>a</first><last>z</last><count>812</count></set>",
      ),
    );
    expect(await page).toEqual({
      roomPage: {
        rooms: [
          { jid: OPS, name: 'Ops floor' },
          { jid: 'north@rooms.chat.mil', name: 'north' },
        ],
        next: 'z',
        total: 812,
      },
    });
  });

  it('a service without pages says all at once; one that goes round in circles is not followed', async () => {
    const { rooms, answer } = desk();
    const ask = (after?: string) =>
      rooms.handlers['list-rooms']({
        type: 'list-rooms',
        service: 'rooms.chat.mil',
        ...(after === undefined ? {} : { after }),
      });
    const all = ask();
    answer(list(item(OPS)));
    expect(await all).toEqual({ roomPage: { rooms: [{ jid: OPS, name: 'ops' }] } });
    const circle = ask('z');
    answer(list(`${item(OPS)}<set xmlns='http://jabber.org/protocol/rsm'><last>z</last></set>`));
    expect(await circle).toEqual({ roomPage: { rooms: [{ jid: OPS, name: 'ops' }] } });
  });

  it('what a room tells of itself, and what a refusal says', async () => {
    const { rooms, answer, refuse } = desk();
    const described = rooms.handlers['describe-rooms']({ type: 'describe-rooms', rooms: [OPS] });
    answer(
      "<query xmlns='http://jabber.org/protocol/disco#info'><identity category='conference' type='text' name='Ops'/>" +
        "<feature var='muc_membersonly'/><feature var='muc_persistent'/><feature var='urn:xmpp:mam:2'/>" +
        "<x xmlns='jabber:x:data' type='result'><field var='FORM_TYPE' type='hidden'><value>http://jabber.org/protocol/muc#roominfo</value></field>" +
        "<field var='muc#roominfo_description'><value>Watch of the sector</value></field><field var='muc#roominfo_occupants'><value>17</value></field></x></query>",
    );
    expect(await described).toEqual({
      roomDetails: [
        {
          jid: OPS,
          name: 'Ops',
          description: 'Watch of the sector',
          subject: '',
          occupants: 17,
          membersOnly: true,
          moderated: false,
          persistent: true,
          nonAnonymous: false,
          passwordProtected: false,
          archived: true,
        },
      ],
    });
    const refused = rooms.handlers['list-rooms']({ type: 'list-rooms', service: 'rooms.chat.mil' });
    refuse('forbidden');
    await expect(refused).rejects.toMatchObject({ code: 'ROOM_FORBIDDEN' });
  });
});

describe('running a room', () => {
  const FORM =
    "<query xmlns='http://jabber.org/protocol/muc#owner'><x xmlns='jabber:x:data' type='form'><title>Ops</title>" +
    "<field var='FORM_TYPE' type='hidden'><value>http://jabber.org/protocol/muc#roomconfig</value></field>" +
    "<field var='muc#roomconfig_roomname' type='text-single' label='Name'><value>Ops</value></field>" +
    "<field var='muc#roomconfig_whois' type='list-single' label='Who'><option><value>anyone</value></option><value>anyone</value></field>" +
    "<field var='muc#roomconfig_passwordprotectedroom' type='boolean'/><field var='muc#roomconfig_roomsecret' type='text-private'/></x></query>";
  const answers = (whois: string) => [
    { name: 'muc#roomconfig_roomname', values: ['Operations'] },
    { name: 'muc#roomconfig_whois', values: [whois] },
  ];

  it('configures it with what its own form asks, and never with a password', async () => {
    const { rooms, sent, answer } = desk();
    const asked = rooms.handlers['room-form']({ type: 'room-form', room: OPS });
    answer(FORM);
    const form = (await asked)?.form;
    expect(form?.fields.map(({ name }) => name)).toEqual([
      'FORM_TYPE',
      'muc#roomconfig_roomname',
      'muc#roomconfig_whois',
    ]);
    const wrong = rooms.handlers['configure-room']({
      type: 'configure-room',
      room: OPS,
      answers: answers('all'),
    });
    await expect(wrong).rejects.toMatchObject({ code: 'ROOM_FORM_FIELD', detail: { field: 'Who' } });
    const right = rooms.handlers['configure-room']({
      type: 'configure-room',
      room: OPS,
      answers: answers('anyone'),
    });
    expect(sent.at(-1)).toContain(
      '<x xmlns="jabber:x:data" type="submit"><field var="FORM_TYPE"><value>http://jabber.org/protocol/muc#roomconfig</value></field>' +
        '<field var="muc#roomconfig_roomname"><value>Operations</value></field><field var="muc#roomconfig_whois"><value>anyone</value></field></x>',
    );
    answer('');
    await right;
    const stale = rooms.handlers['configure-room']({ type: 'configure-room', room: OPS, answers: [] });
    await expect(stale).rejects.toMatchObject({ code: 'ROOM_FORM_STALE' });
  });

  it('not where the policy has no new rooms', async () => {
    const { rooms, sent } = desk(policy({ create: false }));
    await expect(rooms.handlers['room-form']({ type: 'room-form', room: OPS })).rejects.toMatchObject({
      code: 'ROOM_CREATE_OFF',
    });
    expect(sent).toEqual([]);
  });

  it('gives it up, kicks, bans, and asks who is on a list', async () => {
    const { rooms, sent, answer } = desk();
    const settle = async (done: unknown, payload = '') => {
      answer(payload);
      return done;
    };
    await settle(rooms.handlers['destroy-room']({ type: 'destroy-room', room: OPS, reason: 'over' }));
    await settle(
      rooms.handlers['set-role']({ type: 'set-role', room: OPS, nick: 'bob', role: 'none', reason: '' }),
    );
    await settle(
      rooms.handlers['set-affiliation']({
        type: 'set-affiliation',
        room: OPS,
        person: BOB,
        affiliation: 'outcast',
        reason: 'spam',
      }),
    );
    const members = await settle(
      rooms.handlers['list-affiliated']({ type: 'list-affiliated', room: OPS, affiliation: 'member' }),
      "<query xmlns='http://jabber.org/protocol/muc#admin'><item affiliation='member' jid='bob@chat.mil' nick='Bob'/><item jid='a b@c'/></query>",
    );
    expect(sent.map((stanza) => /<query.*<\/query>/.exec(stanza)?.[0])).toEqual([
      '<query xmlns="http://jabber.org/protocol/muc#owner"><destroy><reason>over</reason></destroy></query>',
      '<query xmlns="http://jabber.org/protocol/muc#admin"><item nick="bob" role="none"/></query>',
      '<query xmlns="http://jabber.org/protocol/muc#admin"><item jid="bob@chat.mil" affiliation="outcast"><reason>spam</reason></item></query>',
      '<query xmlns="http://jabber.org/protocol/muc#admin"><item affiliation="member"/></query>',
    ]);
    expect(members).toEqual({ affiliated: [{ jid: 'bob@chat.mil', nick: 'Bob', reason: '' }] });
  });
});

describe('invitations', () => {
  const mediated = (from: string, room = OPS) =>
    `<message from='${room}'><x xmlns='http://jabber.org/protocol/muc#user'><invite from='${from}'><reason>to\u202e me</reason></invite></x></message>`;
  const direct = (room: string) =>
    `<message from='${BOB}/x'><body>come</body><x xmlns='jabber:x:conference' jid='${room}' reason='now'/></message>`;

  it('wait until they are answered; accepting enters the room', async () => {
    const { rooms, receive, last, joined, sent } = desk();
    expect(receive(mediated(`${BOB}/x`))).toBe(true);
    expect(last('invitations')).toMatchObject({
      upsert: [{ id: OPS, room: OPS, from: `${BOB}/x`, reason: 'to me', by: 'room' }],
    });
    expect(rooms.events[0]).toMatchObject({ collection: 'invitations', upsert: [{ id: OPS }] });
    await rooms.handlers['answer-invitation']({ type: 'answer-invitation', room: OPS, accept: true });
    expect(joined).toEqual([OPS]);
    expect(sent).toEqual([]);
    expect(last('invitations')).toMatchObject({ upsert: [], remove: [OPS] });
    await expect(
      rooms.handlers['answer-invitation']({ type: 'answer-invitation', room: OPS, accept: true }),
    ).rejects.toMatchObject({ code: 'INVITATION_GONE' });
  });

  it('declining one of the room tells whoever invited; a direct one is only forgotten', async () => {
    const { rooms, receive, sent } = desk();
    const decline = () =>
      rooms.handlers['answer-invitation']({ type: 'answer-invitation', room: OPS, accept: false });
    receive(mediated(`${BOB}/x`));
    await decline();
    expect(sent).toEqual([
      `<message xmlns="jabber:client" to="${OPS}"><x xmlns="http://jabber.org/protocol/muc#user"><decline to="${BOB}"/></x></message>`,
    ]);
    receive(direct(OPS));
    await decline();
    expect(sent).toHaveLength(1);
  });

  it('none to where the user is, none to elsewhere, of two to one room the one that says who asks first', () => {
    const { receive, last, events, ...scripted } = desk();
    expect(receive(direct('ops@rooms.evil.example'))).toBe(false);
    expect(receive(direct(BOB))).toBe(false);
    expect(receive(mediated('eve@evil.example'))).toBe(false);
    expect(events).toEqual([]);
    receive(mediated(`${BOB}/x`));
    receive(direct(OPS));
    expect(last('invitations')).toMatchObject({ upsert: [{ by: 'room' }] });
    scripted.inside.add('north@rooms.chat.mil' as BareJid);
    const before = events.length;
    receive(direct('north@rooms.chat.mil'));
    expect(events).toHaveLength(before);
  });

  it('are bounded: the oldest of too many goes', () => {
    const { receive, rooms } = desk();
    for (let count = 0; count < 60; count += 1) receive(direct(`r${count}@rooms.chat.mil`));
    const open = rooms.events[0]?.upsert ?? [];
    expect(open).toHaveLength(50);
    expect(open[0]).toMatchObject({ id: 'r10@rooms.chat.mil' });
  });

  it('go through the room from inside it, and straight to the person from outside; not where the policy has none', async () => {
    const { rooms, sent, extensions, ...scripted } = desk();
    const invite = { type: 'invite-to-room', room: OPS, person: BOB, reason: 'r' } as const;
    await rooms.handlers['invite-to-room'](invite);
    scripted.inside.add(OPS);
    await rooms.handlers['invite-to-room'](invite);
    expect(sent).toEqual([
      `<message xmlns="jabber:client" to="${BOB}" id="id-1"><x xmlns="jabber:x:conference" jid="${OPS}" reason="r"/></message>`,
      `<message xmlns="jabber:client" to="${OPS}"><x xmlns="http://jabber.org/protocol/muc#user"><invite to="${BOB}"><reason>r</reason></invite></x></message>`,
    ]);
    expect(extensions.invitations.features).toEqual(['jabber:x:conference']);
    const off = desk(policy({ invite: false }));
    await expect(off.rooms.handlers['invite-to-room'](invite)).rejects.toMatchObject({
      code: 'ROOM_INVITE_OFF',
    });
    expect(off.receive(mediated(`${BOB}/x`))).toBe(false);
  });
});

describe('bookmarks', () => {
  const NODE = 'urn:xmpp:bookmarks:1';
  const conference = (attrs: string, inner = '') =>
    `<conference xmlns='${NODE}' ${attrs}>${inner}</conference>`;
  const items = (inner: string) => `<items node='${NODE}'>${inner}</items>`;
  const list = (inner: string) =>
    `<pubsub xmlns='http://jabber.org/protocol/pubsub'>${items(inner)}</pubsub>`;
  const event = (inner: string, from = "from='alice@chat.mil'") =>
    `<message ${from}><event xmlns='http://jabber.org/protocol/pubsub#event'>${inner}</event></message>`;
  const KEPT =
    `<item id='${OPS}'>${conference("name='Ops' autojoin='1'", '<nick>al</nick>')}</item>` +
    `<item id='north@rooms.chat.mil'>${conference("name='North'")}</item>` +
    `<item id='x@rooms.evil.example'>${conference("autojoin='true'")}</item><item id='${BOB}'>${conference("autojoin='true'")}</item>`;

  it('are asked for, shown, and entered once, those of approved services', () => {
    const { extensions, answer, last, joined, receive } = desk();
    extensions.bookmarks.onNewSession();
    answer(list(KEPT));
    expect(last('bookmarkSupport')).toMatchObject({ upsert: [{ support: 'kept' }] });
    expect(last('bookmarks')).toMatchObject({
      reset: true,
      upsert: [
        { id: OPS, name: 'Ops', nick: 'al', autojoin: true, foreign: false },
        { id: 'north@rooms.chat.mil', name: 'North', autojoin: false, foreign: false },
      ],
    });
    expect(joined).toEqual([`${OPS}/al`]);
    extensions.bookmarks.onNewSession();
    answer(list(KEPT));
    expect(joined).toHaveLength(1);
    expect(receive(event(items(`<retract id='${OPS}'/>`)))).toBe(true);
    expect(last('bookmarks')).toMatchObject({ reset: false, remove: [OPS] });
  });

  it('of anybody else are not believed', () => {
    const { receive, events } = desk();
    for (const from of [BOB, 'chat.mil', 'alice@chat.mil/phone', OPS, 'eve@evil.example']) {
      expect(receive(event(items(KEPT), `from='${from}'`)), from).toBe(false);
    }
    expect(events).toEqual([]);
  });

  it('are kept for the user’s eyes alone, and taken back', async () => {
    const { rooms, extensions, sent, answer, refuse, last } = desk();
    extensions.bookmarks.onNewSession();
    refuse('item-not-found');
    await Promise.resolve();
    expect(last('bookmarkSupport')).toMatchObject({ upsert: [{ support: 'kept' }] });
    const kept = rooms.handlers['keep-room']({ type: 'keep-room', room: OPS, autojoin: true });
    expect(sent.at(-1)).toContain(
      `<publish node="${NODE}"><item id="${OPS}"><conference xmlns="${NODE}" name="${OPS}" autojoin="true"/></item></publish>` +
        '<publish-options><x xmlns="jabber:x:data" type="submit"><field var="FORM_TYPE"><value>http://jabber.org/protocol/pubsub#publish-options</value></field>' +
        '<field var="pubsub#persist_items"><value>true</value></field><field var="pubsub#max_items"><value>max</value></field>' +
        '<field var="pubsub#send_last_published_item"><value>never</value></field><field var="pubsub#access_model"><value>whitelist</value></field></x></publish-options>',
    );
    answer('');
    await kept;
    expect(last('bookmarks')).toMatchObject({ upsert: [{ id: OPS, autojoin: true }] });
    const gone = rooms.handlers['forget-room']({ type: 'forget-room', room: OPS });
    expect(sent.at(-1)).toContain(`<retract node="${NODE}" notify="true"><item id="${OPS}"/></retract>`);
    answer('');
    await gone;
    expect(last('bookmarks')).toMatchObject({ remove: [OPS] });
  });

  it('a server without them, one that would show them, and a bookmark with more in it', async () => {
    const { rooms, extensions, answer, refuse, last, receive } = desk();
    const keep = () => rooms.handlers['keep-room']({ type: 'keep-room', room: OPS, autojoin: false });
    extensions.bookmarks.onNewSession();
    answer(list(''));
    const unsafe = keep();
    refuse('conflict');
    await expect(unsafe).rejects.toMatchObject({ code: 'BOOKMARKS_UNSAFE' });
    expect(last('bookmarkSupport')).toMatchObject({ upsert: [{ support: 'unsafe' }] });
    receive(event(items(`<item id='${OPS}'>${conference("name='Ops'", '<extensions/>')}</item>`)));
    await expect(keep()).rejects.toMatchObject({ code: 'BOOKMARK_FOREIGN' });
    extensions.bookmarks.onNewSession();
    refuse('service-unavailable');
    await Promise.resolve();
    expect(last('bookmarkSupport')).toMatchObject({ upsert: [{ support: 'unsupported' }] });
    await expect(keep()).rejects.toMatchObject({ code: 'BOOKMARKS_UNSUPPORTED' });
  });
});
