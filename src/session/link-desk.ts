import type { LinkState } from '../shared/chat-model.ts';
import type { LinkQuality, XmppClient } from '../xmpp/index.ts';

/** The meter moves at most so often; what is slow or not is told at once. */
const METER_INTERVAL_MS = 5_000;

export interface LinkDeskOptions {
  /** Tells the server whether somebody looks (XEP-0352). */
  readonly clientState: Pick<XmppClient['extensions']['clientState'], 'set'>;
  readonly show: (link: LinkState) => void;
  /** Milliseconds of a clock that is never set. */
  readonly now: () => number;
}

/** The link as the window shows it, and what follows for the server: over a slow one presence can wait, as when nobody looks. */
export class LinkDesk {
  readonly #options: LinkDeskOptions;
  #link: LinkState = { kind: 'offline' };
  #attentive = true;
  #slow = false;
  #shownAt = Number.NEGATIVE_INFINITY;

  constructor(options: LinkDeskOptions) {
    this.#options = options;
  }

  get link(): LinkState {
    return this.#link;
  }

  /** What the connector says. A link that came back was not measured yet; until it is, it counts as it did before. */
  set(link: LinkState): void {
    this.#link = link;
    this.#shownAt = Number.NEGATIVE_INFINITY;
    this.#options.show(link);
  }

  /** A round trip was measured. */
  measured({ roundTrip, slow }: LinkQuality): void {
    if (this.#link.kind !== 'online') return;
    const now = this.#options.now();
    const changed = slow !== this.#slow;
    this.#slow = slow;
    if (changed) this.#tell();
    if (!changed && now - this.#shownAt < METER_INTERVAL_MS) return;
    this.#shownAt = now;
    this.#link = { kind: 'online', roundTripMs: Math.max(1, Math.round(roundTrip)), slow };
    this.#options.show(this.#link);
  }

  /** Whether a window of this user is in sight. */
  attend(attentive: boolean): void {
    this.#attentive = attentive;
    this.#tell();
  }

  #tell(): void {
    this.#options.clientState.set(this.#attentive && !this.#slow);
  }
}
