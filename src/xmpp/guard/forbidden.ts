/**
 * Namespaces that move files, media, commands, places or trust around the server's gates: one table. A stanza that holds
 * one at any depth is refused whole, whichever way it goes; only in an error, which is cut down to its condition,
 * it is taken out instead. All else that `payloads.ts` does not name does not pass either; these are told apart
 * because their sender is owed a word.
 */
import type { ErrorCondition } from './verdict.ts';

export interface Forbidden {
  /** The namespace; with `*` at the end, all that begin so. */
  readonly xmlns: string;
  /** Where it is defined. */
  readonly source: string;
  /** The setting that refuses it; without one no policy can allow it. */
  readonly setting?: string;
  readonly condition: ErrorCondition;
}

const TRANSFER = '/features/directTransfer';
const CALLS = '/features/calls';
const SCREEN = '/features/screenSharing';

type Row = readonly [xmlns: string, source: string, condition: ErrorCondition, setting?: string];

const ROWS: readonly Row[] = [
  // Calls and everything that goes with Jingle: session, contents, transports, invitations.
  ['urn:xmpp:jingle*', 'XEP-0166 167 176 177 234 260 261 353 371', 'service-unavailable', CALLS],
  ['urn:xmpp:call-invites:*', 'XEP-0482', 'service-unavailable', CALLS],
  ['urn:xmpp:extdisco:*', 'XEP-0215', 'service-unavailable', CALLS],
  ['http://jabber.org/protocol/jinglenodes*', 'XEP-0278', 'service-unavailable', CALLS],
  ['http://jabber.org/protocol/muji', 'XEP-0272', 'service-unavailable', CALLS],
  ['http://telepathy.freedesktop.org/muji', 'XEP-0272', 'service-unavailable', CALLS],
  ['http://www.google.com/session*', 'Jingle before XEP-0166', 'service-unavailable', CALLS],
  ['http://www.google.com/transport*', 'Jingle before XEP-0166', 'service-unavailable', CALLS],
  ['google:jingleinfo', 'Jingle before XEP-0166', 'service-unavailable', CALLS],
  ['urn:ietf:params:xml:ns:conference-info', 'XEP-0298', 'service-unavailable', CALLS],
  ['urn:xmpp:rayo:*', 'XEP-0327', 'service-unavailable', CALLS],
  // Files and streams between clients.
  ['http://jabber.org/protocol/si*', 'XEP-0095 96 137', 'service-unavailable', TRANSFER],
  ['http://jabber.org/protocol/bytestreams*', 'XEP-0065', 'service-unavailable', TRANSFER],
  ['http://jabber.org/protocol/ibb*', 'XEP-0047', 'service-unavailable', TRANSFER],
  ['http://jabber.org/protocol/feature-neg', 'XEP-0020', 'service-unavailable', TRANSFER],
  ['urn:xmpp:fileshare*', 'XEP-0214', 'service-unavailable', TRANSFER],
  ['urn:xmpp:http', 'XEP-0332', 'service-unavailable', TRANSFER],
  // Files and pictures by reference, but for the approved gate.
  ['jabber:iq:oob', 'XEP-0066', 'not-allowed'],
  ['jabber:x:oob', 'XEP-0066', 'not-allowed'],
  ['urn:xmpp:sfs:*', 'XEP-0447', 'policy-violation', '/files'],
  ['urn:xmpp:http:upload*', 'XEP-0363', 'policy-violation', '/files'],
  ['http://jabber.org/protocol/url-data', 'XEP-0103', 'policy-violation', '/files'],
  ['urn:xmpp:reference:0', 'XEP-0372', 'not-allowed'],
  ['urn:xmpp:sims:*', 'XEP-0385', 'not-allowed'],
  ['urn:xmpp:bob*', 'XEP-0231', 'not-allowed'],
  ['urn:xmpp:stickers:*', 'XEP-0449', 'not-allowed'],
  ['urn:xmpp:media-element', 'XEP-0221', 'not-allowed'],
  ['urn:xmpp:thumbs:*', 'XEP-0264', 'not-allowed'],
  ['urn:xmpp:avatar:*', 'XEP-0084', 'not-allowed'],
  ['urn:xmpp:captcha', 'XEP-0158', 'not-allowed'],
  ['http://jabber.org/protocol/xhtml-im', 'XEP-0071', 'not-allowed'],
  ['http://www.w3.org/1999/xhtml', 'XEP-0071', 'not-allowed'],
  // Control of this or another machine, and trust that someone else hands out.
  ['http://jabber.org/protocol/commands', 'XEP-0050', 'not-allowed'],
  ['http://jabber.org/protocol/rc', 'XEP-0146', 'not-allowed', SCREEN],
  ['http://jabber.org/protocol/vnc', 'screen sharing', 'service-unavailable', SCREEN],
  ['jabber:iq:rpc', 'XEP-0009', 'not-allowed'],
  ['http://jabber.org/protocol/soap*', 'XEP-0072', 'not-allowed'],
  ['urn:xmpp:iot:*', 'XEP-0325', 'not-allowed'],
  ['jabber:iq:register', 'XEP-0077', 'not-allowed'],
  ['jabber:iq:gateway', 'XEP-0100', 'not-allowed'],
  ['jabber:iq:auth', 'XEP-0078', 'not-allowed'],
  ['http://jabber.org/protocol/http-auth', 'XEP-0070', 'not-allowed'],
  ['http://jabber.org/protocol/rosterx', 'XEP-0144', 'not-allowed'],
  ['jabber:x:roster', 'XEP-0093', 'not-allowed'],
  ['urn:xmpp:tmp:roster-management:0', 'XEP-0321', 'not-allowed'],
  ['urn:xmpp:delegation:*', 'XEP-0355', 'not-allowed'],
  ['urn:xmpp:privilege:*', 'XEP-0356', 'not-allowed'],
  // Data beside the conversation.
  ['http://jabber.org/protocol/pubsub*', 'XEP-0060 163', 'service-unavailable', '/features/pubsub'],
  ['http://jabber.org/protocol/geoloc*', 'XEP-0080', 'policy-violation', '/features/location'],
  ['http://jabber.org/protocol/swb', 'XEP-0113', 'service-unavailable', '/features/whiteboard'],
  ['http://www.w3.org/2000/svg', 'XEP-0113', 'service-unavailable', '/features/whiteboard'],
  ['urn:xmpp:sxe*', 'XEP-0284', 'service-unavailable', '/features/whiteboard'],
];

export const FORBIDDEN: readonly Forbidden[] = ROWS.map(([xmlns, source, condition, setting]) => ({
  xmlns,
  source,
  condition,
  ...(setting === undefined ? {} : { setting }),
}));

const EXACT = new Map(FORBIDDEN.filter(({ xmlns }) => !xmlns.endsWith('*')).map((row) => [row.xmlns, row]));
const PREFIXES = FORBIDDEN.filter(({ xmlns }) => xmlns.endsWith('*')).map(
  (row) => [row.xmlns.slice(0, -1), row] as const,
);

/** The row that condemns a stanza with a payload of this namespace. */
export function forbiddenBy(xmlns: string): Forbidden | undefined {
  const exact = EXACT.get(xmlns);
  if (exact !== undefined) return exact;
  for (const [prefix, row] of PREFIXES) if (xmlns.startsWith(prefix)) return row;
  return undefined;
}
