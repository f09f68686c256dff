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
import { prettyJson, writeOutput } from './files.ts';
import { exportKey, exportPublicKey, type FileKey, generateSigningKey, type PublicKey } from './keys.ts';
import { makeRoot, type RoleKeys, signRoot } from './signing.ts';
import { templatePolicy, templateSettings } from './template.ts';

const DAY = 24 * 60 * 60 * 1000;
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const MAX_KEYS = 16;

export const ROLES = ['root', 'policy', 'freshness'] as const;
export type RoleName = (typeof ROLES)[number];

/** How many keys a role gets and how many of them must sign. */
export interface RolePlan {
  /** Keys to make, as files. */
  readonly keys: number;
  readonly threshold: number;
  /** Keys that are elsewhere already, on a token for example. */
  readonly publicKeys?: readonly PublicKey[];
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
  readonly keys: Readonly<Record<RoleName, readonly FileKey[]>>;
  readonly rootEnvelope: Envelope;
  /** False while the trust root lacks signatures of keys that are not in files. */
  readonly rootComplete: boolean;
  readonly policy: Policy;
}

function requirePlan(role: RoleName, { keys, threshold, publicKeys = [] }: RolePlan): void {
  const all = keys + publicKeys.length;
  const counts = [all, threshold].every(
    (count) => Number.isInteger(count) && count >= 1 && count <= MAX_KEYS,
  );
  if (!counts || threshold > all) {
    throw new CliError('usage', `${role}: 1 to ${MAX_KEYS} keys, and a threshold that they can reach`);
  }
}

function requireName(option: string, value: string): void {
  if (!NAME.test(value)) {
    throw new CliError('usage', `${option}: 1 to 64 letters, digits, dots, underscores and hyphens`);
  }
}

function generate(options: InitOptions, role: RoleName): FileKey[] {
  return Array.from({ length: options.roles[role].keys }, () => generateSigningKey(options.algorithm));
}

/** Where a key's public half is written: `keys/NAME.key.pem` has `public/NAME.pub.pem`. */
export interface KeyFileNames {
  readonly privateFile: string;
  readonly publicFile: string;
}

/** Writes a key: the private half for its owner alone, the public half for everybody. */
export async function writeKeyPair(
  key: FileKey,
  { privateFile, publicFile }: KeyFileNames,
  passphrase: Uint8Array | undefined,
  force: boolean,
): Promise<void> {
  await writeOutput(privateFile, exportKey(key, passphrase), { mode: 0o600, force });
  await writeOutput(publicFile, exportPublicKey(key), { force });
}

async function writeKeys(options: InitOptions, role: RoleName, keys: readonly FileKey[]): Promise<string[]> {
  const paths: string[] = [];
  for (const [at, key] of keys.entries()) {
    const name = `${role}-${at + 1}`;
    const privateFile = join(options.directory, 'keys', `${name}.key.pem`);
    const publicFile = join(options.directory, 'public', `${name}.pub.pem`);
    await writeKeyPair(key, { privateFile, publicFile }, options.passphrase, options.force);
    paths.push(privateFile);
  }
  return paths;
}

/**
 * Makes keys (`keys/ROLE-N.key.pem`, `public/ROLE-N.pub.pem`), the signed trust root (`trust-root.json`) and a policy
 * to edit (`policy.json`) in a directory.
 */
export async function initialise(options: InitOptions): Promise<InitResult> {
  for (const role of ROLES) requirePlan(role, options.roles[role]);
  requireName('--org', options.org);
  requireName('--policy-id', options.policyId);
  const settings = options.settings ?? templateSettings();
  effectiveSettings(settings);
  const keys = {
    root: generate(options, 'root'),
    policy: generate(options, 'policy'),
    freshness: generate(options, 'freshness'),
  };
  const role = (name: RoleName): RoleKeys => ({
    keys: [...keys[name], ...(options.roles[name].publicKeys ?? [])],
    threshold: options.roles[name].threshold,
  });
  const root = makeRoot({
    version: 1,
    expires: options.now + options.rootDays * DAY,
    root: role('root'),
    policy: role('policy'),
    freshness: role('freshness'),
  });
  if (keys.root.length === 0) {
    throw new CliError('usage', 'root: at least one key file, to sign the first trust root with');
  }
  const rootEnvelope = signRoot(root, keys.root);
  const policy = templatePolicy({ ...options, settings, days: options.policyDays });
  const trustRootFile = join(options.directory, 'trust-root.json');
  const policyFile = join(options.directory, 'policy.json');
  const keyFiles = {
    root: await writeKeys(options, 'root', keys.root),
    policy: await writeKeys(options, 'policy', keys.policy),
    freshness: await writeKeys(options, 'freshness', keys.freshness),
  };
  await writeOutput(trustRootFile, prettyJson(rootEnvelope), { force: options.force });
  await writeOutput(policyFile, prettyJson(policy), { force: options.force });
  const rootComplete = keys.root.length >= options.roles.root.threshold;
  return { trustRootFile, policyFile, keyFiles, keys, rootEnvelope, rootComplete, policy };
}
