/** Puts the console together: state, log, tables, HTTPS side. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stampOf, watchFiles } from '../file-gate/watched-file.ts';
import { readSettings } from '../kit/lib/settings.mjs';
import { parseAdministrators } from './administrators.ts';
import { policyDates } from './areas/policy.ts';
import { AuditTrail, CONSOLE_ITSELF } from './audit.ts';
import type { Config } from './config.ts';
import { Dispatcher } from './dispatch.ts';
import { GateClient } from './gate-client.ts';
import { readAssets } from './http/assets.ts';
import { HttpsServer } from './http/server.ts';
import { Now } from './now.ts';
import { Records } from './records/client.ts';
import { Exports } from './records/exports.ts';
import { ROUTES } from './routes.ts';
import type { Services } from './services.ts';
import { Sessions } from './sessions.ts';
import { Approvals } from './state/approvals.ts';
import { makeStateDirectory, openState } from './state/database.ts';
import { Policies } from './state/policies.ts';
import { holdAlone } from './state/sole.ts';

export interface Console {
  stop(): Promise<void>;
}

/** Files beside the program. */
export interface Programs {
  /** Directory of the page. */
  readonly page: string;
  readonly recordsWorker: string;
}

const MINUTE_MS = 60_000;
/** How often the logs are looked at for what is new. */
const RECORDS_MS = 1000;

/**
 * Starts the console; resolves when it listens.
 *
 * @param programs where the console's other files are
 * @param report takes what nobody foresaw
 * @throws AlreadyRunning; what else it needs that is missing or wrong
 */
export async function startConsole(
  config: Config,
  programs: Programs,
  report: (error: unknown) => void,
): Promise<Console> {
  const server = readSettings(config.server);
  const tablesStamp = await stampOf([config.administrators]);
  const { tls } = config;
  const tlsFiles = [tls.certificate, tls.key, tls.clientAuthorities, tls.crls];
  const tlsStamp = await stampOf(tlsFiles);
  let administrators = parseAdministrators(await readFile(config.administrators, 'utf8'));
  makeStateDirectory(config.stateDirectory);
  // Before anything of either is read: the chain of the log goes on from its last line.
  const release = holdAlone([config.stateDirectory, server.log]);
  const audit = new AuditTrail(server.log, new URL(config.origin).host);
  const state = openState(config.stateDirectory);
  const sessions = new Sessions(config.idleMinutes * MINUTE_MS, ({ who, name, key }) => {
    // In another window the person is still there.
    if (!sessions.hasKey(key)) https.endOf(key);
    try {
      audit.write('session.ended', 'success', { id: who, session: name.slice(0, 8) }, {});
    } catch (error) {
      report(error);
    }
  });
  const records = new Records(
    programs.recordsWorker,
    {
      index: join(config.stateDirectory, 'records.db'),
      directory: server.log,
      collected: config.collected,
      everyMs: RECORDS_MS,
    },
    report,
  );
  const gate = config.gateSocket === undefined ? undefined : new GateClient(config.gateSocket);
  const policies = new Policies(state);
  const services: Services = {
    config,
    server,
    administrators: () => administrators,
    audit,
    sessions,
    approvals: new Approvals(state, config.approvalMinutes * MINUTE_MS),
    records,
    exports: new Exports(state, config.stateDirectory, tls),
    gate,
    policies,
    now: new Now({ config, server, gate, records }, () => policyDates({ config, policies }, Date.now())),
  };
  const dispatcher = new Dispatcher(services, ROUTES, readAssets(programs.page), report);
  const https = new HttpsServer(
    config,
    (request, response, identity) => dispatcher.answer(request, response, identity),
    (reason, ip) => {
      try {
        dispatcher.connectionRefused(reason, ip);
      } catch (error) {
        report(error);
      }
    },
  );
  const everyMs = config.reloadSeconds * 1000;
  const watches = [
    watchFiles(
      [config.administrators],
      tablesStamp,
      everyMs,
      async () => {
        administrators = parseAdministrators(await readFile(config.administrators, 'utf8'));
        audit.write('reloaded', 'success', CONSOLE_ITSELF, { file: config.administrators });
      },
      report,
    ),
    watchFiles(
      tlsFiles,
      tlsStamp,
      everyMs,
      async () => {
        https.renew();
        audit.write('reloaded', 'success', CONSOLE_ITSELF, { file: tls.crls });
      },
      report,
    ),
  ];
  audit.write('started', 'success', CONSOLE_ITSELF, {});
  await https.listen();
  return {
    stop: async () => {
      for (const watch of watches) watch.stop();
      sessions.stop();
      await https.stop();
      await records.stop();
      audit.write('stopped', 'success', CONSOLE_ITSELF, {});
      state.close();
      release();
    },
  };
}
