/** The throw-away site of the tests with ejabberd as its server, and with a directory where a test wants one. */
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { type EjabberdOptions, type EjabberdServer, startEjabberd } from '../../build/site/ejabberd.ts';
import type { CardUser } from '../../build/site/pki.ts';
import { type DirectoryPerson, type Slapd, startSlapd } from '../../build/site/slapd.ts';
import { DOMAIN, type SoftIdentity, startTestSite, type TestSite } from './prosody-site.ts';
import type { RawXmpp } from './raw-xmpp.ts';

type TestEjabberd = Omit<EjabberdOptions, 'directory' | 'domain' | 'pki' | 'lockMasters' | 'people'>;

export interface EjabberdSite extends TestSite {
  readonly server: EjabberdServer;
}

export interface DirectorySite extends EjabberdSite {
  readonly slapd: Slapd;
}

interface SiteOptions {
  readonly users: readonly CardUser[];
  readonly epochs: readonly number[];
  readonly ejabberd: TestEjabberd;
}

/** The binding that Debian's ejabberd can give; tests name it where they pass the lock. */
export const BINDING = 'tls-server-end-point';

export async function startEjabberdSite(options: SiteOptions): Promise<EjabberdSite> {
  let server: EjabberdServer | undefined;
  const { users, epochs, ejabberd } = options;
  const { accounts, machines } = ejabberd;
  const site = await startTestSite({
    users,
    epochs,
    prosody: { accounts, machines },
    start: async ({ directory, domain, pki, lockMasters }) => {
      server = await startEjabberd({ ...ejabberd, directory, domain, pki, lockMasters });
      return server;
    },
  });
  if (server === undefined) throw new Error('ejabberd was not started');
  return { ...site, server };
}

/** The same with slapd; `people` are in it, and nobody else signs in. */
export async function startDirectorySite(
  options: SiteOptions & { readonly people: readonly DirectoryPerson[] },
): Promise<DirectorySite> {
  let server: EjabberdServer | undefined;
  let slapd: Slapd | undefined;
  const { users, epochs, ejabberd, people } = options;
  const { accounts, machines } = ejabberd;
  const site = await startTestSite({
    users,
    epochs,
    prosody: { accounts, machines },
    start: async ({ directory, domain, pki, lockMasters }) => {
      slapd = await startSlapd({ directory: join(dirname(directory), 'slapd'), pki, people });
      try {
        server = await startEjabberd({ ...ejabberd, directory, domain, pki, lockMasters, people: slapd });
        return server;
      } catch (error) {
        await slapd.stop();
        throw error;
      }
    },
  });
  if (server === undefined || slapd === undefined) throw new Error('the servers were not started');
  const directory = slapd;
  const stop = async (): Promise<void> => {
    await directory.stop();
    await site.stop();
  };
  return { ...site, server, slapd: directory, stop };
}

/** A connection with this card that is through the lock of `WS-1` and comes to SASL. */
export async function lockedClient(
  site: EjabberdSite,
  identity: SoftIdentity | undefined,
  epoch: number,
  kid = 'WS-1',
): Promise<RawXmpp> {
  const client = await site.connect(identity);
  await client.passLock(site.machine(kid, epoch), BINDING);
  return client;
}

/** Somebody who is signed in and has bound that resource. */
export async function boundClient(
  site: EjabberdSite,
  account: string,
  resource: string,
  { epoch = 4, kid = 'WS-1' } = {},
): Promise<RawXmpp> {
  const client = await lockedClient(site, site.card(account), epoch, kid);
  expect(await client.external(`${account}@${DOMAIN}`)).toContain('<success');
  expect(await client.bind(resource)).toBe(`${account}@${DOMAIN}/${resource}`);
  return client;
}

/** What a connection gets that ends at its first stream header. */
export async function refusedAtOnce(site: EjabberdSite, identity?: SoftIdentity): Promise<string> {
  const client = await site.connect(identity);
  client.send(
    `<stream:stream to='${DOMAIN}' version='1.0' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>`,
  );
  return client.rest();
}
