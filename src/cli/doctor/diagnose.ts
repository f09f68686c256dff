/** The diagnosis: every step in its order with the client's own modules, until one fails. */
import { sessionConfig, tokenConfig } from '../../client-config/configs.ts';
import { nodeCrypto } from '../../platform/node-crypto.ts';
import {
  CLIENT_ENFORCES,
  EMPTY_STATE,
  type MachineFile,
  type PolicySettings,
  readMachineFile,
  type VerifiedPolicy,
  verifyBundle,
} from '../../policy/index.ts';
import { AppError } from '../../shared/errors.ts';
import type { ApprovedServer, SessionConfig } from '../../shared/session-contract.ts';
import { stopTlsWorkers } from '../../tls/index.ts';
import type { TokenSupervisor } from '../../token/index.ts';
import { checkModule, findCard, logIn, onlyCertificate, startTokenProcess } from './card.ts';
import { readBounded, readMachineKey, readPin } from './inputs.ts';
import { checkLink, checkTcp } from './link.ts';
import type { DoctorOptions } from './options.ts';
import type { Output } from './output.ts';
import {
  EXIT_OK,
  exitCodeOf,
  failed,
  passed,
  STEPS,
  type Step,
  type StepResult,
  since,
  stepOfFailure,
} from './steps.ts';

const MAX_FILE_BYTES = 1024 * 1024;

export interface DoctorEnvironment {
  /** The bundled token process and TLS worker. */
  readonly tokenFile: string;
  readonly workerFile: string;
  readonly appVersion: string;
}

/** Runs the diagnosis and returns the exit code. */
export async function diagnose(
  options: DoctorOptions,
  environment: DoctorEnvironment,
  output: Output,
): Promise<number> {
  const run = new Diagnosis(options, environment, output);
  try {
    await run.all();
    return EXIT_OK;
  } catch (error) {
    return run.failed(error);
  } finally {
    await run.end();
  }
}

class Diagnosis {
  readonly #options: DoctorOptions;
  readonly #environment: DoctorEnvironment;
  readonly #output: Output;
  /** The step under way and when it began. */
  #step: Step = 'policy';
  #start = performance.now();
  #supervisor: TokenSupervisor | undefined;

  constructor(options: DoctorOptions, environment: DoctorEnvironment, output: Output) {
    this.#options = options;
    this.#environment = environment;
    this.#output = output;
  }

  async all(): Promise<void> {
    const { settings, machine } = await this.#policy();
    const config = await this.#card(settings, machine);
    if (config === undefined || this.#supervisor === undefined) return;
    const supervisor = this.#supervisor;
    this.#begin('tcp');
    const server = chooseServer(config, this.#options.server);
    const { host, port } = server;
    this.#passed({ host, port, ...(await checkTcp(server)) });
    this.#begin('tls');
    await checkLink({
      config,
      server,
      sign: (request) => supervisor.sign(request),
      workerFile: this.#environment.workerFile,
      onStep: (result) => this.#report(result),
      onStanza: (trace) => this.#output.stanza(trace),
      listenSeconds: this.#options.listen ?? 0,
    });
  }

  /** Reports the failure and returns the exit code that names its step. */
  failed(error: unknown): number {
    const step = error instanceof AppError ? stepOfFailure(error.code, this.#step) : this.#step;
    this.#output.step(failed(step, since(this.#start), error));
    return exitCodeOf(step);
  }

  async end(): Promise<void> {
    await this.#supervisor?.stop();
    await stopTlsWorkers();
  }

  async #policy(): Promise<{ settings: PolicySettings; machine: MachineFile }> {
    this.#begin('policy');
    const machine = readMachineFile(parseJson(await readBounded(this.#options.machine, 64 * 1024)));
    const verified = verifyBundle(
      {
        bundle: await readBounded(this.#options.policy, MAX_FILE_BYTES),
        shippedRoot: await readBounded(this.#options.trustRoot, MAX_FILE_BYTES),
        state: EMPTY_STATE,
        machine,
        platform: process.platform,
        appVersion: this.#environment.appVersion,
        buildTime: 0,
        now: Date.now(),
        acknowledged: CLIENT_ENFORCES,
      },
      nodeCrypto,
    );
    this.#passed(policyFacts(verified));
    return { settings: verified.settings, machine };
  }

  /** Steps module to login; `undefined` when no PIN was given, so that the card stays locked. */
  async #card(settings: PolicySettings, machine: MachineFile): Promise<SessionConfig | undefined> {
    this.#begin('module');
    const module = await checkModule(tokenConfig(settings, process.platform), this.#options.module);
    this.#passed({ path: module.path, sha256: module.sha256 });

    this.#begin('token');
    const supervisor = startTokenProcess(module.config, this.#environment.tokenFile);
    this.#supervisor = supervisor;
    const card = await findCard(supervisor);
    const { finalTry, locked, pinPad } = card;
    this.#passed({ finalTry, locked, pinPad });

    this.#begin('certificate');
    const identity = onlyCertificate(card);
    const selected = await supervisor.select(identity.id);
    const { commonName, upn, issuer, notAfter } = identity;
    this.#passed({ commonName, upn, issuer, notAfter, fitting: card.certificates.length });
    if (this.#options.pinFd === undefined) return undefined;

    this.#begin('login');
    await logIn(supervisor, await readPin(this.#options.pinFd));
    this.#passed({});
    const { domain, kid, epoch, key } = await readMachineKey(this.#options.machineKey);
    if (domain !== settings.domain || kid !== machine.machineId) {
      throw new AppError('LOCK_KEY_MISSING', { domain, kid });
    }
    return sessionConfig(settings, { kid, keys: [{ epoch, key }], identity, selection: selected });
  }

  #begin(step: Step): void {
    this.#step = step;
    this.#start = performance.now();
  }

  #passed(seen: StepResult['seen']): void {
    this.#output.step(passed(this.#step, since(this.#start), seen));
  }

  /** A step of the link that was passed; the next one begins. */
  #report(result: StepResult): void {
    this.#output.step(result);
    const next = STEPS[STEPS.indexOf(result.step) + 1];
    if (next !== undefined) this.#begin(next);
  }
}

function policyFacts({ policy, bundleSha256, signers, rootVersion }: VerifiedPolicy): StepResult['seen'] {
  const { policyId, sequence, expires } = policy;
  return { policyId, sequence, expires, bundleSha256, rootVersion, signers: signers.length };
}

/** Only an approved server is spoken with, also by the doctor. */
function chooseServer(
  { servers }: SessionConfig,
  wanted: { readonly host: string; readonly port: number } | undefined,
): ApprovedServer {
  const server = servers.find(
    ({ host, port }) => wanted === undefined || (host === wanted.host && port === wanted.port),
  );
  if (server === undefined)
    throw new AppError('GUARD_REFUSED', { reason: 'the policy does not list this server' });
  return server;
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    throw new AppError('MALFORMED', { part: 'machine' }, { cause: error });
  }
}
