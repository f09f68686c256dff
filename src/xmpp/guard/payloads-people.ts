/** The part of the guard's table (`payloads.ts`) that is about people: whom the server keeps away. */
import { NS } from '../namespaces.ts';
import { shape, type TableEntries } from './shape.ts';

/** XEP-0191. Other than the address there is nothing in it. */
const BLOCKED: TableEntries = { [NS.blocking]: { item: shape({ attrs: ['jid'] }) } };

/** The list, asked for and answered. */
export const BLOCKLIST: TableEntries = { [NS.blocking]: { blocklist: shape({ children: BLOCKED }) } };
/** A change, asked for and pushed. */
export const BLOCKLIST_CHANGE: TableEntries = {
  [NS.blocking]: { block: shape({ children: BLOCKED }), unblock: shape({ children: BLOCKED }) },
};
