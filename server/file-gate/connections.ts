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
  readonly #known = new WeakMap<TLSSocket, Known>();
  #generation = 0;

  /** Takes a verified connection in. Its identity is undefined when the certificate is none for the gate. */
  take(socket: TLSSocket): Identity | undefined {
    const der =
      socket.authorized && !socket.isSessionReused() ? socket.getPeerX509Certificate()?.raw : undefined;
    const identity = der === undefined ? undefined : identityOf(der);
    this.#known.set(socket, { identity, generation: this.#generation });
    return identity;
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
