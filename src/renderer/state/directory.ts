import type { Contact, ConversationSummary, Room } from '../../shared/chat-model.ts';
import type { BareJid } from '../../shared/jid.ts';
import { SIDEBAR_TEXT } from '../text/sidebar.ts';
import type { ChatState } from './chat-state.ts';
import { compareKeys, sortKey } from './sort-key.ts';
import type { ConversationKey } from './view-state.ts';

/** What a contact or room is ordered by; a change makes another object of it. */
const keys = new WeakMap<object, string>();

/** The group of contacts without one, and of people who are no contacts. */
export const NO_GROUP = SIDEBAR_TEXT.contacts;
export const STRANGERS = SIDEBAR_TEXT.strangers;

export interface ContactGroup {
  readonly name: string;
  readonly contacts: readonly Contact[];
}

interface Named {
  readonly name: string;
  readonly jid: BareJid;
}

function keyOf(item: Named): string {
  let key = keys.get(item);
  if (key === undefined) {
    key = sortKey(item.name, item.jid);
    keys.set(item, key);
  }
  return key;
}

function byName(left: Named, right: Named): number {
  return compareKeys(keyOf(left), keyOf(right));
}

/** Case and accents do not matter to a filter. */
export function foldText(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLocaleLowerCase();
}

function matches(item: { readonly name: string; readonly jid: string }, folded: string): boolean {
  return folded === '' || foldText(item.name).includes(folded) || foldText(item.jid).includes(folded);
}

/** The rooms that fit the filter, by name. */
export function sortedRooms(rooms: ReadonlyMap<BareJid, Room>, filter: string): readonly Room[] {
  const folded = foldText(filter.trim());
  return [...rooms.values()].filter((room) => matches(room, folded)).sort(byName);
}

/** People who wrote but are not in the roster, as contacts whose presence is unknown. */
export function strangers(
  contacts: ReadonlyMap<BareJid, Contact>,
  summaries: ReadonlyMap<BareJid, ConversationSummary>,
): readonly Contact[] {
  return [...summaries.values()]
    .filter((summary) => summary.kind === 'contact' && !contacts.has(summary.jid))
    .map((summary) => ({
      jid: summary.jid,
      name: summary.jid,
      groups: [STRANGERS],
      subscription: 'none',
      availability: 'offline',
    }));
}

/** The contacts that fit the filter, in their groups; groups and contacts by name. */
export function groupedContacts(
  contacts: ReadonlyMap<BareJid, Contact>,
  others: readonly Contact[],
  filter: string,
): readonly ContactGroup[] {
  const folded = foldText(filter.trim());
  const groups = new Map<string, Contact[]>();
  for (const contact of [...contacts.values(), ...others]) {
    if (!matches(contact, folded)) continue;
    for (const name of contact.groups.length === 0 ? [NO_GROUP] : contact.groups) {
      const group = groups.get(name);
      if (group === undefined) groups.set(name, [contact]);
      else group.push(contact);
    }
  }
  return [...groups]
    .sort(
      ([left], [right]) =>
        rank(left) - rank(right) || compareKeys(sortKey(left, left), sortKey(right, right)),
    )
    .map(([name, members]) => ({ name, contacts: members.sort(byName) }));
}

/** Strangers first, because they need a look; contacts without a group last. */
function rank(group: string): number {
  if (group === STRANGERS) return 0;
  return group === NO_GROUP ? 2 : 1;
}

export const ROOMS_SECTION = 'section:rooms';
export const CONTACTS_SECTION = 'section:contacts';
export function groupKey(name: string): string {
  return `group:${name}`;
}

/** The conversations from top to bottom as the side bar shows them, each once. */
export function visibleOrder(
  rooms: readonly Room[],
  groups: readonly ContactGroup[],
  collapsed: ReadonlySet<string>,
): readonly ConversationKey[] {
  const order = new Map<BareJid, ConversationKey>();
  if (!collapsed.has(ROOMS_SECTION)) {
    for (const { jid } of rooms) order.set(jid, { jid, kind: 'room' });
  }
  for (const group of collapsed.has(CONTACTS_SECTION) ? [] : groups) {
    if (collapsed.has(groupKey(group.name))) continue;
    for (const { jid } of group.contacts) if (!order.has(jid)) order.set(jid, { jid, kind: 'contact' });
  }
  return [...order.values()];
}

/** The conversation `step` places after `from`, around the ends; the first (or last) when `from` is not there. */
export function neighbour(
  order: readonly ConversationKey[],
  from: BareJid | undefined,
  step: 1 | -1,
): ConversationKey | undefined {
  const at = order.findIndex((key) => key.jid === from);
  if (at === -1) return step === 1 ? order[0] : order.at(-1);
  return order[(at + step + order.length) % order.length];
}

/** The next conversation after `from` with unread messages, around the end. */
export function nextUnread(
  order: readonly ConversationKey[],
  from: BareJid | undefined,
  summaries: ReadonlyMap<BareJid, ConversationSummary>,
): ConversationKey | undefined {
  const at = order.findIndex((key) => key.jid === from);
  const around = [...order.slice(at + 1), ...order.slice(0, at + 1)];
  return around.find((key) => key.jid !== from && (summaries.get(key.jid)?.unread ?? 0) > 0);
}

export function totalUnread(summaries: ReadonlyMap<BareJid, ConversationSummary>): number {
  let total = 0;
  for (const summary of summaries.values()) total += summary.unread;
  return total;
}

/** How a conversation is called on the screen. */
export function nameOf(chat: Pick<ChatState, 'rooms' | 'contacts'>, jid: BareJid): string {
  return chat.rooms.get(jid)?.name ?? chat.contacts.get(jid)?.name ?? jid;
}
