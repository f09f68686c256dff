/**
 * What may be inside a stanza: one table, by kind of stanza and direction. Anything that is not here does not pass:
 * from us it is refused, from the network it is taken out, and what the second table names is refused with its stanza.
 */
import { NS } from '../namespaces.ts';

type Table = ReadonlyMap<string, ReadonlySet<string>>;

function table(entries: Record<string, readonly string[]>): Table {
  return new Map(Object.entries(entries).map(([xmlns, names]) => [xmlns, new Set(names)]));
}

const MESSAGE_COMMON: Record<string, readonly string[]> = {
  [NS.client]: ['body', 'subject', 'thread', 'error'],
  [NS.receipts]: ['request', 'received'],
  [NS.stanzaIds]: ['origin-id', 'stanza-id'],
  [NS.delay]: ['delay'],
  [NS.hints]: ['no-copy', 'no-store', 'no-permanent-store', 'store'],
};

/** Direct children of `<message/>`, by namespace: the local names that pass. */
export const MESSAGE_PAYLOADS = {
  in: table({
    ...MESSAGE_COMMON,
    [NS.carbons]: ['received', 'sent', 'private'],
    [NS.chatStates]: ['active', 'composing', 'paused', 'inactive', 'gone'],
    [NS.mucUser]: ['x'],
    [NS.occupantId]: ['occupant-id'],
  }),
  out: table(MESSAGE_COMMON),
} as const;

/** Direct children of `<presence/>`. */
export const PRESENCE_PAYLOADS = {
  in: table({
    [NS.client]: ['show', 'status', 'priority', 'error'],
    [NS.caps]: ['c'],
    [NS.delay]: ['delay'],
    [NS.muc]: ['x'],
    [NS.mucUser]: ['x'],
    [NS.occupantId]: ['occupant-id'],
  }),
  out: table({
    [NS.client]: ['show', 'status', 'priority'],
    [NS.caps]: ['c'],
    [NS.muc]: ['x'],
  }),
} as const;

/** The one payload of an iq of type `get` or `set`. */
export const IQ_PAYLOADS = {
  in: table({
    [NS.roster]: ['query'],
    [NS.discoInfo]: ['query'],
    [NS.ping]: ['ping'],
  }),
  out: table({
    [NS.bind]: ['bind'],
    [NS.roster]: ['query'],
    [NS.carbons]: ['enable'],
    [NS.discoInfo]: ['query'],
    [NS.ping]: ['ping'],
    [NS.mucOwner]: ['query'],
  }),
} as const;

/**
 * Namespaces that move files, media, commands or trust around the server's gates. A stanza that holds one anywhere among its
 * payloads is refused whole, whichever way it goes. An entry that ends in `*` stands for everything that begins so.
 */
const FORBIDDEN = [
  'urn:xmpp:jingle*', // XEP-0166, 0167, 0176, 0234, 0260, 0261, 0353, 0371
  'http://jabber.org/protocol/si*', // XEP-0095, 0096
  'http://jabber.org/protocol/bytestreams*', // XEP-0065
  'http://jabber.org/protocol/ibb*', // XEP-0047
  'jabber:iq:oob', // XEP-0066
  'jabber:x:oob',
  'urn:xmpp:sfs:*', // XEP-0447
  'urn:xmpp:reference:0', // XEP-0372
  'urn:xmpp:sims:*', // XEP-0385
  'urn:xmpp:bob*', // XEP-0231
  'http://jabber.org/protocol/commands', // XEP-0050
  'jabber:iq:rpc', // XEP-0009
  'jabber:iq:register', // XEP-0077
  'http://jabber.org/protocol/rosterx', // XEP-0144
] as const;

const EXACT: ReadonlySet<string> = new Set(FORBIDDEN.filter((entry) => !entry.endsWith('*')));
const PREFIXES = FORBIDDEN.filter((entry) => entry.endsWith('*')).map((entry) => entry.slice(0, -1));

/** Whether a payload's namespace condemns its stanza. */
export function isForbidden(xmlns: string): boolean {
  if (EXACT.has(xmlns)) return true;
  for (const prefix of PREFIXES) if (xmlns.startsWith(prefix)) return true;
  return false;
}
