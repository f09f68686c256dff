/** What is done with messages after they were sent, between two desks and over the real Prosody, and by one who may not. */
import { describe, expect, it } from 'vitest';
import type { ChatMessage } from '../../src/shared/chat-model.ts';
import type { BareJid } from '../../src/shared/jid.ts';
import type { RawXmpp } from '../support/raw-xmpp.ts';
import { PROSODY, site, TestDesk, withServer } from '../support/test-desk.ts';
import { until } from '../support/xmpp-analyst.ts';

withServer(PROSODY);

/** One analyst at their desk. */
class Desk extends TestDesk {
  static open(account: string): Promise<Desk> {
    return new Desk(account).begin();
  }

  /** The message with this text, when it is as `check` says. */
  async shows(
    conversation: BareJid,
    body: string,
    check: (message: ChatMessage) => boolean = () => true,
  ): Promise<ChatMessage> {
    return until(`${this.account}: ${body}`, () =>
      this.window.messages(conversation).find((message) => message.body === body && check(message)),
    );
  }

  say(conversation: BareJid, body: string, more: { reply?: string } = {}): Promise<void> {
    const kind = conversation.includes(site().server.roomService) ? 'room' : 'contact';
    return this.does({ type: 'send-message', conversation, kind, body, ...more });
  }
}

const roomJid = (name: string) => `${name}@${site().server.roomService}` as BareJid;
const emojis = ({ reactions = [] }: ChatMessage) => reactions.flatMap((reaction) => reaction.emojis);

describe('one to one', () => {
  it('answers, corrects, reacts and retracts, on both desks, on the other machine and in the archive', async () => {
    const [alice, laptop, bob] = [await Desk.open('alice'), await Desk.open('alice'), await Desk.open('bob')];
    await alice.say(bob.jid, 'two vehicles at the north gate');
    const asked = await bob.shows(alice.jid, 'two vehicles at the north gate');
    await bob.say(alice.jid, 'which plates?', { reply: asked.id });
    const answer = await alice.shows(bob.jid, 'which plates?');
    expect(answer.reply).toMatchObject({ excerpt: 'two vehicles at the north gate' });
    const [own] = alice.window.messages(bob.jid);
    expect(answer.reply?.id).toBe(own?.id);

    await alice.does({
      type: 'correct-message',
      conversation: bob.jid,
      id: own?.id ?? '',
      body: 'three vehicles',
    });
    const corrected = await bob.shows(alice.jid, 'three vehicles');
    expect(corrected.versions?.map(({ body }) => body)).toEqual([
      'two vehicles at the north gate',
      'three vehicles',
    ]);
    expect(bob.window.messages(alice.jid)).toHaveLength(2);
    await bob.does({ type: 'react', conversation: alice.jid, id: corrected.id, emojis: ['👍', '✅'] });
    await alice.shows(bob.jid, 'three vehicles', (one) => emojis(one).join('') === '👍✅');
    await bob.does({ type: 'react', conversation: alice.jid, id: corrected.id, emojis: ['✅'] });
    await alice.shows(bob.jid, 'three vehicles', (one) => emojis(one).join('') === '✅');
    await bob.does({
      type: 'retract-message',
      conversation: alice.jid,
      id: (await bob.shows(alice.jid, 'which plates?')).id,
    });
    const check = async (desk: Desk): Promise<void> => {
      const first = await desk.shows(bob.jid, 'three vehicles', (one) => emojis(one).length === 1);
      expect(first.versions).toHaveLength(2);
      const second = await desk.shows(bob.jid, 'which plates?', (one) => one.retraction?.by === 'sender');
      expect(second.reply?.id).toBe(first.id);
    };
    await check(alice);
    await check(laptop);

    const later = await Desk.open('alice');
    await later.window.toTheStart(bob.jid);
    await later.window.settled();
    await check(later);
    expect(later.window.bodies(bob.jid)).toEqual(['three vehicles', 'which plates?']);
  });

  it('tells what was seen and who writes, to those who may know', async () => {
    const [alice, bob] = [await Desk.open('alice'), await Desk.open('bob')];
    await until('contacts', () => alice.contacts.size > 0 && bob.contacts.size > 0);
    await alice.say(bob.jid, 'seen?');
    await bob.shows(alice.jid, 'seen?');
    await bob.does({ type: 'typing', conversation: alice.jid, typing: true });
    await until('bob writes', () => alice.window.state.collections.typing.has(bob.jid));
    await bob.does({ type: 'typing', conversation: alice.jid, typing: false });
    await until('bob has stopped', () => !alice.window.state.collections.typing.has(bob.jid));
    await bob.does({ type: 'mark-read', conversation: alice.jid });
    await alice.shows(bob.jid, 'seen?', ({ delivery }) => delivery === 'displayed');
  });

  it('keeps what was done while there was no connection, and does it once', async () => {
    const [alice, bob] = [await Desk.open('alice'), await Desk.open('bob')];
    await alice.say(bob.jid, 'before the cut');
    const got = await bob.shows(alice.jid, 'before the cut');
    await alice.shows(bob.jid, 'before the cut', ({ delivery }) => delivery === 'delivered');
    await alice.cut();
    const { id } = await alice.shows(bob.jid, 'before the cut');
    await alice.does({ type: 'correct-message', conversation: bob.jid, id, body: 'after the cut' });
    const waiting = await alice.shows(bob.jid, 'after the cut');
    expect(waiting.delivery).toBe('queued');
    await alice.does({ type: 'react', conversation: bob.jid, id, emojis: ['👀'] });
    await alice.window.connected((await alice.reconnect()).resumed);
    const corrected = await bob.shows(alice.jid, 'after the cut', (one) => emojis(one).length === 1);
    expect(corrected).toMatchObject({ id: got.id, versions: [{}, {}] });
  });
});

describe('in a room', () => {
  async function inRoom(room: BareJid, ...accounts: string[]): Promise<Desk[]> {
    const desks: Desk[] = [];
    for (const account of accounts) {
      const desk = await Desk.open(account);
      await desk.join(room);
      desks.push(desk);
    }
    return desks;
  }

  it('answers, corrects, reacts, retracts and moderates, for all and for those who come later', async () => {
    const room = roomJid('watch');
    const [alice, bob] = (await inRoom(room, 'alice', 'bob')) as [Desk, Desk];
    await bob.say(room, 'the relay dropped');
    const dropped = await alice.shows(room, 'the relay dropped');
    await alice.say(room, 'since when?', { reply: dropped.id });
    const question = await bob.shows(room, 'since when?', ({ reply }) => reply?.id !== undefined);
    expect(question.reply).toMatchObject({ excerpt: 'the relay dropped' });
    const own = await bob.shows(
      room,
      'the relay dropped',
      ({ reference }) => reference?.archive !== undefined,
    );
    await bob.does({
      type: 'correct-message',
      conversation: room,
      id: own.id,
      body: 'the relay dropped at 0240Z',
    });
    await alice.shows(room, 'the relay dropped at 0240Z', ({ versions }) => versions?.length === 2);
    await alice.does({ type: 'react', conversation: room, id: dropped.id, emojis: ['👍'] });
    await bob.shows(room, 'the relay dropped at 0240Z', (one) => emojis(one).length === 1);

    await bob.say(room, 'wrong room');
    const wrong = await bob.shows(room, 'wrong room', ({ reference }) => reference?.archive !== undefined);
    await bob.does({ type: 'retract-message', conversation: room, id: wrong.id });
    await alice.shows(room, 'wrong room', ({ retraction }) => retraction?.by === 'sender');
    await bob.say(room, 'a spill');
    const spill = await alice.shows(room, 'a spill');
    // Alice made the room; Bob may not.
    const refused = await bob.window.command({
      type: 'moderate-message',
      conversation: room,
      id: dropped.id,
      reason: '',
    });
    expect(refused.ok).toBe(false);
    await alice.does({ type: 'moderate-message', conversation: room, id: spill.id, reason: 'spill' });
    await bob.shows(room, 'a spill', ({ retraction }) => retraction?.moderator === 'alice');
    expect((await bob.shows(room, 'a spill')).retraction).toMatchObject({ by: 'room', reason: 'spill' });

    const [carol] = (await inRoom(room, 'carol')) as [Desk];
    await carol.shows(room, 'the relay dropped at 0240Z', (one) => emojis(one).length === 1);
    await carol.shows(room, 'since when?', ({ reply }) => reply?.id !== undefined);
    await carol.window.settled();
    // What a moderator took back, nobody who comes later reads.
    expect(carol.window.bodies(room)).not.toContain('a spill');
    await carol.window.toTheStart(room);
    await carol.window.settled();
    expect(carol.window.bodies(room)).not.toContain('a spill');
    await carol.shows(room, 'wrong room', ({ retraction }) => retraction?.by === 'sender');
  });

  /** Carol with a client that obeys no rule. */
  async function eve(room: BareJid): Promise<RawXmpp> {
    const raw = await site().connect(site().card('carol'));
    await raw.passLock(site().machine('WS-1', 4));
    await raw.external();
    await raw.bind('eve');
    raw.send(`<presence to='${room}/eve'><x xmlns='http://jabber.org/protocol/muc'/></presence>`);
    await raw.take(/<subject/);
    return raw;
  }

  it('believes nobody who speaks for another or for the room', async () => {
    const room = roomJid('attacked');
    const [alice, bob] = (await inRoom(room, 'alice', 'bob')) as [Desk, Desk];
    await bob.say(room, 'bob said this');
    const target = await alice.shows(room, 'bob said this');
    const { id, archive } = target.reference ?? {};
    const raw = await eve(room);
    const say = (inner: string) =>
      raw.send(`<message type='groupchat' to='${room}' id='${Math.random()}'>${inner}</message>`);
    say(`<body>forged</body><replace xmlns='urn:xmpp:message-correct:0' id='${id}'/>`);
    say(`<retract xmlns='urn:xmpp:message-retract:1' id='${archive}'/><store xmlns='urn:xmpp:hints'/>`);
    say(
      `<retract xmlns='urn:xmpp:message-retract:1' id='${archive}'><moderated xmlns='urn:xmpp:message-moderate:1' by='${room}/alice'/></retract>`,
    );
    say(
      `<body>x</body><occupant-id xmlns='urn:xmpp:occupant-id:0' id='o'/><replace xmlns='urn:xmpp:message-correct:0' id='${id}'/>`,
    );
    raw.send(
      `<iq type='set' id='m' to='${room}'><moderate xmlns='urn:xmpp:message-moderate:1' id='${archive}'><retract xmlns='urn:xmpp:message-retract:1'/></moderate></iq>`,
    );
    expect(await raw.take(/<iq[^>]* id='m'.*?<\/iq>/s)).toContain('forbidden');
    say('<body>the end</body>');
    await alice.shows(room, 'the end');
    const after = await alice.shows(room, 'bob said this');
    expect([after.versions, after.retraction]).toEqual([undefined, undefined]);
    // A correction of what is not theirs is a message of its own, and says so.
    expect(await alice.shows(room, 'forged')).toMatchObject({ sender: 'eve', strayCorrection: true });
    raw.close();

    const [carol] = (await inRoom(room, 'carol')) as [Desk];
    await carol.window.toTheStart(room);
    await carol.window.settled();
    const read = await carol.shows(room, 'bob said this');
    expect([read.versions, read.retraction]).toEqual([undefined, undefined]);
  });
});
