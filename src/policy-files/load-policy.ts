/** The way a policy comes into force: files, verification, state, in the specification's order. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MAX_BUNDLE_BYTES, type MachineFile, type PolicyState, readMachineFile } from '../policy/index.ts';
import type { CryptoPort } from '../shared/crypto.ts';
import type { PolicyErrorCode } from '../shared/error-catalogue.ts';
import { AppError } from '../shared/errors.ts';
import { BUNDLE_NAME, MACHINE_NAME } from './directory.ts';
import { type DropStore, openDropStore } from './drop-store.ts';
import { describeLoaded, type LoadedPolicy } from './loaded-policy.ts';
import { type Accepted, type Candidate, chooseNewest } from './newest.ts';
import type { StateReading } from './state-format.ts';
import { openStateStore, type StateStore } from './state-store.ts';
import { readTrustedFile } from './trusted-file.ts';
import { checkUpdate } from './update-file.ts';

const MAX_MACHINE_BYTES = 64 * 1024;

export interface PolicyFilesOptions {
  /** The machine-wide directory with `policy.bundle` and `machine.json`. */
  readonly directory: string;
  /** The shipped trust root; part of the application, which its package protects. */
  readonly trustRootFile: string;
  readonly stateFile: string;
  /** Where this user's copy of the HTTPS drop lies; without it there is one source only. */
  readonly dropFile?: string;
  readonly appVersion: string;
  /** Milliseconds since 1970. */
  readonly buildTime: number;
  readonly platform: NodeJS.Platform;
  /** What the modules enforce: `module:/pointer` each (`CLIENT_ENFORCES` is this version's full set). */
  readonly acknowledged: ReadonlySet<string>;
  /** User ids that may own the machine-wide directory and its files: 0, and in test builds the developer. */
  readonly trustedOwners: readonly number[];
  /** 32 bytes from the OS keychain. */
  readonly stateMacKey: Uint8Array;
  readonly crypto: CryptoPort;
}

export interface LoadPolicyOptions extends PolicyFilesOptions {
  /** Milliseconds since 1970, taken once. */
  readonly now: number;
}

export interface LoadRequest {
  /** Milliseconds since 1970, taken once. */
  readonly now: number;
  /** A bundle that the HTTPS drop just delivered; kept on the disk when it is the one that holds. */
  readonly offered?: Uint8Array;
}

async function readMachine(options: PolicyFilesOptions): Promise<MachineFile> {
  const path = join(options.directory, MACHINE_NAME);
  const bytes = await readTrustedFile(path, {
    trustedOwners: options.trustedOwners,
    maxBytes: MAX_MACHINE_BYTES,
  });
  try {
    return readMachineFile(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
  } catch (error) {
    const detail = error instanceof AppError ? error.detail : { rule: 'json' };
    throw new AppError<PolicyErrorCode>('MALFORMED', { ...detail, path }, { cause: error });
  }
}

async function readShippedRoot(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new AppError<PolicyErrorCode>('MALFORMED', { part: 'trust-root', path }, { cause: error });
  }
}

/** From a corrupt state nothing is taken over but what this verification has confirmed. */
function stateToWrite(reading: StateReading, { verified: { state, policy } }: Accepted): PolicyState {
  if (reading.kind !== 'corrupt') return state;
  const own = <Mark>(marks: ReadonlyMap<string, Mark>): ReadonlyMap<string, Mark> =>
    new Map([...marks].filter(([policyId]) => policyId === policy.policyId));
  const { update: _unconfirmed, ...rest } = state;
  return { ...rest, policies: own(state.policies), freshness: own(state.freshness) };
}

/** Refusals that say no more than that something newer is in force. */
const OUTDATED: ReadonlySet<string> = new Set<PolicyErrorCode>([
  'ROLLBACK',
  'ROOT_ROLLBACK',
  'EXPIRED',
  'FROZEN',
]);

/** Of two sources that lie there one is usually behind; only what is offered as an update has to be newer. */
function isOutdated({ code }: AppError): boolean {
  return OUTDATED.has(code);
}

/**
 * Loads the policy, at the start and whenever a source has changed. From the first load on, the state in memory counts:
 * an edited or deleted file cannot make a running client forget what it knows, and the next write mends the file.
 */
export class PolicyLoader {
  readonly #options: PolicyFilesOptions;
  readonly #store: StateStore;
  readonly #drop: DropStore | undefined;
  #known: PolicyState | undefined;

  constructor(options: PolicyFilesOptions) {
    this.#options = options;
    this.#store = openStateStore(options.stateFile, options.stateMacKey, options.crypto);
    this.#drop = options.dropFile === undefined ? undefined : openDropStore(options.dropFile);
  }

  /**
   * Reads all sources, verifies them, writes the state, and only then answers. The machine-wide bundle has to be there
   * and readable under its rules, whatever else there is. One call at a time.
   *
   * The order of the writes is what makes a kill harmless: the drop's copy lies on the disk before the state demands it,
   * and is removed only after the state knows something newer.
   *
   * @throws AppError of the policy module: why the machine-wide bundle is refused, when no other source is acceptable.
   * Its detail carries `bundleSha256` where a bundle was read.
   */
  async load({ now, offered }: LoadRequest): Promise<LoadedPolicy> {
    const { directory, trustedOwners, crypto } = this.#options;
    const bundle = await readTrustedFile(join(directory, BUNDLE_NAME), {
      trustedOwners,
      maxBytes: MAX_BUNDLE_BYTES,
    });
    try {
      return await this.#judge(bundle, offered, now);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const bundleSha256 = Buffer.from(crypto.sha256(bundle)).toString('hex');
      throw new AppError(error.code, { bundleSha256, ...error.detail }, { cause: error });
    }
  }

  async #judge(bundle: Uint8Array, offered: Uint8Array | undefined, now: number): Promise<LoadedPolicy> {
    const options = this.#options;
    const machine = await readMachine(options);
    const shippedRoot = await readShippedRoot(options.trustRootFile);
    const reading = await this.#readState();
    const stored = await this.#drop?.read();
    const drops = [stored, offered].filter((each) => each !== undefined);
    const candidates: readonly Candidate[] = [
      { source: 'machine', bundle },
      ...drops.map((each): Candidate => ({ source: 'drop', bundle: each })),
    ];
    const input = { ...options, machine, shippedRoot, state: reading.state, now };
    const { newest, refusals, rootState } = chooseNewest(candidates, input, options.crypto);
    if (newest === undefined) {
      // A state that cannot be believed is not replaced by a refused bundle: its floors may be genuine, and the roots
      // are in the bundle anyway.
      if (rootState !== reading.state && reading.kind !== 'corrupt') await this.#write(rootState);
      throw refusals.find(({ source }) => source === 'machine')?.error ?? new AppError('INTERNAL');
    }
    if (newest.source === 'drop' && newest.bundle !== stored) await this.#drop?.write(newest.bundle);
    const kept = stateToWrite(reading, newest);
    const { check, mark } = await checkUpdate(newest.verified, { ...options, machine, now });
    await this.#write(mark === undefined ? kept : { ...kept, update: mark });
    if (newest.source === 'machine' && stored !== undefined) await this.#drop?.remove();
    const told = refusals.filter(
      (refusal) => !(isOutdated(refusal.error) && (refusal.bundle === stored || refusal.bundle === bundle)),
    );
    return describeLoaded({
      source: newest.source,
      verified: newest.verified,
      machine,
      refusals: told,
      update: check,
      stateIsCorrupt: reading.kind === 'corrupt',
    });
  }

  async #readState(): Promise<StateReading> {
    return this.#known === undefined ? this.#store.read() : { kind: 'intact', state: this.#known };
  }

  async #write(state: PolicyState): Promise<void> {
    await this.#store.write(state);
    this.#known = state;
  }
}

/** Loads the policy once: {@link PolicyLoader.load}. */
export function loadPolicy({ now, ...options }: LoadPolicyOptions): Promise<LoadedPolicy> {
  return new PolicyLoader(options).load({ now });
}
