import { expect, it } from 'vitest';
import type { Contact } from '../../../shared/chat-model.ts';
import type { BareJid } from '../../../shared/jid.ts';
import { groupedContacts, groupKey, NO_GROUP } from '../../state/directory.ts';
import { contactItems } from './contact-items.ts';

function grouped(...people: readonly (readonly [name: string, ...groups: string[]])[]) {
  const contacts = people.map(([name, ...groups]): Contact => {
    const jid = `${name.toLowerCase()}@chat.mil` as BareJid;
    return { jid, name, groups, subscription: 'both', availability: 'available' };
  });
  return groupedContacts(new Map(contacts.map((contact) => [contact.jid, contact])), [], '');
}

function lines(...args: Parameters<typeof contactItems>): readonly string[] {
  return contactItems(...args).map((item) =>
    item.kind === 'head'
      ? `${item.collapsed ? '>' : 'v'} ${item.group.name}`
      : `${item.contact.name} ${item.position}/${item.count}`,
  );
}

it('puts each group’s contacts below its head, and none below a closed one', () => {
  const groups = grouped(['Bob', 'J2', 'J3'], ['Alice', 'J2'], ['Carol']);
  expect(lines(groups, new Set())).toEqual([
    'v J2',
    'Alice 1/2',
    'Bob 2/2',
    'v J3',
    'Bob 1/1',
    `v ${NO_GROUP}`,
    'Carol 1/1',
  ]);
  expect(lines(groups, new Set([groupKey('J2'), groupKey(NO_GROUP)]))).toEqual([
    '> J2',
    'v J3',
    'Bob 1/1',
    `> ${NO_GROUP}`,
  ]);
  const keys = contactItems(groups, new Set()).map(({ key }) => key);
  expect(new Set(keys).size).toBe(keys.length);
});

it('needs no head for contacts that are in no group', () => {
  const groups = grouped(['Bob'], ['Alice']);
  expect(lines(groups, new Set([groupKey(NO_GROUP)]))).toEqual(['Alice 1/2', 'Bob 2/2']);
});
