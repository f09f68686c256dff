/** Requests, blocking and contacts as the window sees and commands them. */
import { describe, expect, it } from 'vitest';
import { scriptedExtensions } from '../../../test/support/scripted-extensions.ts';
import { isChangeOf } from '../../shared/chat-collections.ts';
import type { ChatEvent, Contact } from '../../shared/chat-model.ts';
import type { BareJid } from '../../shared/jid.ts';
import { PeopleDesk } from './people-desk.ts';

const BOB = 'bob@chat.mil' as BareJid;
const CONTACT: Contact = {
  jid: BOB,
  name: 'Bob',
  groups: [],
  subscription: 'none',
  availability: 'offline',
};

function desk(contact?: Contact) {
  const scripted = scriptedExtensions({ location: true, activity: true });
  const events: ChatEvent[] = [];
  const people = new PeopleDesk({
    extensions: scripted.extensions,
    contact: () => contact,
    emit: (event) => events.push(event),
  });
  const requests = () => {
    const last = events.findLast((event) => isChangeOf(event, 'requests'));
    return last?.type === 'collection' ? last.upsert.map(({ id }) => id) : [];
  };
  const ask = (from: string, text = '') =>
    scripted.receive(`<presence type='subscribe' from='${from}'><status>${text}</status></presence>`);
  return { ...scripted, people, events, requests, ask };
}

const presences = (sent: readonly string[]) =>
  sent.flatMap((stanza) => /<presence .*type="(\w+)"/.exec(stanza)?.[1] ?? []);

describe('requests', () => {
  it('wait with what is said, made safe to show, and are there for a window that comes later', () => {
    const { people, ask, requests } = desk();
    ask(BOB, 'let\u202eme\nin');
    ask('eve@chat.mil');
    expect(requests()).toEqual([BOB, 'eve@chat.mil']);
    expect(people.events[0]).toMatchObject({
      collection: 'requests',
      reset: true,
      upsert: [
        { id: BOB, text: 'letme in' },
        { id: 'eve@chat.mil', text: '' },
      ],
    });
  });

  it('accepted: presence is shared, whoever asked is added, and is asked in turn', async () => {
    const { people, ask, requests, sent, answer } = desk();
    ask(BOB);
    const done = people.handlers['answer-contact']({ type: 'answer-contact', contact: BOB, accept: true });
    answer('');
    await done;
    expect(presences(sent)).toEqual(['subscribed', 'subscribe']);
    expect(sent[1]).toContain('<item jid="bob@chat.mil"/>');
    expect(requests()).toEqual([]);
  });

  it('accepted from a contact whose presence is seen already: nothing more is asked', async () => {
    const { people, ask, sent } = desk({ ...CONTACT, subscription: 'to' });
    ask(BOB);
    await people.handlers['answer-contact']({ type: 'answer-contact', contact: BOB, accept: true });
    expect(presences(sent)).toEqual(['subscribed']);
  });

  it('declined, taken back, answered on another computer, or of somebody who is blocked: gone', async () => {
    const { people, ask, requests, sent, receive, answer } = desk();
    ask(BOB);
    await people.handlers['answer-contact']({ type: 'answer-contact', contact: BOB, accept: false });
    expect(presences(sent)).toEqual(['unsubscribed']);
    expect(requests()).toEqual([]);
    ask(BOB);
    receive(`<presence type='unsubscribe' from='${BOB}'/>`);
    expect(requests()).toEqual([]);
    ask(BOB);
    people.onContacts([{ ...CONTACT, subscription: 'from' }]);
    expect(requests()).toEqual([]);
    ask(BOB);
    const blocked = people.handlers['block-contact']({ type: 'block-contact', contact: BOB });
    answer('');
    await blocked;
    expect(requests()).toEqual([]);
  });

  it('that nobody made are not answered, and there is an end of those that wait', async () => {
    const { people, ask, requests } = desk();
    await expect(
      people.handlers['answer-contact']({ type: 'answer-contact', contact: BOB, accept: true }),
    ).rejects.toMatchObject({ code: 'IPC_REFUSED' });
    for (let index = 0; index < 250; index += 1) ask(`n${index}@chat.mil`);
    expect(requests()).toHaveLength(200);
  });
});

describe('blocking', () => {
  it('shows the server’s list, and lets in only whom it names', async () => {
    const { people, push, events, sent, answer } = desk();
    push('set', "<block xmlns='urn:xmpp:blocking'><item jid='spam.example'/></block>");
    expect(events.at(-1)).toMatchObject({ collection: 'blocked', upsert: [{ id: 'spam.example' }] });
    await expect(
      people.handlers['unblock-contact']({ type: 'unblock-contact', address: 'other.example' }),
    ).rejects.toMatchObject({ code: 'IPC_REFUSED' });
    const done = people.handlers['unblock-contact']({ type: 'unblock-contact', address: 'spam.example' });
    await Promise.resolve();
    expect(sent.at(-1)).toContain('<item jid="spam.example"/>');
    answer('');
    await done;
  });
});

describe('contacts', () => {
  it('are added, and asked for their presence where it is wanted', async () => {
    const { people, sent, answer } = desk();
    const put = (ask: boolean) => {
      const done = people.handlers['put-contact']({
        type: 'put-contact',
        contact: BOB,
        name: 'Bob',
        groups: ['J2'],
        ask,
      });
      answer('');
      return done;
    };
    await put(false);
    expect(presences(sent)).toEqual([]);
    await put(true);
    expect(presences(sent)).toEqual(['subscribe']);
  });
});

describe('what people tell of themselves', () => {
  const event = (node: string, payload: string) =>
    `<message from='${BOB}' type='headline'><event xmlns='http://jabber.org/protocol/pubsub#event'><items node='${node}'><item id='current'>${payload}</item></items></event></message>`;
  const GEOLOC = 'http://jabber.org/protocol/geoloc';
  const ACTIVITY = 'http://jabber.org/protocol/activity';
  const extras = (events: readonly ChatEvent[]) => events.filter((one) => isChangeOf(one, 'extras')).at(-1);

  it('comes together by person, goes with the contact, and begins anew with a session', () => {
    const { people, receive, events, extensions } = desk();
    receive(event(GEOLOC, `<geoloc xmlns='${GEOLOC}'><lat>1</lat><lon>2</lon></geoloc>`));
    receive(event(ACTIVITY, `<activity xmlns='${ACTIVITY}'><working/></activity>`));
    const both = {
      id: BOB,
      position: { latitude: 1, longitude: 2, description: '' },
      activity: { general: 'working', text: '' },
    };
    expect(extras(events)).toMatchObject({ reset: false, upsert: [both] });
    expect(people.events.find((one) => isChangeOf(one, 'extras'))).toMatchObject({
      reset: true,
      upsert: [both],
    });
    receive(event(GEOLOC, `<geoloc xmlns='${GEOLOC}'/>`));
    expect(extras(events)).toMatchObject({ upsert: [{ id: BOB, activity: { general: 'working' } }] });
    people.onForgotten(BOB);
    expect(extras(events)).toMatchObject({ upsert: [], remove: [BOB] });
    receive(event(ACTIVITY, `<activity xmlns='${ACTIVITY}'><working/></activity>`));
    extensions.personalEvents.onNewSession();
    expect(extras(events)).toMatchObject({ reset: true, upsert: [] });
  });

  it('is told with the time at which it was so', async () => {
    const { people, sent, answer } = desk();
    const told = people.handlers['tell-position']({
      type: 'tell-position',
      position: { latitude: 1, longitude: 2, description: 'Gate 2' },
    });
    await Promise.resolve();
    answer('');
    await told;
    expect(sent.at(-1)).toMatch(/<description>Gate 2<.*<lat>1\.000000<.*<timestamp>\d{4}-/);
  });
});
