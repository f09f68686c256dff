import type { Contact } from '../../../shared/chat-model.ts';
import { type ContactGroup, groupKey, NO_GROUP } from '../../state/directory.ts';

/** One line of the contact list: a group's head, or a contact in a group. */
export type ContactItem =
  | { readonly kind: 'head'; readonly key: string; readonly group: ContactGroup; readonly collapsed: boolean }
  | {
      readonly kind: 'contact';
      readonly key: string;
      readonly contact: Contact;
      readonly group: string;
      /** From 1, within the group. */
      readonly position: number;
      readonly count: number;
    };

/** The lines from top to bottom. The group without a name needs no head where it is the only one, and is open then. */
export function contactItems(
  groups: readonly ContactGroup[],
  collapsed: ReadonlySet<string>,
): readonly ContactItem[] {
  const items: ContactItem[] = [];
  for (const group of groups) {
    const key = groupKey(group.name);
    const headless = groups.length === 1 && group.name === NO_GROUP;
    const closed = !headless && collapsed.has(key);
    if (!headless) items.push({ kind: 'head', key, group, collapsed: closed });
    if (closed) continue;
    for (const [index, contact] of group.contacts.entries()) {
      items.push({
        kind: 'contact',
        key: `${contact.jid} ${group.name}`,
        contact,
        group: group.name,
        position: index + 1,
        count: group.contacts.length,
      });
    }
  }
  return items;
}
