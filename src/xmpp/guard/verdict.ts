/** What the guard says. */
import type { Element } from '../xml.ts';

export type Direction = 'in' | 'out';

/** Stanza error conditions (RFC 6120 8.3.3) that refusals are answered with. */
export type ErrorCondition =
  | 'bad-request'
  | 'jid-malformed'
  | 'not-acceptable'
  | 'not-allowed'
  | 'policy-violation'
  | 'service-unavailable';

export type GuardReason =
  | 'kind'
  | 'limit'
  | 'type'
  | 'address'
  | 'domain'
  | 'wrong-recipient'
  | 'groupchat-sender'
  | 'private-message'
  | 'forbidden-namespace'
  | 'payload'
  | 'subscription'
  | 'room-create'
  | 'room-invite'
  | 'file'
  | 'label'
  | 'label-required'
  | 'stanza-id'
  | 'delay'
  | 'occupant-id'
  | 'message-action'
  | 'acknowledgement'
  | 'roster-sender'
  | 'blocklist-sender'
  | 'blocklist'
  | 'directory-sender'
  | 'form'
  | 'whiteboard'
  | 'carbon-sender'
  | 'carbon-content'
  | 'archive-sender'
  | 'archive-content'
  | 'pubsub-sender'
  | 'command-sender'
  | 'feed';

const CONDITIONS: Readonly<Record<GuardReason, ErrorCondition>> = {
  kind: 'bad-request',
  limit: 'not-acceptable',
  type: 'bad-request',
  address: 'jid-malformed',
  domain: 'not-allowed',
  'wrong-recipient': 'bad-request',
  'groupchat-sender': 'not-allowed',
  'private-message': 'not-allowed',
  'forbidden-namespace': 'service-unavailable',
  payload: 'service-unavailable',
  subscription: 'not-allowed',
  'room-create': 'not-allowed',
  'room-invite': 'not-allowed',
  file: 'policy-violation',
  label: 'policy-violation',
  'label-required': 'policy-violation',
  'stanza-id': 'not-acceptable',
  delay: 'not-acceptable',
  'occupant-id': 'not-acceptable',
  'message-action': 'not-acceptable',
  acknowledgement: 'not-acceptable',
  'roster-sender': 'not-allowed',
  'blocklist-sender': 'not-allowed',
  blocklist: 'not-allowed',
  'directory-sender': 'not-allowed',
  form: 'policy-violation',
  whiteboard: 'policy-violation',
  'carbon-sender': 'not-allowed',
  'carbon-content': 'not-acceptable',
  'archive-sender': 'not-allowed',
  'archive-content': 'not-acceptable',
  'pubsub-sender': 'not-allowed',
  'command-sender': 'not-allowed',
  feed: 'not-allowed',
};

export interface Refusal {
  readonly action: 'refuse';
  readonly reason: GuardReason;
  readonly condition: ErrorCondition;
  /** An approved sender is owed an error: it was an iq-get or iq-set (RFC 6120 8.4), or a message from a person. */
  readonly answer: boolean;
}

export type Verdict =
  | { readonly action: 'allow' }
  /** `stanza` passes in place of what came, which stays as it was. */
  | { readonly action: 'rewrite'; readonly stanza: Element; readonly reason: GuardReason }
  | Refusal;

export const ALLOW: Verdict = { action: 'allow' };

export function refuse(reason: GuardReason, condition = CONDITIONS[reason]): Refusal {
  return { action: 'refuse', reason, condition, answer: false };
}
