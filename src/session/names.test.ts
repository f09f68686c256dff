import { expect, it } from 'vitest';
import type { ChatMessage, Contact, Occupant } from '../shared/chat-model.ts';
import type { BareJid } from '../shared/jid.ts';
import { Names } from './names.ts';

const contact = (jid: string, name: string): Contact => ({
  jid: jid as BareJid,
  name,
  groups: ['Ops\u202e'],
  subscription: 'both',
  availability: 'available',
});
const occupant = (nick: string, jid?: string): Occupant => ({
  nick,
  role: 'participant',
  affiliation: 'member',
  availability: 'available',
  self: false,
  ...(jid === undefined ? {} : { jid: jid as BareJid }),
});
const message = (sender: string): ChatMessage => ({
  id: '1',
  direction: 'in',
  sender,
  body: 'x',
  at: 0,
  delayed: false,
});

it('shows contacts without what does not show', () => {
  const names = new Names([]);
  expect(names.contact(contact('bob@chat.mil', 'B\u200bob\u0007'))).toMatchObject({
    name: 'Bob',
    groups: ['Ops'],
  });
  expect(names.contact(contact('p\u0430ul@chat.mil', ''))).toMatchObject({ warning: 'mixed-script' });
});

it('shows a contact by its newest name and groups', () => {
  const names = new Names([]);
  const first = contact('bob@chat.mil', 'Bob');
  const away: Contact = { ...first, availability: 'away' };
  expect(names.contact(first).name).toBe('Bob');
  expect(names.contact(away)).toEqual({ ...away, groups: ['Ops'] });
  expect(names.contact({ ...away, name: 'Robert\u0007', groups: [] })).toEqual({
    ...away,
    name: 'Robert',
    groups: [],
  });
});

it('warns of a nickname that passes for a contact or for the user, as long as that one is known', () => {
  const names = new Names(['ALICE ALLEN']);
  names.contact(contact('bob@chat.mil', 'Robert Baker'));
  for (const nick of ['b0b', 'Rоbert Baker', 'Alice A11en']) {
    expect(names.occupant(occupant(nick)).warning, nick).toBe('confusable');
    expect(names.message(message(nick), undefined).warning, nick).toBe('confusable');
  }
  for (const nick of ['Bob', 'robert baker', 'carol'])
    expect(names.occupant(occupant(nick))).toEqual(occupant(nick));
  names.forget('bob@chat.mil' as BareJid);
  expect(names.occupant(occupant('b0b')).warning).toBeUndefined();
});

it('does not warn of a contact, whose address the room shows', () => {
  const names = new Names([]);
  names.contact(contact('bob@chat.mil', 'Bob'));
  expect(names.occupant(occupant('b0b', 'bob@chat.mil')).warning).toBeUndefined();
  expect(names.message(message('b0b'), occupant('b0b', 'eve@chat.mil')).warning).toBe('confusable');
});

it('keeps the nickname, which is who it is, and says what to show', () => {
  const shown = new Names([]).occupant(occupant('\u05d3\u05d5\u05d3'));
  expect(shown).toMatchObject({ nick: '\u05d3\u05d5\u05d3', shownAs: '\u2068\u05d3\u05d5\u05d3\u2069' });
});

it('judges a nickname anew when the contacts have changed', () => {
  const names = new Names(['ALLEN.ALICE']);
  expect(names.message(message('B0b'), undefined).warning).toBeUndefined();
  names.contact(contact('bob@chat.mil', 'Bob'));
  expect(names.message(message('B0b'), undefined).warning).toBe('confusable');
  expect(names.message(message('B0b'), occupant('B0b', 'bob@chat.mil')).warning).toBeUndefined();
  names.forget('bob@chat.mil' as BareJid);
  expect(names.message(message('B0b'), undefined).warning).toBeUndefined();
});
