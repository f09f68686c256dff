/** The chain of trust roots that a command works with. */
import { nodeCrypto } from '../../platform/node-crypto.ts';
import type { Envelope, Root } from '../../policy/index.ts';
import { loadAnchor, nextRoot, type TrustedRoot } from '../../policy/root.ts';
import { CliError } from './cli-error.ts';
import type { RootArguments } from './command.ts';
import { loadEnvelope, rootOf } from './documents.ts';

export interface RootChain {
  /** As it is shipped with the application. */
  readonly trustRoot: Envelope;
  /** Version 2 to N. */
  readonly roots: readonly Envelope[];
  /** The newest, read. */
  readonly root: Root;
}

/**
 * The roots of the options, together with those that a bundle holds already. A root given again has to be the same.
 *
 * @throws CliError `usage` for a gap or a second root of one version
 */
export function loadChain(args: RootArguments, inBundle: readonly Envelope[] = []): RootChain {
  const trustRoot = loadEnvelope(args.trustRoot);
  const roots = [...inBundle];
  for (const path of args.root ?? []) {
    const envelope = loadEnvelope(path);
    const { version } = rootOf(envelope, path);
    const known = roots[version - 2];
    if (known !== undefined && known.payload === envelope.payload) continue;
    if (version !== roots.length + 2) {
      throw new CliError(
        'usage',
        `${path} is root version ${version}; version ${roots.length + 2} comes next`,
      );
    }
    roots.push(envelope);
  }
  const newest = roots.at(-1) ?? trustRoot;
  return { trustRoot, roots, root: rootOf(newest, args.root?.at(-1) ?? args.trustRoot) };
}

/**
 * Follows the chain as the client does.
 *
 * @throws AppError ROOT_SIGNATURE, ROOT_GAP and others of the policy module
 */
export function verifyChain(trustRoot: Envelope, roots: readonly Envelope[]): TrustedRoot {
  let trusted = loadAnchor(trustRoot, nodeCrypto);
  for (const envelope of roots) trusted = nextRoot(trusted, envelope, nodeCrypto);
  return trusted;
}
