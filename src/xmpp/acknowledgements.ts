/** What the server has taken over: asking for it, and what the answers say about messages and about the link. */
import { AppError } from '../shared/errors.ts';
import { LinkMeter, type LinkQuality } from './link-quality.ts';
import type { Requests } from './rfc6120-iq/requests.ts';
import type { Outbox } from './rfc6121-message/outbox.ts';
import type { XmppStream } from './stream/stream.ts';
import type { StreamManagement, Unacknowledged } from './xep-0198-stream-management/stream-management.ts';
import type { Element } from './xml.ts';

export interface AcknowledgementsOptions {
  readonly management: StreamManagement;
  readonly outbox: Outbox;
  readonly requests: Pick<Requests, 'onHandled'>;
  /** Pings the server. */
  ping(): Promise<unknown>;
  onQuality(quality: LinkQuality): void;
}

export class Acknowledgements {
  readonly #options: AcknowledgementsOptions;
  readonly #meter = new LinkMeter();

  constructor(options: AcknowledgementsOptions) {
    this.#options = options;
  }

  /** A connection that was not measured yet. */
  begin(): void {
    this.#meter.reset();
  }

  /** Asks for an acknowledgement; of a server without XEP-0198, by a ping, since it works in order (RFC 6120 10.1). */
  request(stream: XmppStream): void {
    const { management, ping } = this.#options;
    this.#meter.asked(performance.now());
    if (management.enabled) {
      stream.send(management.requestElement());
      return;
    }
    const mark = management.mark();
    const answered = (): void => {
      this.taken(management.acknowledgeUpTo(mark));
      this.#measured();
    };
    // A server that knows no ping says so, in order like any answer.
    ping().then(answered, (error: unknown) => {
      if (error instanceof AppError && error.code === 'MESSAGE_REFUSED') answered();
    });
  }

  /** `<a/>` came. Throws STREAM_MALFORMED for a count that cannot be. */
  onAnswer(element: Element): void {
    this.taken(this.#options.management.onAnswer(element));
    this.#measured();
  }

  /** The server has these stanzas. A room's message has arrived only when the room reflects it. */
  taken(entries: readonly Unacknowledged[]): void {
    const { outbox, requests } = this.#options;
    for (const { stanza, messageId } of entries) {
      if (stanza.name === 'iq' && stanza.attrs.id !== undefined) requests.onHandled(stanza.attrs.id);
      if (messageId === undefined) continue;
      if (outbox.get(messageId)?.kind === 'contact') outbox.advance(messageId, 'stored');
    }
  }

  #measured(): void {
    const quality = this.#meter.answered(performance.now());
    if (quality !== undefined) this.#options.onQuality(quality);
  }
}
