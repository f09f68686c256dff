/** Puts the gate together: store, scan desk, HTTPS side, administrators' socket, clocks. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type AccountsTable, parseAccounts, parseSwitch, type SwitchedOff } from './accounts.ts';
import { startAdminServer } from './admin-server.ts';
import { Administration } from './administration.ts';
import type { ClamdAddress } from './clamd.ts';
import { type Config, readSecret } from './config.ts';
import { Deliverer } from './deliver.ts';
import { HttpsServer } from './https-server.ts';
import { inspect } from './inspect.ts';
import { takeInstanceLock } from './instance-lock.ts';
import { Journal } from './journal.ts';
import { Receiver } from './receive.ts';
import { recover } from './recovery.ts';
import { sweep } from './retention.ts';
import { ScanDesk } from './scan-desk.ts';
import { Store } from './store.ts';
import { Turnstile } from './turnstile.ts';
import { stampOf, watchFiles } from './watched-file.ts';

export interface Gate {
  /** Finishes what runs, for at most some seconds; nothing that was accepted is lost. */
  stop(): Promise<void>;
  /** Opens the log file anew. */
  reopenLog(): Promise<void>;
}

const SWEEP_MS = 5000;
const STOP_PATIENCE_MS = 10_000;
const MAX_ACCOUNTS_BYTES = 256 * 1024 * 1024;

function scannerAddress({ socket, host, port }: Config['scanner']): ClamdAddress {
  return socket === undefined ? { host: host ?? '', port: port ?? 0 } : { path: socket };
}

async function readAccounts({ accounts, domain }: Config): Promise<AccountsTable> {
  const source = await readFile(accounts, 'utf8');
  if (source.length > MAX_ACCOUNTS_BYTES) throw new Error('accounts: the file is too large');
  return parseAccounts(source, domain);
}

async function readSwitch({ switch: path, domain }: Config): Promise<SwitchedOff> {
  return path === undefined ? () => false : parseSwitch(await readFile(path, 'utf8'), domain);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Starts the gate; resolves when it listens. @throws when anything that it needs is missing or wrong */
export async function startGate(config: Config): Promise<Gate> {
  const { limits, retention, scanner, slots, tls } = config;
  const store = await Store.open(config.stateDirectory);
  const unlock = takeInstanceLock(join(config.stateDirectory, 'lock'));
  const journal = await Journal.open(config.journal);
  const secrets = {
    jwt: slots.jwtSecretFile === undefined ? undefined : readSecret(slots.jwtSecretFile),
    hmac: slots.hmacSecretFile === undefined ? undefined : readSecret(slots.hmacSecretFile),
    hmacOwner: slots.hmacOwner,
  };
  const tlsFiles = [tls.certificate, tls.key, tls.clientAuthorities, tls.crls];
  const tlsStamp = await stampOf(tlsFiles);
  const accountsStamp = await stampOf([config.accounts]);
  const switchStamp = config.switch === undefined ? '' : await stampOf([config.switch]);
  let accounts = await readAccounts(config);
  let switchedOff = await readSwitch(config);

  const desk = new ScanDesk({
    store,
    journal,
    scanner: {
      address: scannerAddress(scanner),
      parallel: scanner.parallel,
      timeoutMs: scanner.timeoutSeconds * 1000,
      retryMs: scanner.retrySeconds * 1000,
    },
    inspect: (file, record) =>
      inspect(file, record, { types: config.types, archives: config.archives, work: store.work }),
    quarantinedUntil: () => Date.now() + retention.quarantinedSeconds * 1000,
  });
  const turnstile = new Turnstile({
    running: limits.parallelUploads,
    waiting: limits.waitingUploads,
    perPerson: limits.uploadsPerPerson,
    waitMs: limits.waitSeconds * 1000,
  });
  const https = new HttpsServer({
    config,
    journal,
    lookUp: (identity) => {
      const jid = accounts.personOf(identity, Date.now());
      return jid === undefined || switchedOff(jid) ? undefined : jid;
    },
    receiver: new Receiver({
      store,
      journal,
      turnstile,
      limits,
      secrets: () => secrets,
      keepMs: retention.releasedSeconds * 1000,
      received: (id) => desk.add(id),
    }),
    deliverer: new Deliverer({
      store,
      journal,
      scannerIsUp: () => desk.up,
      perMinute: limits.downloadsPerMinute,
    }),
  });
  const administration = new Administration({
    store,
    journal,
    releasedUntil: () => Date.now() + retention.releasedSeconds * 1000,
  });

  for (const id of await recover(store, journal)) desk.add(id);
  desk.probe();

  const reloadFailed = (file: string) => (error: unknown) => {
    journal.write('reload-failed', { file, reason: messageOf(error) }).catch(() => undefined);
  };
  const everyMs = config.reloadSeconds * 1000;
  const watch = (paths: readonly string[], stamp: string, main: string, renew: () => Promise<void> | void) =>
    watchFiles(
      paths,
      stamp,
      everyMs,
      async () => {
        await renew();
        await journal.write('reloaded', { file: main });
      },
      reloadFailed(main),
    );
  const watches = [
    watch([config.accounts], accountsStamp, config.accounts, async () => {
      accounts = await readAccounts(config);
    }),
    watch(tlsFiles, tlsStamp, tls.crls, () => https.renewTls()),
  ];
  if (config.switch !== undefined)
    watches.push(
      watch([config.switch], switchStamp, config.switch, async () => {
        switchedOff = await readSwitch(config);
      }),
    );
  let sweeping: Promise<unknown> | undefined;
  const sweeper = setInterval(() => {
    sweeping ??= sweep(store, journal, Date.now())
      .catch(() => undefined)
      .finally(() => {
        sweeping = undefined;
      });
  }, SWEEP_MS);

  const admin = await startAdminServer(config.adminSocket, administration, () => ({
    scanner: desk.up ? 'up' : 'down',
    waiting: desk.length,
    uploads: turnstile.running,
  }));
  await https.listen();
  await journal.write('started', { host: config.listen.host, port: config.listen.port });

  return {
    stop: async () => {
      clearInterval(sweeper);
      for (const each of watches) each.stop();
      await https.stop(STOP_PATIENCE_MS);
      await admin.stop();
      await desk.stop();
      await sweeping;
      await journal.write('stopped', {});
      await journal.close();
      unlock();
    },
    reopenLog: () => journal.reopen(),
  };
}
