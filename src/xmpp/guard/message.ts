/** The guard's rules for messages, beyond what may be in them. */
import { TEMPLATE_FORM_TYPE } from '../../shared/message-templates.ts';
import { NS } from '../namespaces.ts';
import { childOf, childText, type Element, elementsOf } from '../xml.ts';
import { isAcknowledgement, mayAcknowledge } from './acknowledgements.ts';
import { isOwnAction } from './actions.ts';
import type { Address, GuardConfig } from './config.ts';
import { type FeedPayloads, isFeedEvent, isFeedService, withoutSecrets } from './feeds.ts';
import { isGateFile } from './files.ts';
import { type Forwarded, forwardedBy } from './forwarded.ts';
import { judgeLabel } from './labels.ts';
import { isPersonFeedEvent, PERSON_FEED_PAYLOADS } from './person-feeds.ts';
import { withoutForgeries } from './provenance.ts';
import { judgeEvent } from './pubsub.ts';
import { screen } from './screen.ts';
import { copyWith } from './shape.ts';
import { ALLOW, type Direction, type GuardReason, type Refusal, refuse, type Verdict } from './verdict.ts';
import { judgeBoard } from './whiteboard.ts';

const TYPES: ReadonlySet<string> = new Set(['chat', 'normal', 'groupchat', 'headline', 'error']);

/** A message that passes, and why it is not the one that came. */
interface Passed {
  readonly message: Element;
  readonly reason?: GuardReason | undefined;
}

export function guardMessage(
  direction: Direction,
  stanza: Element,
  peer: Address | undefined,
  config: GuardConfig,
): Verdict {
  if (direction === 'in' && isFeedService(peer)) return guardFeedMessage(stanza, config.feedPayloads, config);
  if (direction === 'in' && isPersonFeedEvent(stanza, peer, config))
    return guardFeedMessage(stanza, PERSON_FEED_PAYLOADS, config);
  const refusal = checkSender(direction, stanza, peer);
  if (refusal !== undefined) return refusal;
  const { payloads } = config;
  if (stanza.attrs.type === 'error') return screen(direction, stanza, payloads.messageError[direction], true);
  const forwarded = direction === 'in' ? forwardedBy(stanza, peer, config) : undefined;
  if (forwarded !== undefined && 'action' in forwarded) return forwarded;
  const screened = screen(direction, stanza, payloads.message[direction], false);
  if (screened.action === 'refuse') return screened;
  const message = screened.action === 'rewrite' ? screened.stanza : stanza;
  const passed =
    forwarded === undefined
      ? judgeContent(direction, message, peer, config)
      : judgeForwarded(message, forwarded, peer, config);
  if ('action' in passed) return passed;
  if (passed.message === stanza) return ALLOW;
  const reason = passed.reason ?? (screened.action === 'rewrite' ? screened.reason : 'payload');
  return { action: 'rewrite', reason, stanza: passed.message };
}

/** A feed tells of events (XEP-0060 7.1.2) and says nothing else. */
function guardFeedMessage(stanza: Element, feeds: FeedPayloads, { payloads, labels }: GuardConfig): Verdict {
  if (stanza.attrs.type === 'error') return screen('in', stanza, payloads.messageError.in, true);
  const screened = screen('in', stanza, feeds.message, true);
  if (screened.action === 'refuse') return screened;
  const passed = screened.action === 'rewrite' ? screened.stanza : stanza;
  if (!isFeedEvent(passed)) return refuse('domain');
  const readable = withoutSecrets(passed, labels);
  return readable === passed ? screened : { action: 'rewrite', reason: 'label', stanza: readable };
}

function checkSender(direction: Direction, stanza: Element, peer: Address | undefined): Refusal | undefined {
  const type = stanza.attrs.type ?? 'normal';
  if (!TYPES.has(type)) return refuse('type');
  if (direction === 'out' && peer === undefined) return refuse('address');
  if (peer?.service !== undefined) return refuse('domain');
  if (type === 'groupchat' && peer?.room !== true) return refuse('groupchat-sender');
  // XEP-0045 7.5: who it is only the room knows. Of whatever type: a headline or an error reads like the room's own word,
  // and only one occupant would read it. The room itself answers under its bare address.
  if (peer?.room === true && peer.resource !== undefined && type !== 'groupchat') {
    return refuse('private-message');
  }
  // What is said to a room is said to all of it.
  if (direction === 'out' && type === 'groupchat' && peer?.resource !== undefined)
    return refuse('private-message');
  return undefined;
}

/** Forgeries out; then invitations, files and the label. */
function judgeContent(
  direction: Direction,
  message: Element,
  peer: Address | undefined,
  config: GuardConfig,
): Passed | Refusal {
  const honest = direction === 'in' ? withoutForgeries(message, peer, config) : { message };
  const refusal =
    judgeInvitations(direction, honest.message, peer, config) ??
    judgeFiles(honest.message, config) ??
    judgeForm(direction, honest.message, config) ??
    judgeBoard(direction, honest.message, peer) ??
    judgeEvent(honest.message, peer, config) ??
    judgeAcknowledgement(direction, honest.message, peer);
  if (refusal !== undefined) return refusal;
  if (direction === 'out' && !isOwnAction(honest.message, config)) return refuse('message-action');
  const labelled = judgeLabel(direction, honest.message, peer, config.labels);
  if ('action' in labelled) return labelled;
  if (labelled !== honest.message) return { message: labelled, reason: 'label-required' };
  return honest;
}

function judgeForwarded(
  message: Element,
  { peer }: Forwarded,
  wrapperPeer: Address | undefined,
  config: GuardConfig,
): Passed | Refusal {
  const inner = forwardedIn(message);
  if (inner === undefined) return refuse('carbon-content');
  // Beside a message that is forwarded there is nothing to be said.
  const outer = judgeContent('in', message, wrapperPeer, config);
  if ('action' in outer) return outer;
  const judged = judgeContent('in', inner, peer, config);
  if ('action' in judged) return judged;
  if (judged.message === inner) return outer;
  const copy = copyWith(message, (child) => (child === inner ? judged.message : child));
  return { message: copy, reason: judged.reason };
}

/** The message in a message, after screening. */
function forwardedIn(message: Element): Element | undefined {
  for (const wrapper of elementsOf(message)) {
    const forwarded = childOf(wrapper, 'forwarded', NS.forward);
    const inner = forwarded === undefined ? undefined : childOf(forwarded, 'message', NS.client);
    if (inner !== undefined) return inner;
  }
  return undefined;
}

function judgeFiles(message: Element, { policy }: GuardConfig): Refusal | undefined {
  const sharing = elementsOf(message).filter((child) => child.is('file-sharing', NS.fileSharing));
  const [file] = sharing;
  if (file === undefined) return undefined;
  if (sharing.length > 1 || policy.fileGate === undefined || !isGateFile(file, policy.fileGate)) {
    return refuse('file');
  }
  return undefined;
}

/** What comes in loses it where it may not be (`provenance.ts`). */
function judgeAcknowledgement(
  direction: Direction,
  message: Element,
  peer: Address | undefined,
): Refusal | undefined {
  if (direction === 'in' || !elementsOf(message).some(isAcknowledgement)) return undefined;
  return mayAcknowledge(direction, message, peer) ? undefined : refuse('acknowledgement');
}

/** One form a message; what goes out is of one of the policy's templates (/templates). */
function judgeForm(direction: Direction, message: Element, { policy }: GuardConfig): Refusal | undefined {
  const forms = elementsOf(message).filter((child) => child.is('x', NS.dataForms));
  const [form] = forms;
  if (form === undefined) return undefined;
  if (forms.length > 1) return refuse('form');
  if (direction === 'in') return undefined;
  const types = elementsOf(form).filter((field) => field.attrs.var === 'FORM_TYPE');
  const value = types[0] === undefined ? undefined : childText(types[0], 'value', NS.dataForms);
  const known = policy.templates.some(({ id }) => value === `${TEMPLATE_FORM_TYPE}${id}`);
  return types.length === 1 && known ? undefined : refuse('form');
}

/** Invitations lead into rooms of approved services only, and come and go only where the policy has them. */
function judgeInvitations(
  direction: Direction,
  message: Element,
  peer: Address | undefined,
  config: GuardConfig,
): Refusal | undefined {
  for (const child of message.children) {
    if (typeof child === 'string' || child.name !== 'x') continue;
    const refusal = child.is('x', NS.conference)
      ? judgeDirect(child, config)
      : judgeMediated(direction, child, peer, config);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

/** XEP-0249. */
function judgeDirect(invitation: Element, { policy, resolve }: GuardConfig): Refusal | undefined {
  if (!policy.rooms.invite) return refuse('room-invite');
  const room = resolve(invitation.attrs.jid ?? '');
  if (room?.room !== true || room.local === undefined || room.resource !== undefined) return refuse('domain');
  return undefined;
}

/** XEP-0045 7.8.2: the room passes it on. Whoever is invited, or invites, is of the own domain or a partner. */
function judgeMediated(
  direction: Direction,
  user: Element,
  peer: Address | undefined,
  { policy, resolve }: GuardConfig,
): Refusal | undefined {
  const invitations = elementsOf(user).filter(({ name }) => name === 'invite' || name === 'decline');
  if (invitations.length === 0) return undefined;
  if (peer?.room !== true) return refuse('room-invite');
  for (const invitation of invitations) {
    if (invitation.name === 'invite' && !policy.rooms.invite) return refuse('room-invite');
    const named = direction === 'out' ? invitation.attrs.to : (invitation.attrs.from ?? peer.bare);
    const other = resolve(named ?? '');
    if (other === undefined) return refuse('address');
    const member = other.own || other.partner || (direction === 'in' && other.bare === peer.bare);
    if (!member) return refuse('domain');
  }
  return undefined;
}
