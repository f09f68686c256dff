/** Acknowledgements that a room is told of, between desks, over the real Prosody and the real ejabberd: live, for who comes late, offline, logged. */
import { describe, expect, it } from 'vitest';
import type { BareJid } from '../../src/shared/jid.ts';
import { NO_PREFS, NOTHING_WATCHED } from '../../src/shared/watch-contract.ts';
import {
  BOTH_SERVERS,
  newRoom,
  site,
  TestDesk,
  type TestDeskOptions,
  withServer,
} from '../support/test-desk.ts';
import { until } from '../support/xmpp-analyst.ts';

const CONTACT = {
  name: 'Contact',
  severity: 'critical',
  sound: 'urgent',
  repeat: true,
  words: ['under fire'],
} as const;

/** One analyst who watches a room. */
class Desk extends TestDesk {
  constructor(account: string, more: TestDeskOptions = {}) {
    super(account, {
      policy: { acknowledgements: true },
      desk: {
        acknowledgements: true,
        watch: { policy: { ...NOTHING_WATCHED, lists: [CONTACT] }, prefs: NO_PREFS },
      },
      ...more,
    });
  }

  static open(account: string, room: BareJid): Promise<Desk> {
    return new Desk(account).begin(room);
  }

  says(conversation: BareJid, body: string): Promise<void> {
    return this.does({ type: 'send-message', conversation, kind: 'room', body });
  }

  get alerts() {
    return [...this.window.state.collections.alerts.values()];
  }

  alert(excerpt: string) {
    return this.alerts.find((one) => one.excerpt === excerpt);
  }

  async acknowledges(...excerpts: readonly string[]): Promise<void> {
    const alerts = await Promise.all(
      excerpts.map((excerpt) => until(`${this.account}: alert ${excerpt}`, () => this.alert(excerpt)?.id)),
    );
    await this.does({ type: 'acknowledge-alerts', alerts });
  }

  /** Whose acknowledgements stand with a message, as this desk shows them. */
  shown(room: BareJid, body: string): string {
    const message = this.window.messages(room).find((one) => one.body === body);
    return (message?.acknowledgements ?? [])
      .map(({ author, name, waits }) => `${author === 'self' ? 'own' : name}${waits ? ' waits' : ''}`)
      .sort()
      .join();
  }

  seesAcknowledged(room: BareJid, body: string, expected: string): Promise<void> {
    return this.sees(expected, () => this.shown(room, body));
  }
}

describe.each(BOTH_SERVERS)('a shared acknowledgement with %s', (...server) => {
  withServer(server);

  it('is seen by the others and by who comes late, is no line of its own, and stands in the message log', async () => {
    const room = newRoom('watch');
    const alice = await Desk.open('alice', room);
    const bob = await Desk.open('bob', room);
    await alice.says(room, 'patrol under fire');
    await alice.says(room, 'convoy under fire too');
    await until('both alerts', () => bob.alerts.length === 2);
    const unread = bob.window.unread.at(-1);
    await bob.acknowledges('patrol under fire', 'convoy under fire too');
    for (const body of ['patrol under fire', 'convoy under fire too']) {
      await alice.seesAcknowledged(room, body, 'bob');
      await bob.seesAcknowledged(room, body, 'own');
    }
    // Whoever is on the way in when somebody else acknowledges has that too.
    const carol = await Desk.open('carol', room);
    await carol.seesAcknowledged(room, 'patrol under fire', 'bob');
    await until('the alert of who came late', () => carol.alert('patrol under fire')?.others?.count === 1);
    expect(carol.alert('patrol under fire')).toMatchObject({ others: { first: [{ name: 'bob' }] } });
    expect(carol.alert('patrol under fire')?.acknowledged).toBeUndefined();
    await carol.acknowledges('patrol under fire');
    await alice.seesAcknowledged(room, 'patrol under fire', 'bob,carol');
    await until('bob reads of carol', () => bob.alert('patrol under fire')?.others?.count === 1);
    // Own ones are known again as one's own.
    const again = await Desk.open('bob', room);
    await again.seesAcknowledged(room, 'patrol under fire', 'carol,own');
    for (const desk of [alice, bob, carol, again])
      expect(desk.window.bodies(room), desk.account).toEqual(['patrol under fire', 'convoy under fire too']);
    expect(bob.window.unread.at(-1)).toBe(unread);
    const logged = site()
      .server.records('messages')
      .filter(({ payloads }) => String(payloads).includes('urn:sallyport:alerts:0'));
    expect(logged).toMatchObject([
      { type: 'groupchat', room, from: `bob@${site().server.domain}` },
      { type: 'groupchat', room, from: `carol@${site().server.domain}` },
    ]);
    expect(String(logged[0]?.payloads).match(/<message [^>]*id=/gu)).toHaveLength(2);
  });

  it('that is given without a connection waits, goes once, and has the room’s time', async () => {
    const room = newRoom('watch');
    const alice = await Desk.open('alice', room);
    const bob = await Desk.open('bob', room);
    await alice.says(room, 'post four under fire');
    await until('the alert', () => bob.alerts.length === 1);
    await bob.cut();
    await bob.acknowledges('post four under fire');
    await bob.seesAcknowledged(room, 'post four under fire', 'own waits');
    expect(alice.shown(room, 'post four under fire')).toBe('');
    await bob.window.connected((await bob.connect()).resumed);
    await alice.seesAcknowledged(room, 'post four under fire', 'bob');
    await bob.window.backTo(room, 'post four under fire');
    await bob.seesAcknowledged(room, 'post four under fire', 'own');
    const [message] = bob.window.messages(room);
    expect(message?.pending).toBeUndefined();
  });

  it('where nobody is told, nothing leaves, and what comes is not seen', async () => {
    const room = newRoom('watch');
    const alice = await Desk.open('alice', room);
    const deaf = await new Desk('bob', { policy: {} }).begin(room);
    const carol = await Desk.open('carol', room);
    await alice.says(room, 'gate under fire');
    await carol.acknowledges('gate under fire');
    await alice.seesAcknowledged(room, 'gate under fire', 'carol');
    await alice.says(room, 'that was all');
    await until('the next message', () => deaf.window.bodies(room).includes('that was all'));
    expect(deaf.shown(room, 'gate under fire')).toBe('');
    const alert = deaf.alert('gate under fire')?.id ?? '';
    // Its window asks, and the guard lets nothing of it out.
    expect(await deaf.window.command({ type: 'acknowledge-alerts', alerts: [alert] })).toMatchObject({
      ok: false,
      error: { code: 'ACKNOWLEDGEMENT_NOT_SHARED' },
    });
    expect(deaf.alert('gate under fire')?.acknowledged).toBeDefined();
    expect(deaf.shown(room, 'gate under fire')).toBe('');
  });
});
