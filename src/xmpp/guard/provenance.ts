/**
 * What an incoming message says about its way that its sender could have made up: stanza ids (XEP-0359 6), delays
 * (XEP-0203 3) and occupant ids (XEP-0421 4). It stays only where the one that is named could have added it.
 */
import { NS } from '../namespaces.ts';
import type { Element } from '../xml.ts';
import { isAcknowledgement, mayAcknowledge } from './acknowledgements.ts';
import { countActions, isAction, isForeignAction } from './actions.ts';
import type { Address, GuardConfig } from './config.ts';
import { copyWith } from './shape.ts';
import type { GuardReason } from './verdict.ts';

/** The first thing about the message that is not to be believed. */
function doubtAbout(child: Element, peer: Address | undefined, config: GuardConfig): GuardReason | undefined {
  if (isForeignAction(child, peer, config)) return 'message-action';
  switch (child.getNS()) {
    case NS.stanzaIds:
      return child.name === 'stanza-id' && !isArchive(child.attrs.by, peer, config) ? 'stanza-id' : undefined;
    case NS.delay:
      return isWitness(child.attrs.from, peer, config) ? undefined : 'delay';
    case NS.occupantId:
      return peer?.room === true ? undefined : 'occupant-id';
    default:
      return undefined;
  }
}

/** Who gives this message its id: the room it was said in, or the own account. */
function isArchive(by: string | undefined, peer: Address | undefined, config: GuardConfig): boolean {
  const named = by === undefined ? undefined : config.resolve(by);
  if (named === undefined || named.resource !== undefined) return false;
  return named.bare === (peer?.room === true ? peer.bare : config.account);
}

/** Who can know that this message waited: the own server, the own account, the room and its service. */
function isWitness(from: string | undefined, peer: Address | undefined, config: GuardConfig): boolean {
  const named = from === undefined ? undefined : config.resolve(from);
  if (named === undefined || named.resource !== undefined) return false;
  if (named.bare === config.domain || named.bare === config.account) return true;
  return peer?.room === true && (named.bare === peer.bare || named.bare === peer.domain);
}

/** The message without what is not to be believed; itself if there is nothing of that kind. */
export function withoutForgeries(
  message: Element,
  peer: Address | undefined,
  config: GuardConfig,
): { readonly message: Element; readonly reason?: GuardReason } {
  let reason: GuardReason | undefined;
  let occupantIds = 0;
  let acknowledges = false;
  for (const child of message.children) {
    if (typeof child === 'string') continue;
    reason ??= doubtAbout(child, peer, config);
    if (child.name === 'occupant-id') occupantIds += 1;
    if (isAcknowledgement(child)) acknowledges = true;
  }
  if (reason === undefined && countActions(message) > 1) reason = 'message-action';
  // Beside a text the text counts: nobody’s words are lost because something was hung on to them.
  const isStray = acknowledges && !mayAcknowledge('in', message, peer);
  if (isStray) reason ??= 'acknowledgement';
  // A room that knows occupant ids sends one; of several nobody can tell which is the room's.
  if (occupantIds > 1) reason ??= 'occupant-id';
  if (reason === undefined) return { message };
  const copy = copyWith(message, (child) => {
    if (child.parent !== message) return child;
    if (doubtAbout(child, peer, config) !== undefined) return undefined;
    if (isAction(child) && countActions(message) > 1) return undefined;
    if (isStray && isAcknowledgement(child)) return undefined;
    return occupantIds > 1 && child.is('occupant-id', NS.occupantId) ? undefined : child;
  });
  return { message: copy, reason };
}
