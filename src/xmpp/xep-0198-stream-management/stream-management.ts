/**
 * XEP-0198 Stream Management, version 1.6: counters, the queue of stanzas the server has not acknowledged, resumption.
 *
 * Replaces `@xmpp/stream-management`, which trusts `h` blindly (a count beyond what was sent ends in a TypeError), forgets
 * unacknowledged stanzas when resumption fails, marks each stanza sent again as delayed, and asks for acknowledgements
 * with timers that outlive their stream. This is the state alone; timers and the stream are the client's.
 */
import { AppError } from '../../shared/errors.ts';
import { NS } from '../namespaces.ts';
import { type Element, xml } from '../xml.ts';

/** A stanza that was written and not acknowledged yet. */
export interface Unacknowledged {
  readonly stanza: Element;
  /** Id of the own message in it, for those whose fate is told to the user. */
  readonly messageId?: string;
}

/** Counters wrap at 2^32 (XEP-0198 4). */
const MODULUS = 2 ** 32;
/** An opaque SM-ID is sent back as it came, if it is not absurd. */
const MAX_ID_LENGTH = 1024;

function parseCount(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d{1,10}$/.test(text)) return undefined;
  const count = Number(text);
  return count < MODULUS ? count : undefined;
}

export class StreamManagement {
  #enabled = false;
  #id: string | undefined;
  #inbound = 0;
  /** Stanzas that the server acknowledged in this session. */
  #acknowledged = 0;
  #queue: Unacknowledged[] = [];
  /** Written since the last request for an acknowledgement. */
  #unrequested = 0;

  /** Whether stanzas are counted on the present stream. */
  get enabled(): boolean {
    return this.#enabled;
  }

  /** Whether there is a session to ask the server for. */
  get resumable(): boolean {
    return this.#id !== undefined;
  }

  get unacknowledged(): readonly Unacknowledged[] {
    return this.#queue;
  }

  get unrequested(): number {
    return this.#unrequested;
  }

  enableElement(): Element {
    return xml('enable', { xmlns: NS.streamManagement, resume: 'true' });
  }

  /** `<enabled/>` came: both counters start at zero. The queue is empty here, {@link takeUnacknowledged} came first. */
  onEnabled(element: Element): void {
    const { id, resume } = element.attrs;
    const resumable = resume === 'true' || resume === '1';
    this.#enabled = true;
    this.#id = resumable && id !== undefined && id.length <= MAX_ID_LENGTH ? id : undefined;
    this.#inbound = 0;
    this.#acknowledged = 0;
    this.#unrequested = 0;
  }

  resumeElement(): Element {
    return xml('resume', { xmlns: NS.streamManagement, h: String(this.#inbound), previd: this.#id });
  }

  /** `<resumed/>` came. Returns what it acknowledges; what stays in the queue has to be written again, in order. */
  onResumed(element: Element): readonly Unacknowledged[] {
    const acknowledged = this.#acknowledge(element);
    this.#enabled = true;
    this.#unrequested = 0;
    return acknowledged;
  }

  /** `<failed/>` came as an answer to `<resume/>`; with an `h` it says what had arrived (XEP-0198 5). */
  onResumeFailed(element: Element): readonly Unacknowledged[] {
    this.#id = undefined;
    return element.attrs.h === undefined ? [] : this.#acknowledge(element);
  }

  /** The stream is gone; the session may be resumed. */
  onStreamLost(): void {
    this.#enabled = false;
  }

  /** The server does not know the session; what it never acknowledged waits for {@link takeUnacknowledged}. */
  forgetSession(): void {
    this.#id = undefined;
  }

  /** Ends the session for good and hands over what was never acknowledged, oldest first. */
  takeUnacknowledged(): readonly Unacknowledged[] {
    const queue = this.#queue;
    this.#queue = [];
    this.#id = undefined;
    this.#enabled = false;
    return queue;
  }

  /** A stanza is about to be written for the first time in this session. */
  onSent(entry: Unacknowledged): void {
    this.#queue.push(entry);
    this.#unrequested += 1;
  }

  /** A stanza was handed over by the stream, whatever the guard said about it. */
  onReceived(): void {
    if (this.#enabled) this.#inbound = (this.#inbound + 1) % MODULUS;
  }

  requestElement(): Element {
    this.#unrequested = 0;
    return xml('r', { xmlns: NS.streamManagement });
  }

  answerElement(): Element {
    return xml('a', { xmlns: NS.streamManagement, h: String(this.#inbound) });
  }

  /** `<a/>` came. Throws STREAM_MALFORMED for a count that cannot be. */
  onAnswer(element: Element): readonly Unacknowledged[] {
    return this.#acknowledge(element);
  }

  /** Without XEP-0198: the place of what is written next, for {@link acknowledgeUpTo}. */
  mark(): number {
    this.#unrequested = 0;
    return (this.#acknowledged + this.#queue.length) % MODULUS;
  }

  /** An answered ping shows that what was written before it has arrived. */
  acknowledgeUpTo(mark: number): readonly Unacknowledged[] {
    const count = (mark - this.#acknowledged + MODULUS) % MODULUS;
    return count > this.#queue.length ? [] : this.#acknowledgeFirst(count);
  }

  #acknowledgeFirst(count: number): readonly Unacknowledged[] {
    this.#acknowledged = (this.#acknowledged + count) % MODULUS;
    return this.#queue.splice(0, count);
  }

  #acknowledge(element: Element): readonly Unacknowledged[] {
    const handled = parseCount(element.attrs.h);
    const count = handled === undefined ? undefined : (handled - this.#acknowledged + MODULUS) % MODULUS;
    if (count === undefined || count > this.#queue.length) {
      // Client and server disagree on what happened; going on with this session would only end here again.
      this.#id = undefined;
      throw new AppError('STREAM_MALFORMED', { reason: 'acknowledged count' });
    }
    return this.#acknowledgeFirst(count);
  }
}
