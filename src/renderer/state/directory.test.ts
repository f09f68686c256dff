import { describe, expect, it } from 'vitest';
import type { Contact, ConversationSummary, Room } from '../../shared/chat-model.ts';
import type { Feed } from '../../shared/feed-contract.ts';
import type { BareJid } from '../../shared/jid.ts';
import { EMPTY_CHAT } from './chat-state.ts';
import {
  CONTACTS_SECTION,
  groupedContacts,
  groupKey,
  neighbour,
  nextUnread,
  STRANGERS,
  sortedRooms,
  strangers,
  totalUnread,
  visibleOrder,
} from './directory.ts';
import { searchConversations, searchPlaces } from './switcher.ts';

function jid(name: string): BareJid {
  return `${name}@example.mil` as BareJid;
}

function contact(name: string, ...groups: readonly string[]): Contact {
  return { jid: jid(name.toLowerCase()), name, groups, subscription: 'both', availability: 'available' };
}

function room(name: string): Room {
  return { jid: jid(name.toLowerCase()), name, state: 'joined', nick: 'a', subject: '', occupantCount: 1 };
}

function summary(name: string, unread: number, lastAt = 0): ConversationSummary {
  return { jid: jid(name), kind: 'contact', unread, lastAt };
}

function byJid<Item extends { readonly jid: BareJid }>(
  ...items: readonly Item[]
): ReadonlyMap<BareJid, Item> {
  return new Map(items.map((item) => [item.jid, item]));
}

describe('side bar', () => {
  it('orders rooms by name, numbers by value, and filters without regard to case and accents', () => {
    const rooms = byJid(room('Watch-10'), room('watch-9'), room('Équipe'));
    expect(sortedRooms(rooms, '').map((item) => item.name)).toEqual(['Équipe', 'watch-9', 'Watch-10']);
    expect(sortedRooms(rooms, ' EQUIPE ').map((item) => item.name)).toEqual(['Équipe']);
    expect(sortedRooms(rooms, 'zzz')).toEqual([]);
  });

  it('shows a contact in each of its groups, strangers first, the ungrouped last', () => {
    const contacts = byJid(contact('Bob', 'J2', 'J3'), contact('Carol'), contact('Alice', 'J2'));
    const groups = groupedContacts(contacts, strangers(contacts, byJid(summary('mallory', 1))), '');
    expect(groups.map((group) => [group.name, group.contacts.map((item) => item.name)])).toEqual([
      [STRANGERS, ['mallory@example.mil']],
      ['J2', ['Alice', 'Bob']],
      ['J3', ['Bob']],
      ['Contacts', ['Carol']],
    ]);
  });

  it('walks what is visible, each conversation once, around the ends', () => {
    const groups = groupedContacts(byJid(contact('Bob', 'J2', 'J3'), contact('Carol', 'J3')), [], '');
    const order = visibleOrder([room('Ops')], groups, new Set());
    expect(order.map((key) => key.jid)).toEqual([jid('ops'), jid('bob'), jid('carol')]);
    expect(neighbour(order, jid('carol'), 1)?.jid).toBe(jid('ops'));
    expect(neighbour(order, jid('ops'), -1)?.jid).toBe(jid('carol'));
    expect(neighbour(order, undefined, 1)?.jid).toBe(jid('ops'));
    expect(neighbour([], undefined, 1)).toBeUndefined();
    expect(visibleOrder([room('Ops')], groups, new Set([CONTACTS_SECTION]))).toHaveLength(1);
    expect(visibleOrder([], groups, new Set([groupKey('J3')])).map((key) => key.jid)).toEqual([jid('bob')]);
  });

  it('finds the next unread conversation after the open one, around the end, never the open one', () => {
    const order = ['a', 'b', 'c'].map((name) => ({ jid: jid(name), kind: 'contact' }) as const);
    const unread = byJid(summary('a', 1), summary('b', 3));
    expect(nextUnread(order, jid('a'), unread)?.jid).toBe(jid('b'));
    expect(nextUnread(order, jid('b'), unread)?.jid).toBe(jid('a'));
    expect(nextUnread(order, jid('b'), byJid(summary('b', 3)))).toBeUndefined();
    expect(totalUnread(unread)).toBe(4);
  });
});

describe('quick switcher', () => {
  it('puts the best fit first, then unread, then the newest', () => {
    const chat = {
      ...EMPTY_CHAT,
      rooms: byJid(room('Ops Floor'), room('Backup Ops')),
      contacts: byJid(contact('Opal'), contact('Bishop'), contact('Zed')),
      summaries: byJid(summary('opal', 2, 5), summary('zed', 0, 99)),
    };
    expect(searchConversations(chat, 'op').map((entry) => entry.name)).toEqual([
      'Opal',
      'Ops Floor',
      'Backup Ops',
      'Bishop',
    ]);
    expect(
      searchConversations(chat, '')
        .map((entry) => entry.name)
        .slice(0, 2),
    ).toEqual(['Opal', 'Zed']);
    expect(searchConversations(chat, 'nobody')).toEqual([]);
  });

  it('has feeds among them, by title, node and service, and nowhere else', () => {
    const feed = (node: string, title: string, unread: number): Feed => ({
      id: `feeds.chat.mil/${node}`,
      service: jid('feeds.chat.mil'),
      node,
      title,
      origin: 'policy',
      state: 'subscribed',
      unread,
    });
    const feeds = [feed('wx', 'Operations weather', 0), feed('ops-notam', 'Notices to airmen', 3)];
    const chat = {
      ...EMPTY_CHAT,
      rooms: byJid(room('Ops Floor'), room('Backup Ops')),
      collections: { ...EMPTY_CHAT.collections, feeds: new Map(feeds.map((one) => [one.id, one])) },
    };
    const found = searchPlaces(chat, 'op');
    expect(found.map(({ name, unread }) => [name, unread])).toEqual([
      ['Operations weather', 0],
      ['Ops Floor', 0],
      ['Backup Ops', 0],
      ['Notices to airmen', 3],
    ]);
    expect(found[0]).toMatchObject({ kind: 'feed', feed: { node: 'wx' } });
    expect(searchPlaces(chat, '')[0]?.name).toBe('Notices to airmen');
    expect(searchPlaces(chat, 'feeds.chat')).toHaveLength(2);
    expect(searchConversations(chat, 'op').map(({ name }) => name)).toEqual(['Ops Floor', 'Backup Ops']);
  });
});
