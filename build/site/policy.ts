/**
 * A throw-away organisation for the demo and the tests: keys, trust root, policy, bundle and machine file, made with
 * the administrators' command's own functions.
 */
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { prettyJson, writeOutput } from '../../src/cli/policy/files.ts';
import { type InitResult, initialise, type RoleName, type RolePlan } from '../../src/cli/policy/init.ts';
import { signBundle } from '../../src/cli/policy/sign.ts';
import type { Envelope, MachineFile, Policy, PolicySettingsInput, Root } from '../../src/policy/index.ts';
import { readRootDocument } from '../../src/policy/index.ts';
import { BUNDLE_NAME, MACHINE_NAME } from '../../src/policy-files/index.ts';

const DEMO_ROLES: Readonly<Record<RoleName, RolePlan>> = {
  root: { keys: 3, threshold: 2 },
  policy: { keys: 2, threshold: 1 },
  freshness: { keys: 1, threshold: 1 },
};

export interface DemoPolicyOptions {
  /** Gets `authority/` (keys, trust root, policy) and `machine/` (what an administrator installs). */
  readonly directory: string;
  readonly settings: PolicySettingsInput;
  readonly machineId: string;
  /** Default `demo`. */
  readonly org?: string;
  readonly groups?: readonly string[];
  /** Default `demo`. */
  readonly policyId?: string;
  /** Default 1. */
  readonly sequence?: number;
  readonly roles?: Readonly<Record<RoleName, RolePlan>>;
  /** Default 7 days. */
  readonly freshnessHours?: number;
  /** Milliseconds since 1970; default now. */
  readonly now?: number;
  /** Changes the policy before it is signed. */
  readonly change?: (policy: Policy) => Policy;
}

export interface DemoPolicy {
  /** The machine-wide directory: `policy.bundle` and `machine.json`. */
  readonly policyDirectory: string;
  readonly bundleFile: string;
  readonly machineFile: string;
  /** What the application ships. */
  readonly trustRootFile: string;
  readonly authority: InitResult;
  readonly root: Root;
  readonly policy: Policy;
  readonly machine: MachineFile;
}

/** The root document inside an envelope that was just made. */
export function rootDocument(envelope: Envelope): Root {
  return readRootDocument(JSON.parse(Buffer.from(envelope.payload, 'base64').toString('utf8')));
}

/** Makes the whole organisation; files of an earlier run are replaced. */
export async function makeDemoPolicy(options: DemoPolicyOptions): Promise<DemoPolicy> {
  const org = options.org ?? 'demo';
  const now = options.now ?? Date.now();
  const authority = await initialise({
    directory: join(options.directory, 'authority'),
    org,
    policyId: options.policyId ?? 'demo',
    author: 'demo',
    algorithm: 'ed25519',
    roles: options.roles ?? DEMO_ROLES,
    settings: options.settings,
    rootDays: 365,
    policyDays: 30,
    force: true,
    now,
  });
  const dated: Policy = { ...authority.policy, sequence: options.sequence ?? 1 };
  const policy = options.change?.(dated) ?? dated;
  const root = rootDocument(authority.rootEnvelope);
  const { bytes } = signBundle({
    trustRoot: authority.rootEnvelope,
    roots: [],
    root,
    policy,
    keys: [...authority.keys.policy, ...authority.keys.freshness],
    freshnessHours: options.freshnessHours ?? 168,
    partial: false,
    now,
  });
  const machine: MachineFile = {
    format: 'sallyport.machine/1',
    machineId: options.machineId,
    org,
    groups: [...(options.groups ?? [])],
    channel: 'stable',
  };
  const policyDirectory = join(options.directory, 'machine');
  mkdirSync(policyDirectory, { recursive: true });
  chmodSync(policyDirectory, 0o755);
  const bundleFile = join(policyDirectory, BUNDLE_NAME);
  const machineFile = join(policyDirectory, MACHINE_NAME);
  await writeOutput(bundleFile, bytes, { mode: 0o644, force: true });
  await writeOutput(machineFile, prettyJson(machine), { mode: 0o644, force: true });
  const { trustRootFile } = authority;
  return { policyDirectory, bundleFile, machineFile, trustRootFile, authority, root, policy, machine };
}
