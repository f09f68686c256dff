/** The way from an open channel to a session, in the one order there is: lock, SASL, resume or bind. */
import { AppError } from '../../shared/errors.ts';
import { type FullJid, parseJid } from '../../shared/jid.ts';
import type { PasswordSignIn, XmppSession } from '../api.ts';
import { NS } from '../namespaces.ts';
import type { XmppStream } from '../stream/stream.ts';
import type { StreamManagement, Unacknowledged } from '../xep-0198-stream-management/stream-management.ts';
import { childOf, type Element } from '../xml.ts';
import { openForFeatures } from './features.ts';
import { type LockStepOptions, passLock } from './lock.ts';
import { signIn } from './sasl-external.ts';
import { signInWithPassword } from './sasl-password.ts';
import { bindElement, bindResource, enableManagement, resumeSession } from './session.ts';

export interface NegotiationOptions {
  readonly stream: XmppStream;
  readonly lock: LockStepOptions;
  /** Absent: SASL EXTERNAL. */
  readonly password?: PasswordSignIn | undefined;
  readonly resource: string;
  readonly management: StreamManagement;
  /** The session that may go on; the server may forget it any time. */
  readonly formerJid: FullJid | undefined;
  /** Whose client this is, for the guard: nobody's while a resource is being bound, the bound address after. */
  onIdentity(jid: FullJid | undefined): void;
  /** The step was passed. */
  onStep(step: 'lock' | 'sasl' | 'bind'): void;
  /** The server handled these stanzas of the former session. */
  onAcknowledged(entries: readonly Unacknowledged[]): void;
}

export interface Negotiated {
  readonly jid: FullJid;
  readonly resumed: boolean;
  readonly lock: XmppSession['lock'];
  /** The stream's, after sign-in. */
  readonly features: Element;
  /** Of the former session, never acknowledged; the caller's to send again. Empty when it was resumed. */
  readonly unacknowledged: readonly Unacknowledged[];
  /** Came before stream management stood. */
  readonly early: readonly Element[];
}

export async function negotiate(options: NegotiationOptions): Promise<Negotiated> {
  const { stream, management, formerJid } = options;
  const verified = await passLock(stream, await openForFeatures(stream, false), options.lock);
  const { binding, epoch, supersededEpochs } = verified;
  const lock = { binding, epoch, supersededEpochs };
  options.onStep('lock');
  await authenticate(options);
  options.onStep('sasl');
  if (management.resumable && formerJid !== undefined) {
    const features = await openForFeatures(stream, true, [management.resumeElement()]);
    if (childOf(features, 'sm', NS.streamManagement) === undefined) {
      // A server that has lost XEP-0198 takes the question for an error; the next connection must not ask again.
      management.forgetSession();
      throw new AppError('STREAM_CLOSED');
    }
    const outcome = await resumeSession(stream, management);
    options.onAcknowledged(outcome.acknowledged);
    if (!outcome.resumed) {
      options.onIdentity(undefined);
      stream.send(bindElement(options.resource));
      return bound(options, lock, features);
    }
    options.onStep('bind');
    return { jid: formerJid, resumed: true, lock, features, unacknowledged: [], early: [] };
  }
  options.onIdentity(undefined);
  return bound(options, lock, await openForFeatures(stream, true, [bindElement(options.resource)]));
}

/** RFC 6120 6.4.1: a mechanism is chosen from those that were offered, so nothing leaves ahead here. */
async function authenticate({ stream, password, lock }: NegotiationOptions): Promise<void> {
  const offer = await openForFeatures(stream, false);
  const { channel, crypto } = lock;
  if (password === undefined) await signIn(stream, offer);
  else await signInWithPassword(stream, offer, { ...password, channel, crypto });
}

/** A resource was asked for; what follows makes a session of it. */
async function bound(
  options: NegotiationOptions,
  lock: XmppSession['lock'],
  features: Element,
): Promise<Negotiated> {
  const { stream, management, password } = options;
  if (childOf(features, 'bind', NS.bind) === undefined) {
    throw new AppError('BIND_FAILED', { condition: 'not-offered' });
  }
  const jid = await bindResource(stream, options.lock.domain);
  // A password belongs to one account; a card's account is the server's to tell.
  if (password !== undefined && parseJid(jid)?.local !== password.username) {
    throw new AppError('BIND_FAILED', { condition: 'address' });
  }
  options.onIdentity(jid);
  options.onStep('bind');
  const unacknowledged = management.takeUnacknowledged();
  const managed = childOf(features, 'sm', NS.streamManagement) !== undefined;
  const early = managed ? await enableManagement(stream, management) : [];
  return { jid, resumed: false, lock, features, unacknowledged, early };
}
