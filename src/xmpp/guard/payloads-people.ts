/** The part of the guard's table (`payloads.ts`) that is about people: whom the server keeps away, the directory. */
import { NS } from '../namespaces.ts';
import { FORM_ASKED, FORM_SUBMITTED } from './forms.ts';
import { shape, type TableEntries } from './shape.ts';

/** XEP-0191. Other than the address there is nothing in it. */
const BLOCKED: TableEntries = { [NS.blocking]: { item: shape({ attrs: ['jid'] }) } };

/** The list, asked for and answered. */
export const BLOCKLIST: TableEntries = { [NS.blocking]: { blocklist: shape({ children: BLOCKED }) } };
/** A change, asked for and pushed. */
export const BLOCKLIST_CHANGE: TableEntries = {
  [NS.blocking]: { block: shape({ children: BLOCKED }), unblock: shape({ children: BLOCKED }) },
};

/** XEP-0055 by forms; its older fields are taken out. */
export const SEARCH_GET: TableEntries = { [NS.search]: { query: shape() } };
export const SEARCH_SET: TableEntries = { [NS.search]: { query: shape({ children: FORM_SUBMITTED }) } };
export const SEARCH_RESULT: TableEntries = { [NS.search]: { query: shape({ children: FORM_ASKED }) } };

const CARD_TEXT = shape({ text: 1024 });
const card = (...names: readonly string[]): TableEntries => ({
  [NS.vcard]: Object.fromEntries(names.map((name) => [name, CARD_TEXT])),
});

/** XEP-0054, asked for: a card is never written. */
export const PROFILE_GET: TableEntries = { [NS.vcard]: { vCard: shape() } };
/** Of a card what is read: no pictures, sounds or keys, no addresses to go to. */
export const PROFILE_RESULT: TableEntries = {
  [NS.vcard]: {
    vCard: shape({
      children: {
        [NS.vcard]: {
          ...card('FN', 'TITLE', 'ROLE')[NS.vcard],
          ORG: shape({ children: card('ORGNAME', 'ORGUNIT') }),
          EMAIL: shape({ children: card('USERID') }),
          TEL: shape({ children: card('NUMBER') }),
        },
      },
    }),
  },
};
