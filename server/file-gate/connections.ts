/** Who is behind a TLS connection: the certificate's identity, read once, and the account, looked up at every request. */
import type { TLSSocket } from 'node:tls';
import { type Identity, identityOf } from './identity.ts';
import { Refusal } from './refusal.ts';

export interface Person {
  /** Bare JID. */
  readonly jid: string;
  readonly identity: Identity;
}

/** The bare JID of whoever has this identity and may use the gate now. */
export type PersonLookup = (identity: Identity) => string | undefined;

interface Known {
  readonly identity: Identity | undefined;
  readonly generation: number;
}

export class Connections {
  readonly #perCard: number;
  readonly #known = new WeakMap<TLSSocket, Known>();
  /** Connections of each card, by its key. */
  readonly #open = new Map<string, number>();
  #generation = 0;

  constructor(perCard: number) {
    this.#perCard = perCard;
  }

  /** Takes a verified connection in; false when its card has too many already. */
  take(socket: TLSSocket): boolean {
    const der =
      socket.authorized && !socket.isSessionReused() ? socket.getPeerX509Certificate()?.raw : undefined;
    const identity = der === undefined ? undefined : identityOf(der);
    this.#known.set(socket, { identity, generation: this.#generation });
    // One that is none for the gate can do nothing, and has its place for moments only.
    const card = identity?.spkiSha256 ?? '';
    const open = (this.#open.get(card) ?? 0) + 1;
    this.#open.set(card, open);
    socket.once('close', () => this.#forget(card));
    return open <= this.#perCard;
  }

  #forget(card: string): void {
    const open = (this.#open.get(card) ?? 1) - 1;
    if (open === 0) this.#open.delete(card);
    else this.#open.set(card, open);
  }

  /** Authorities or CRLs have changed: whoever is connected has to come again. */
  renew(): void {
    this.#generation += 1;
  }

  /** True when the connection was checked against what counts now. */
  isCurrent(socket: TLSSocket): boolean {
    return this.#known.get(socket)?.generation === this.#generation;
  }

  /** @throws Refusal `no-account` */
  personOf(socket: TLSSocket, lookUp: PersonLookup): Person {
    const identity = this.#known.get(socket)?.identity;
    const jid = identity === undefined ? undefined : lookUp(identity);
    if (identity === undefined || jid === undefined) throw new Refusal('no-account');
    return { jid, identity };
  }
}
