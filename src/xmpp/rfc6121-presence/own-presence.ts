/**
 * The own presence over sessions (RFC 6121 4.2): sent with each new one, and again when the user changes it.
 *
 * With a new session it follows the request for the contact list at a small distance. A server that has both before it when it
 * begins writes the list only when it is through with the presence of thousands, and until then neither the network nor this
 * computer has anything to do.
 */
import type { OwnAvailability } from '../api.ts';
import type { Element } from '../xml.ts';
import { buildPresence } from './presence.ts';

/** The distance where nothing of the list has come yet: a round trip of two seconds is not waited for. */
const DISTANCE_MS = 250;

export interface OwnPresenceOptions {
  send(stanza: Element): void;
  caps(): Element;
}

/** The stream of a session, as far as it matters here. */
export interface PresenceStream {
  readonly ended: boolean;
  /** Calls back when the next bytes have come and have been read. */
  onceReceived(callback: () => void): void;
}

export class OwnPresence {
  readonly #options: OwnPresenceOptions;
  #availability: OwnAvailability = 'available';
  #status = '';
  /** Not sent yet since it was changed. */
  #changed = false;
  /** What is sent waits for this. */
  #announcement: (() => void) | undefined;

  constructor(options: OwnPresenceOptions) {
    this.#options = options;
  }

  /** Changes it; without a session it is sent with the next. */
  set(availability: OwnAvailability, status: string, online: boolean): void {
    this.#availability = availability;
    this.#status = status;
    this.#changed = true;
    if (online && this.#announcement === undefined) this.#send();
  }

  /** A session goes on: what was changed meanwhile is sent. */
  onResumed(): void {
    if (this.#changed) this.#send();
  }

  /**
   * A new session has asked for its contact list. Resolves when the presence is sent, or the stream has ended: what must not
   * miss a message, like asking the archive for those before, comes after that.
   */
  announce(stream: PresenceStream): Promise<void> {
    return new Promise((resolve) => {
      const announce = (): void => {
        if (this.#announcement !== announce) return;
        this.#announcement = undefined;
        clearTimeout(timer);
        if (!stream.ended) this.#send();
        resolve();
      };
      const timer = setTimeout(announce, DISTANCE_MS);
      this.#announcement?.();
      // Should the stream end before, whoever resumes the session sends it.
      this.#changed = true;
      this.#announcement = announce;
      stream.onceReceived(announce);
    });
  }

  #send(): void {
    this.#changed = false;
    this.#options.send(buildPresence(this.#availability, this.#status, this.#options.caps()));
  }
}
