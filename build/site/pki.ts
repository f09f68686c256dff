/**
 * A throw-away PKI with the shape of the DoD one: authorities, server certificates (one good, the others each wrong in
 * one way) and the keys and certificates of virtual CACs. All of it is made by the system's `openssl`; nothing here is,
 * or chains to, a real certificate.
 */

import { chownSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ordinaryUser } from '../lib/ordinary-user.ts';
import { type Authority, makeAuthority, makeOtherAuthority, writeCrl } from './pki-authority.ts';
import { type CardFiles, type CardUser, makeCard } from './pki-card.ts';
import { writeChain } from './pki-openssl.ts';
import { makeServerCertificates, type ServerFiles, type ServerVariant } from './pki-server.ts';

export type { Authority } from './pki-authority.ts';
export type { CardFiles, CardUser, KeyType, UserState } from './pki-card.ts';
export type { ServerFiles, ServerVariant } from './pki-server.ts';
export { SERVER_VARIANTS } from './pki-server.ts';

export interface PkiOptions {
  /** Emptied and filled. */
  readonly directory: string;
  /** The XMPP domain; `good` server certificates name it, `conference.` before it, and `localhost`. */
  readonly domain: string;
  readonly users: readonly CardUser[];
}

export interface Pki {
  readonly directory: string;
  readonly domain: string;
  /** Every authority's certificate, key and certificate revocation list (PEM). */
  readonly ca: {
    readonly root: Authority;
    /** Issues the certificates of slots 9A and 9E. */
    readonly id: Authority;
    /** Issues those of 9C and 9D. */
    readonly email: Authority;
    /** Issues the servers' certificates. */
    readonly server: Authority;
    /** Of the same name as `server`, with another key, and not below `root`. */
    readonly other: Authority;
  };
  /** PEM: the two authorities that issue cards, then the root. What a server trusts for clients. */
  readonly chain: string;
  /** `certificate` holds the server's certificate and, after it, its issuer's. */
  readonly server: Readonly<Record<ServerVariant, ServerFiles>>;
  /** By account. */
  readonly cards: Readonly<Record<string, CardFiles>>;
}

/** Gives everything below `directory` to the ordinary user that servers and cards run as. */
async function giveAway(directory: string): Promise<void> {
  const user = ordinaryUser();
  if (!user.dropped) return;
  chownSync(directory, user.uid, user.gid);
  for (const name of await readdir(directory, { recursive: true })) {
    chownSync(join(directory, name), user.uid, user.gid);
  }
}

/** Makes the whole PKI anew; about a second on two cores, most of it RSA keys. */
export async function makePki(options: PkiOptions): Promise<Pki> {
  const directory = resolve(options.directory);
  await rm(directory, { recursive: true, force: true });
  for (const name of ['ca', 'server', 'cards']) await mkdir(join(directory, name), { recursive: true });
  const ca = join(directory, 'ca');

  const root = await makeAuthority(ca, 'root', 'DoD TEST Root CA 3');
  const [id, email, server, other] = await Promise.all([
    makeAuthority(ca, 'id', 'DOD TEST ID CA-59', root),
    makeAuthority(ca, 'email', 'DOD TEST EMAIL CA-59', root),
    makeAuthority(ca, 'server-ca', 'DOD TEST SW CA-60', root),
    makeOtherAuthority(ca, 'other-ca', 'DOD TEST SW CA-60'),
  ]);
  const chain = join(ca, 'chain.pem');
  await writeChain(chain, [id.certificate, email.certificate, root.certificate]);

  const [serverFiles, cards] = await Promise.all([
    makeServerCertificates({ directory: join(directory, 'server'), domain: options.domain, server, other }),
    Promise.all(
      options.users.map((user) =>
        makeCard({ directory: join(directory, 'cards', user.account), user, id, email }),
      ),
    ),
  ]);
  const revoked = cards.filter((card) => card.user.state === 'revoked');
  await Promise.all([
    writeCrl(root, []),
    writeCrl(
      id,
      revoked.map((card) => card.slots['9a'].certificate),
    ),
    writeCrl(
      email,
      revoked.flatMap((card) => [card.slots['9c'].certificate, card.slots['9d'].certificate]),
    ),
    writeCrl(server, []),
    writeCrl(other, []),
  ]);
  await giveAway(directory);
  return {
    directory,
    domain: options.domain,
    ca: { root, id, email, server, other },
    chain,
    server: serverFiles,
    cards: Object.fromEntries(cards.map((card) => [card.user.account, card])),
  };
}
