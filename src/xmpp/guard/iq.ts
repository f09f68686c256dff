/** The guard's rules for queries and their answers (RFC 6120 8.2.3), beyond what may be in them. */
import { NS } from '../namespaces.ts';
import { childOf, type Element, elementsOf, textOf } from '../xml.ts';
import { judgeCommand, offersCommands } from './commands.ts';
import { type Address, type GuardConfig, isOwnAccount } from './config.ts';
import { type FeedPayloads, isFeedService, judgeFeedQuestion, withoutSecrets } from './feeds.ts';
import { isGateRequest, isGateSlot } from './files.ts';
import { isPersonFeedQuery, judgePersonFeed, PERSON_FEED_PAYLOADS } from './person-feeds.ts';
import { judgePubsub } from './pubsub.ts';
import { isRoomsAnswer, judgeItemList, judgeRoomAdmin, judgeRoomOwner } from './rooms.ts';
import { screen } from './screen.ts';
import { type Direction, type Refusal, refuse, type Verdict } from './verdict.ts';

export function guardIq(
  direction: Direction,
  stanza: Element,
  peer: Address | undefined,
  config: GuardConfig,
): Verdict {
  const { type, id } = stanza.attrs;
  if (id === undefined || id === '') return refuse('type');
  switch (type) {
    case 'get':
    case 'set':
      return guardQuery(direction, type, stanza, peer, config);
    case 'result':
      return guardResult(direction, stanza, peer, config);
    case 'error':
      return screen(direction, stanza, config.payloads.error[direction], true);
    default:
      return refuse('type');
  }
}

function guardQuery(
  direction: Direction,
  type: 'get' | 'set',
  stanza: Element,
  peer: Address | undefined,
  config: GuardConfig,
): Verdict {
  const [payload, second] = elementsOf(stanza);
  // RFC 6121 2.1.6: a roster push from anyone else is an attempt to write into the contact list.
  if (direction === 'in' && payload?.is('query', NS.roster) === true) {
    if (type !== 'set' || !isOwnAccount(peer, config)) return refuse('roster-sender');
  }
  // XEP-0191 4: the same holds for whom the server keeps away.
  if (direction === 'in' && payload?.getNS() === NS.blocking && !isOwnAccount(peer, config)) {
    return refuse('blocklist-sender');
  }
  const feeds = direction === 'out' ? feedTable(payload, peer, config) : undefined;
  const screened = screen(direction, stanza, feeds?.[type] ?? config.payloads[type][direction], false);
  if (screened.action === 'refuse') return screened;
  // RFC 6120 8.2.3: exactly one, and one that is in the table: else it would be gone now.
  const passed = screened.action === 'rewrite' ? screened.stanza : stanza;
  const [kept] = elementsOf(passed);
  if (payload === undefined || second !== undefined || kept === undefined) return refuse('payload');
  return (direction === 'out' ? judgeQuestion(kept, type, peer, config) : undefined) ?? screened;
}

/** The table of feeds, of services or of people, where a `<pubsub/>` is about them. */
function feedTable(
  payload: Element | undefined,
  peer: Address | undefined,
  config: GuardConfig,
): FeedPayloads | undefined {
  if (isFeedService(peer)) return config.feedPayloads;
  return isPersonFeedQuery(payload, peer, config) ? PERSON_FEED_PAYLOADS : undefined;
}

/** Which questions go to whom: what is the server's business is asked of nobody else. */
function judgeQuestion(
  payload: Element,
  type: string,
  peer: Address | undefined,
  config: GuardConfig,
): Refusal | undefined {
  switch (payload.getNS()) {
    case NS.discoInfo:
    case NS.ping:
      return undefined;
    case NS.upload:
      return judgeSlotRequest(payload, peer, config);
    case NS.mucOwner:
      return judgeRoomOwner(payload, type, peer, config);
    case NS.mucAdmin:
      return judgeRoomAdmin(payload, type, peer, config);
    case NS.discoItems:
      return judgeItemList(payload, peer, config);
    case NS.commands:
      return judgeCommand(payload, peer);
    case NS.pubsub:
      if (isFeedService(peer)) return judgeFeedQuestion(payload, config);
      return isPersonFeedQuery(payload, peer, config)
        ? judgePersonFeed(payload, peer, config)
        : judgePubsub(payload, type, peer, config);
    case NS.register:
      return isOwnPassword(payload, peer, config) ? undefined : refuse('forbidden-namespace', 'not-allowed');
    case NS.moderation:
      return isRoomItself(peer) ? undefined : refuse('message-action');
    case NS.archive:
      return isOwnAccount(peer, config) || isRoomItself(peer) ? undefined : refuse('archive-sender');
    case NS.search:
      return peer?.service === 'directory' ? undefined : refuse('directory-sender');
    case NS.vcard:
      return isPerson(peer) ? undefined : refuse('directory-sender');
    case NS.blocking:
      if (!isOwnAccount(peer, config)) return refuse('blocklist-sender');
      return payload.name === 'block' && !isPeople(payload, config) ? refuse('blocklist') : undefined;
    case NS.roster:
      if (type === 'set' && !isApprovedRoster(payload, config)) return refuse('domain');
      return isOwnAccount(peer, config) ? undefined : refuse('roster-sender');
    default:
      return isOwnAccount(peer, config) ? undefined : refuse('payload');
  }
}

function isRoomItself(peer: Address | undefined): boolean {
  return peer?.room === true && peer.resource === undefined && peer.local !== undefined;
}

function judgeSlotRequest(
  request: Element,
  peer: Address | undefined,
  { policy }: GuardConfig,
): Refusal | undefined {
  const passes =
    policy.fileGate !== undefined && peer?.service === 'upload' && isGateRequest(request, policy.fileGate);
  return passes ? undefined : refuse('file');
}

/** XEP-0077 3.3: asked of the own server, for the own account, with nothing else in it. */
function isOwnPassword(query: Element, peer: Address | undefined, { domain, account }: GuardConfig): boolean {
  const [username, password, third] = elementsOf(query);
  return (
    peer?.bare === domain &&
    peer.resource === undefined &&
    account !== undefined &&
    third === undefined &&
    username?.name === 'username' &&
    `${textOf(username)}@${domain}` === account &&
    password?.name === 'password' &&
    textOf(password) !== ''
  );
}

/** Whose card may be asked for and answered: a person's; without an address it is the own. */
function isPerson(peer: Address | undefined): boolean {
  if (peer === undefined) return true;
  return (peer.own || peer.partner) && peer.local !== undefined && peer.resource === undefined;
}

/** Who is kept away is a person, and another one: a server, a room or the own account would take the session along. */
function isPeople(block: Element, { resolve, account }: GuardConfig): boolean {
  const items = elementsOf(block);
  return (
    items.length > 0 &&
    items.every((item) => {
      const person = resolve(item.attrs.jid ?? '');
      const isPerson = person?.local !== undefined && person.resource === undefined && !person.room;
      return isPerson && person.bare !== account;
    })
  );
}

function isApprovedRoster(query: Element, config: GuardConfig): boolean {
  return elementsOf(query).every((item) => {
    const contact = config.resolve(item.attrs.jid ?? '');
    return (
      item.attrs.subscription === 'remove' || (contact?.approved === true && contact.service === undefined)
    );
  });
}

/** An answer is matched with its question, by id and address, before anyone looks inside. */
function guardResult(
  direction: Direction,
  stanza: Element,
  peer: Address | undefined,
  config: GuardConfig,
): Verdict {
  const feeds = direction === 'in' ? feedTable(elementsOf(stanza)[0], peer, config) : undefined;
  if (feeds !== undefined) return guardFeedResult(stanza, feeds, config);
  const screened = screen(direction, stanza, config.payloads.result[direction], false);
  if (screened.action === 'refuse' || direction === 'out') return screened;
  const passed = screened.action === 'rewrite' ? screened.stanza : stanza;
  if (!isRoomsAnswer(passed, peer)) return refuse('payload');
  if (childOf(passed, 'pubsub', NS.pubsub) !== undefined && !isOwnAccount(peer, config)) {
    return refuse('pubsub-sender');
  }
  if (childOf(passed, 'command', NS.commands) !== undefined && !offersCommands(peer)) {
    return refuse('command-sender');
  }
  const isFound = childOf(passed, 'query', NS.search) !== undefined;
  const isCard = childOf(passed, 'vCard', NS.vcard) !== undefined;
  if ((isFound && peer?.service !== 'directory') || (isCard && !isPerson(peer))) {
    return refuse('directory-sender');
  }
  const slot = childOf(passed, 'slot', NS.upload);
  if (slot !== undefined) {
    const gate = config.policy.fileGate;
    if (gate === undefined || peer?.service !== 'upload' || !isGateSlot(slot, gate)) return refuse('file');
  }
  return screened;
}

/** What people published holds whatever they like: what is not understood is taken out, also where it would be refused elsewhere. */
function guardFeedResult(stanza: Element, feeds: FeedPayloads, { labels }: GuardConfig): Verdict {
  const screened = screen('in', stanza, feeds.result, true);
  if (screened.action === 'refuse') return screened;
  const passed = screened.action === 'rewrite' ? screened.stanza : stanza;
  const readable = withoutSecrets(passed, labels);
  return readable === passed ? screened : { action: 'rewrite', reason: 'label', stanza: readable };
}
