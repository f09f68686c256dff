/** `sallyport-policy init`: keys, trust root and a first policy. */
import { join } from 'node:path';
import {
  type Envelope,
  effectiveSettings,
  type Policy,
  type PolicySettingsInput,
} from '../../policy/index.ts';
import type { SignatureAlgorithm } from '../../shared/crypto.ts';
import { CliError } from './cli-error.ts';
import { type OutputOptions, prettyJson, writeOutput } from './files.ts';
import { exportKey, generateSigningKey, type SigningKey } from './keys.ts';
import { makeRoot, type RoleKeys, signRoot } from './signing.ts';
import { templatePolicy, templateSettings } from './template.ts';

const DAY = 24 * 60 * 60 * 1000;
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const MAX_KEYS = 16;

export const ROLES = ['root', 'policy', 'freshness'] as const;
export type RoleName = (typeof ROLES)[number];

/** How many keys a role gets and how many of them must sign. */
export interface RolePlan {
  readonly keys: number;
  readonly threshold: number;
}

export interface InitOptions {
  readonly directory: string;
  /** The organisation's machine-readable name: the audience of the policy, `org` in machine.json. */
  readonly org: string;
  readonly policyId: string;
  readonly author: string;
  readonly algorithm: SignatureAlgorithm;
  readonly roles: Readonly<Record<RoleName, RolePlan>>;
  /** Settings of the first policy; absent: the template's examples, to be edited. */
  readonly settings?: PolicySettingsInput;
  readonly rootDays: number;
  readonly policyDays: number;
  /** Encrypts the key files; absent only where the caller asked for plain files. */
  readonly passphrase?: Uint8Array;
  readonly force: boolean;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** What `init` made; key files by role. */
export interface InitResult {
  readonly trustRootFile: string;
  readonly policyFile: string;
  readonly keyFiles: Readonly<Record<RoleName, readonly string[]>>;
  readonly keys: Readonly<Record<RoleName, readonly SigningKey[]>>;
  readonly rootEnvelope: Envelope;
  readonly policy: Policy;
}

function requirePlan(role: RoleName, { keys, threshold }: RolePlan): void {
  const counts = [keys, threshold].every(
    (count) => Number.isInteger(count) && count >= 1 && count <= MAX_KEYS,
  );
  if (!counts || threshold > keys) {
    throw new CliError('usage', `${role}: 1 to ${MAX_KEYS} keys, and a threshold that they can reach`);
  }
}

function requireName(option: string, value: string): void {
  if (!NAME.test(value)) {
    throw new CliError('usage', `${option}: 1 to 64 letters, digits, dots, underscores and hyphens`);
  }
}

function generate(options: InitOptions, role: RoleName): RoleKeys {
  const { keys, threshold } = options.roles[role];
  return { threshold, keys: Array.from({ length: keys }, () => generateSigningKey(options.algorithm)) };
}

async function writeKeys(options: InitOptions, role: RoleName, { keys }: RoleKeys): Promise<string[]> {
  const output: OutputOptions = { mode: 0o600, force: options.force };
  const paths: string[] = [];
  for (const [at, key] of keys.entries()) {
    const path = join(options.directory, 'keys', `${role}-${at + 1}.key.pem`);
    await writeOutput(path, exportKey(key, options.passphrase), output);
    paths.push(path);
  }
  return paths;
}

/**
 * Makes keys (`keys/ROLE-N.key.pem`), the signed trust root (`trust-root.json`) and a policy to edit (`policy.json`)
 * in a directory.
 */
export async function initialise(options: InitOptions): Promise<InitResult> {
  for (const role of ROLES) requirePlan(role, options.roles[role]);
  requireName('--org', options.org);
  requireName('--policy-id', options.policyId);
  const settings = options.settings ?? templateSettings();
  effectiveSettings(settings);
  const roles = {
    root: generate(options, 'root'),
    policy: generate(options, 'policy'),
    freshness: generate(options, 'freshness'),
  };
  const root = makeRoot({ version: 1, expires: options.now + options.rootDays * DAY, ...roles });
  const rootEnvelope = signRoot(root, roles.root.keys);
  const policy = templatePolicy({ ...options, settings, days: options.policyDays });
  const trustRootFile = join(options.directory, 'trust-root.json');
  const policyFile = join(options.directory, 'policy.json');
  const keyFiles = {
    root: await writeKeys(options, 'root', roles.root),
    policy: await writeKeys(options, 'policy', roles.policy),
    freshness: await writeKeys(options, 'freshness', roles.freshness),
  };
  await writeOutput(trustRootFile, prettyJson(rootEnvelope), { force: options.force });
  await writeOutput(policyFile, prettyJson(policy), { force: options.force });
  return {
    trustRootFile,
    policyFile,
    keyFiles,
    keys: { root: roles.root.keys, policy: roles.policy.keys, freshness: roles.freshness.keys },
    rootEnvelope,
    policy,
  };
}
