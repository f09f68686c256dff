/** People against the real Prosody: contacts, requests to see the presence, and the list of those kept away. */
import { afterEach, describe, expect, it } from 'vitest';
import { TEMPLATES } from '../../build/site/templates.ts';
import type { BareJid } from '../../src/shared/jid.ts';
import type { Position } from '../../src/shared/presence-extras.ts';
import { analystsAt } from '../support/analysts.ts';
import { DeskWindow } from '../support/desk-window.ts';
import { guardPolicy } from '../support/guard-policy.ts';
import { type Analyst, until } from '../support/xmpp-analyst.ts';

const office = analystsAt([
  { account: 'alice', name: 'Alice Allen' },
  { account: 'bob', name: 'Bob Brown' },
  { account: 'carol', name: 'Carol Cruz', listed: false },
]);
const { signIn } = office;

const requestsOf = (analyst: Analyst): BareJid[] => {
  const requests: BareJid[] = [];
  const { events } = analyst.client.extensions.contactList;
  events.on('requested', ({ from }) => requests.push(from));
  events.on('settled', (from) => requests.splice(0, Infinity, ...requests.filter((jid) => jid !== from)));
  return requests;
};

describe('contacts', () => {
  it('are added with name and groups, asked for, answered, changed and removed, on both sides', async () => {
    const [alice, carol] = [await signIn('alice'), await signIn('carol')];
    const requests = requestsOf(carol);
    const mine = alice.client.extensions.contactList;
    await until('the roster', () => alice.contacts.size === 1);
    await mine.put(carol.jid, 'Carol of J3', ['J3', 'Watch']);
    mine.ask(carol.jid);
    await until('the request', () => requests.includes(alice.jid));
    await until('asked', () => alice.contacts.get(carol.jid)?.asked);
    expect(alice.contacts.get(carol.jid)).toMatchObject({
      name: 'Carol of J3',
      subscription: 'none',
      availability: 'offline',
    });
    expect([...(alice.contacts.get(carol.jid)?.groups ?? [])].sort()).toEqual(['J3', 'Watch']);

    carol.client.extensions.contactList.allow(alice.jid);
    await until('presence', () => alice.contacts.get(carol.jid)?.availability === 'available');
    expect(alice.contacts.get(carol.jid)?.asked).toBeUndefined();
    expect(requests).toEqual([]);

    await mine.put(carol.jid, 'Carol', ['J3']);
    await until('renamed', () => alice.contacts.get(carol.jid)?.name === 'Carol');
    expect(alice.contacts.get(carol.jid)?.groups).toEqual(['J3']);

    await mine.remove(carol.jid);
    await until('removed', () => !alice.contacts.has(carol.jid));
    await until('not seen any more', () => carol.contacts.get(alice.jid)?.subscription !== 'from');
  });

  it('a request waits for whoever is away, and can be refused', async () => {
    const alice = await signIn('alice');
    const carolJid = 'carol@chat.example.mil' as BareJid;
    await until('the roster', () => alice.contacts.size > 0);
    await alice.client.extensions.contactList.put(carolJid, '', []);
    alice.client.extensions.contactList.ask(carolJid);
    await until('asked', () => alice.contacts.get(carolJid)?.asked);
    const carol = office.analyst('carol');
    const requests = requestsOf(carol);
    await carol.connect();
    await until('the request', () => requests.includes(alice.jid));
    carol.client.extensions.contactList.refuse(alice.jid);
    await until('refused', () => alice.contacts.get(carolJid)?.asked === undefined);
    expect(alice.contacts.get(carolJid)?.subscription).toBe('none');
    await alice.client.extensions.contactList.remove(carolJid);
  });

  it('outside the policy are neither added nor asked', async () => {
    const alice = office.analyst('alice', {
      policy: guardPolicy(office.site.server.domain, [office.site.server.roomService], {
        subscriptions: 'none',
      }),
    });
    await alice.connect();
    const { contactList } = alice.client.extensions;
    await expect(contactList.put('eve@evil.example' as BareJid, '', [])).rejects.toMatchObject({
      code: 'GUARD_REFUSED',
    });
    expect(() => contactList.ask('carol@chat.example.mil' as BareJid)).toThrow(
      expect.objectContaining({ code: 'GUARD_REFUSED' }),
    );
  });
});

describe('blocking', () => {
  it('keeps somebody away on all the user’s computers, until they are let in again', async () => {
    const [alice, laptop, bob] = [await signIn('alice'), await signIn('alice'), await signIn('bob')];
    const mine = alice.client.extensions.blocking;
    await mine.block(bob.jid);
    await until(
      'the push',
      () => mine.blocked.has(bob.jid) && laptop.client.extensions.blocking.blocked.has(bob.jid),
    );
    const refused = bob.client.sendMessage(alice.jid, 'are you there?');
    await bob.reached(refused.id, 'failed');
    const own = alice.client.sendMessage(bob.jid, 'not to be');
    await alice.reached(own.id, 'failed');
    expect(alice.bodies(bob.jid, 'in')).toEqual([]);

    const later = await signIn('alice');
    await until('the list', () => later.client.extensions.blocking.blocked.has(bob.jid));
    await mine.unblock(bob.jid);
    await until('let in', () => !mine.blocked.has(bob.jid));
    const heard = bob.client.sendMessage(alice.jid, 'and now?');
    await bob.reached(heard.id, 'delivered');
    expect(alice.bodies(bob.jid, 'in')).toEqual(['and now?']);
  });
});

describe('messages from templates', () => {
  const policy = () =>
    guardPolicy(office.site.server.domain, [office.site.server.roomService], { templates: TEMPLATES });
  const desks: DeskWindow[] = [];
  afterEach(() => {
    for (const window of desks.splice(0)) window.desk.close();
  });
  async function desk(account: string): Promise<{ analyst: Analyst; window: DeskWindow }> {
    const analyst = office.analyst(account, { policy: policy() });
    const window = new DeskWindow(analyst.client, office.site.server.domain, TEMPLATES);
    desks.push(window);
    await window.connected((await analyst.connect()).resumed);
    return { analyst, window };
  }
  const SALUTE =
    'SALUTE\nSize: six\nActivity: digging\n  two on guard\nLocation: 18SUJ2348306479\nTime: 260314ZNOV26';
  const answers = [
    { name: 'size', values: ['six'] },
    { name: 'activity', values: ['digging', 'two on guard'] },
    { name: 'location', values: ['18suj2348306479'] },
    { name: 'time', values: ['260314ZNOV26'] },
  ];

  it('arrive as text and form, live and out of the archive, and not at all when something is missing', async () => {
    const [alice, bob] = [await desk('alice'), await desk('bob')];
    const send = (given: typeof answers) =>
      alice.window.command({
        type: 'send-template',
        conversation: bob.analyst.jid,
        kind: 'contact',
        template: 'salute',
        answers: given,
      });
    expect(await send(answers.slice(1))).toMatchObject({ ok: false, error: { code: 'TEMPLATE_INCOMPLETE' } });
    expect(await send(answers)).toEqual({ ok: true });
    const check = async (window: DeskWindow, conversation: BareJid): Promise<void> => {
      const message = await until('the report', () =>
        window.messages(conversation).find(({ body }) => body === SALUTE),
      );
      expect(message.form?.fields.map(({ name, values }) => [name, ...values])).toEqual([
        ['FORM_TYPE', 'urn:sallyport:template:salute'],
        ['size', 'six'],
        ['activity', 'digging', 'two on guard'],
        ['location', '18SUJ2348306479'],
        ['time', '260314ZNOV26'],
      ]);
    };
    await check(alice.window, bob.analyst.jid);
    await check(bob.window, alice.analyst.jid);
    const later = await desk('bob');
    await later.window.backTo(alice.analyst.jid, SALUTE);
    await check(later.window, alice.analyst.jid);
  });
});

describe('what people tell of themselves', () => {
  const told = { location: true, activity: true };
  async function teller(account: string, allowed = told): Promise<Analyst> {
    const policy = guardPolicy(office.site.server.domain, [office.site.server.roomService], allowed);
    const analyst = office.analyst(account, { policy });
    await analyst.connect();
    await until('the roster', () => account === 'carol' || analyst.contacts.size > 0);
    return analyst;
  }
  const positions = (analyst: Analyst) => {
    const seen = new Map<string, Position | undefined>();
    analyst.client.extensions.personalEvents.events.on('position', (from, position) =>
      seen.set(from, position),
    );
    return seen;
  };
  const GATE: Position = { latitude: 38.8895, longitude: -77.0352, description: 'North gate' };

  it('reaches contacts, now and when they come later, until it is taken back; nobody else, and nobody without the setting', async () => {
    const [bob, carol] = [await teller('bob'), await teller('carol')];
    const [atBob, atCarol] = [positions(bob), positions(carol)];
    const blind = await teller('bob', { location: false, activity: false });
    const atBlind = positions(blind);
    const alice = await teller('alice');
    await alice.client.extensions.personalEvents.tellPosition(GATE);
    await until('bob knows', () => atBob.get(alice.jid));
    expect(atBob.get(alice.jid)).toEqual(GATE);

    const later = office.analyst('bob', {
      policy: guardPolicy(office.site.server.domain, [office.site.server.roomService], told),
    });
    const atLater = positions(later);
    await later.connect();
    await until('bob knows at his other computer', () => atLater.get(alice.jid));

    await alice.client.extensions.personalEvents.tellActivity({ general: 'working', text: 'on watch' });
    await alice.client.extensions.personalEvents.tellPosition(undefined);
    await until('taken back', () => atBob.has(alice.jid) && atBob.get(alice.jid) === undefined);
    expect(atCarol.has(alice.jid)).toBe(false);
    expect(atBlind.size).toBe(0);
    await expect(blind.client.extensions.personalEvents.tellPosition(GATE)).rejects.toMatchObject({
      code: 'FEATURE_OFF',
    });
  });
});
