/**
 * Which events mean that somebody claims to be somebody else: a machine, a person, a server. They are an alarm of their own
 * and not counted with the failures that a mistyped setting or an old key makes.
 */

type Line = Readonly<Record<string, unknown>>;

/**
 * `lock.refused`: whoever knows the name of a machine and not its key. A proof that was recorded earlier, or made for
 * another TLS connection (a relay), is a wrong proof as well: nonces and channel binding are in it.
 */
export const LOCK_REASONS = ['wrong-proof'] as const;

/** `sign-in.refused`: a card that is not the account's, in the words of both servers. */
export const SIGN_IN_REASONS = [
  'its identities lead to different accounts',
  'asks for another address',
  'more than one UPN',
  'more than one xmppAddr',
  'more than one subjectKeyIdentifier',
  'it has several UPNs',
  'it has several xmppAddrs',
  'it has several subjectKeyIdentifiers',
  "signed in without the card's account",
] as const;

/** `connection` of a client: a server that holds a certificate for the name, and not the key or the secret of ours. */
export const CONNECTION_CODES = ['LOCK_SERVER_PROOF_WRONG', 'TLS_PIN_MISMATCH'] as const;

/** `stanza-refused` of a client, on the way in: what only the server, or a room, may say, from somebody else. */
export const GUARD_REASONS = [
  'groupchat-sender',
  'occupant-id',
  'roster-sender',
  'blocklist-sender',
  'directory-sender',
  'carbon-sender',
  'archive-sender',
  'pubsub-sender',
] as const;

const has = (words: readonly string[], value: unknown): boolean =>
  typeof value === 'string' && words.includes(value);

/** @param line an event of a server, of this console, or of a client */
export function isImpersonation({ event, reason, detail }: Line): boolean {
  const more: Line = typeof detail === 'object' && detail !== null ? (detail as Line) : {};
  switch (event) {
    case 'lock.refused':
      return has(LOCK_REASONS, reason);
    case 'sign-in.refused':
      return has(SIGN_IN_REASONS, reason);
    case 'connection':
      return has(CONNECTION_CODES, more.code);
    case 'stanza-refused':
      return more.direction === 'in' && has(GUARD_REASONS, more.reason);
    default:
      return false;
  }
}
