/**
 * The whole throw-away site: PKI, XMPP server and the analysts' workstations. Demo and end-to-end tests stand on it.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { deriveMachineKey } from '../../src/lock/index.ts';
import { nodeCrypto } from '../../src/platform/node-crypto.ts';
import { makeUserDirectory, ordinaryUser } from '../lib/ordinary-user.ts';
import { DOMAIN, EPOCH, NAMES, siteSettings } from './analysts.ts';
import { startClamd } from './clamd.ts';
import { siteFeeds } from './feeds.ts';
import { type FileGate, startFileGate } from './file-gate.ts';
import type { CardUser, Pki } from './pki.ts';
import { runtimeDirectory, stageApp } from './places.ts';
import {
  type LockMaster,
  type ProsodyAccount,
  type ProsodyOptions,
  type ProsodyServer,
  startProsody,
} from './prosody.ts';
import { keepRecord, makeRecord, readRecord } from './site-record.ts';
import { machineIdOf, startWorkstation, type Workstation, type WorkstationOptions } from './workstation.ts';

export interface SiteOptions {
  /** Where the site lives. */
  readonly directory: string;
  /** The bundled application, a test build. */
  readonly bundle: string;
  readonly users: readonly CardUser[];
  /** True takes up a site that an earlier start left in `directory`, and leaves this one for the next. */
  readonly keep?: boolean;
  /** True starts a scanner and a file gate, too, and the policy allows files. */
  readonly files?: boolean;
  /** What is different about the server. */
  readonly server?: Partial<ProsodyOptions>;
}

export interface Site {
  readonly directory: string;
  /** The staged application. */
  readonly app: string;
  /** A directory with a short name, for sockets and scripts. */
  readonly runtime: string;
  readonly pki: Pki;
  readonly server: ProsodyServer;
  /** Absent without `files`. */
  readonly gate: FileGate | undefined;
  /** The lock's master key of the site's epoch. */
  readonly lockMaster: Uint8Array;
  workstation(user: CardUser, options?: WorkstationOptions): Promise<Workstation>;
  /** The lock key of an analyst's machine, for a client without a workstation. */
  lockIdentity(account: string): { readonly kid: string; readonly keys: readonly [LockMaster] };
  /** Call it when all workstations were started once: the next start then takes the site up. */
  complete(): void;
  /** Ends the server and all workstations. */
  stop(): Promise<void>;
}

/** Starts the scanner and the gate. */
async function startFiles(site: {
  readonly pki: Pki;
  readonly accounts: readonly ProsodyAccount[];
  readonly secret: string;
  readonly port: number;
  readonly runtime: string;
}): Promise<{ readonly gate: FileGate; readonly stop: () => Promise<void> }> {
  const { runtime, ...options } = site;
  const clamd = await startClamd({ directory: join(runtime, 'clamd') });
  try {
    const gate = await startFileGate({ ...options, directory: join(runtime, 'gate'), clamd });
    return {
      gate,
      stop: async () => {
        await gate.stop();
        await clamd.stop();
      },
    };
  } catch (error) {
    await clamd.stop();
    throw error;
  }
}

/** Starts the site's server; everything ends with `stop()` or with this process. */
export async function startSite(options: SiteOptions): Promise<Site> {
  const { directory, users } = options;
  const kept = options.keep === true ? await readRecord(directory, users) : undefined;
  const record = kept ?? (await makeRecord(directory, users));
  const { pki } = record;
  const lockMaster = Buffer.from(record.lockMaster, 'base64');
  const runtime = runtimeDirectory();
  const app = stageApp(options.bundle, directory);
  const accounts = users.map(({ account, upn }) => ({ account, upn, name: NAMES[account] ?? account }));
  const secret = Buffer.from(nodeCrypto.random(32)).toString('hex');
  const filesOf =
    options.files === true ? { pki, accounts, secret, port: record.gatePort, runtime } : undefined;
  const files = filesOf === undefined ? undefined : startFiles(filesOf);
  const server = await startProsody({
    directory: join(directory, 'prosody'),
    domain: DOMAIN,
    pki,
    port: record.port,
    accounts,
    machines: users.map(({ account }) => ({ kid: machineIdOf(account) })),
    lockMasters: [{ epoch: EPOCH, key: lockMaster }],
    feeds: siteFeeds(Date.now()),
    ...(filesOf === undefined
      ? {}
      : { fileGate: { baseUrl: `https://localhost:${record.gatePort}/`, secret } }),
    ...options.server,
  }).catch(async (error: unknown) => {
    await files?.then(({ stop }) => stop()).catch(() => undefined);
    throw error;
  });
  const stops = new Set<() => Promise<void>>([() => server.stop()]);
  const { gate } = (await files?.then(
    (started) => {
      stops.add(started.stop);
      return started;
    },
    async (error: unknown) => {
      await server.stop();
      throw error;
    },
  )) ?? { gate: undefined };
  return {
    directory,
    app,
    runtime,
    pki,
    server,
    gate,
    lockMaster,
    workstation: async ({ account }, differences) => {
      const card = pki.cards[account];
      if (card === undefined) throw new Error(`no card of ${account}`);
      const site = {
        card,
        directory: join(directory, 'desks', account),
        runtime,
        keytar: join(app, 'node_modules', 'keytar'),
        settings: siteSettings(pki, server.port, gate?.port),
        lockMaster,
        keep: kept !== undefined,
      };
      const workstation = await startWorkstation(site, differences);
      stops.add(workstation.stop);
      if (gate !== undefined) {
        rmSync(workstation.downloads, { recursive: true, force: true });
        makeUserDirectory(ordinaryUser(), workstation.downloads);
      }
      return workstation;
    },
    lockIdentity: (account) => {
      const kid = machineIdOf(account);
      const key = deriveMachineKey(nodeCrypto, lockMaster, DOMAIN, kid, EPOCH);
      return { kid, keys: [{ epoch: EPOCH, key }] };
    },
    complete: () => keepRecord(directory, record),
    stop: async () => {
      await Promise.all([...stops].map((stop) => stop()));
    },
  };
}
