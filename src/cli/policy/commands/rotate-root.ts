/** `rotate-root` on the command line. */
import { AppError } from '../../../shared/errors.ts';
import { CliError } from '../cli-error.ts';
import {
  type Common,
  type Context,
  type KeyArguments,
  type Register,
  type RootArguments,
  withExamples,
  withKeys,
  withOutput,
  withRoots,
} from '../command.ts';
import { loadEnvelope, rootOf } from '../documents.ts';
import { prettyJson, readInput, writeOutput } from '../files.ts';
import { importPublicKey } from '../keys.ts';
import { withSigningKeys } from '../open-keys.ts';
import { repeated, wholeNumber } from '../options.ts';
import { printFacts } from '../output.ts';
import { loadChain, type RootChain, verifyChain } from '../roots.ts';
import {
  nextRootDocument,
  type RootChange,
  rootSigners,
  signRootWith,
  unsignedRoot,
} from '../rotate-root.ts';

const DAY = 24 * 60 * 60 * 1000;
const MAX_DAYS = 7300;
const MAX_THRESHOLD = 32;
const MAX_SEQUENCE = 999_999_999;

interface RotateArguments extends Common, RootArguments, KeyArguments {
  readonly pending?: string;
  readonly add?: readonly string[];
  readonly remove?: readonly string[];
  readonly threshold?: readonly string[];
  readonly minSequence?: readonly string[];
  readonly allowOverlay?: readonly string[];
  readonly days: number;
  readonly partial?: true;
  readonly out: string;
}

/** `NAME=VALUE` options as pairs. */
function pairs(option: string, texts: readonly string[] | undefined): (readonly [string, string])[] {
  return (texts ?? []).map((text) => {
    const at = text.indexOf('=');
    if (at > 0) return [text.slice(0, at), text.slice(at + 1)] as const;
    throw new CliError('usage', `${option}: NAME=VALUE, not ${JSON.stringify(text)}`);
  });
}

function numbers(option: string, texts: readonly string[] | undefined, most: number): Map<string, number> {
  const read = wholeNumber(option, 1, most);
  return new Map(pairs(option, texts).map(([name, value]) => [name, read(value)]));
}

/** A key id, or the id of the key in a file. */
function keyidOf(text: string): string {
  if (/^[A-Za-z0-9_-]{16,64}$/.test(text)) return text;
  return importPublicKey(readInput(text).toString('latin1'), text).keyid;
}

function changeOf(args: RotateArguments): RootChange {
  const pem = (path: string) => importPublicKey(readInput(path).toString('latin1'), path);
  return {
    add: pairs('--add', args.add).map(([role, path]) => ({ role, key: pem(path) })),
    remove: (args.remove ?? []).map(keyidOf),
    thresholds: numbers('--threshold', args.threshold, MAX_THRESHOLD),
    minSequence: numbers('--min-sequence', args.minSequence, MAX_SEQUENCE),
    overlays: new Map(
      pairs('--allow-overlay', args.allowOverlay).map(([name, list]) => [
        name,
        list === '' ? [] : list.split(','),
      ]),
    ),
    expires: Date.now() + args.days * DAY,
  };
}

/** The root to sign, and the chain up to the root before it (none for version 1). */
function target(args: RotateArguments) {
  const chain = loadChain(args);
  if (args.pending === undefined) {
    verifyChain(chain.trustRoot, chain.roots);
    const root = nextRootDocument(chain.root, changeOf(args));
    return { envelope: unsignedRoot(root), root, chain, before: chain.root };
  }
  if (
    [args.add, args.remove, args.threshold, args.minSequence, args.allowOverlay].some(
      (each) => each !== undefined,
    )
  ) {
    throw new CliError('usage', '--pending takes the root as it is: changes need a new one');
  }
  const envelope = loadEnvelope(args.pending);
  const root = rootOf(envelope, args.pending);
  if (root.version === 1) return { envelope, root, chain, before: undefined };
  if (root.version !== chain.root.version + 1) {
    throw new CliError(
      'usage',
      `${args.pending} is version ${root.version}, after ${chain.root.version} comes another`,
    );
  }
  return { envelope, root, chain, before: chain.root };
}

/** Whether every signature is there; why not is an answer, what else is wrong is thrown. */
function isComplete(chain: RootChain, envelope: RootChain['trustRoot'], first: boolean): boolean {
  try {
    if (first) verifyChain(envelope, []);
    else verifyChain(chain.trustRoot, [...chain.roots, envelope]);
    return true;
  } catch (error) {
    if (error instanceof AppError && error.code === 'ROOT_SIGNATURE') return false;
    throw error;
  }
}

async function run(args: RotateArguments, { terminal }: Context): Promise<void> {
  const { envelope, root, chain, before } = target(args);
  const signed = await withSigningKeys(args, (keys) => signRootWith(envelope, root, before, keys));
  const byNew = rootSigners(signed, root);
  const byOld = before === undefined ? [] : rootSigners(signed, before);
  const complete = isComplete(chain, signed, before === undefined);
  if (!complete && args.partial !== true) {
    const old = before === undefined ? '' : `${byOld.length} of ${before.roles.root.threshold} old and `;
    throw new CliError(
      'key',
      `${old}${byNew.length} of ${root.roles.root.threshold} new root signatures: give more keys, or --partial`,
    );
  }
  await writeOutput(args.out, prettyJson(signed), { force: args.force === true });
  printFacts(terminal, args.json === true, {
    root: args.out,
    version: root.version,
    expires: root.expires,
    complete,
    signedByOld: byOld,
    signedByNew: byNew,
    thresholdOld: before?.roles.root.threshold ?? 0,
    thresholdNew: root.roles.root.threshold,
  });
}

export const addRotateRoot: Register = (parent, context) => {
  const command = parent
    .command('rotate-root')
    .summary('the next trust root: other keys, thresholds, floors')
    .description(
      'Make the next version of the trust root: other keys, thresholds, expiry, floors, overlays. It needs signatures ' +
        'by the thresholds of the old root and of the new one; where several people hold the keys, the first adds ' +
        '--partial and the next one goes on with --pending. A key that was stolen is taken out with --remove, and ' +
        '--min-sequence says which policies still count. Then sign the policy anew with --root.',
    )
    .option(
      '--add <role=file>',
      'add a public key (PEM, or a certificate) to a role; may be repeated',
      repeated,
    )
    .option('--remove <id|file>', 'take a key out of every role; may be repeated', repeated)
    .option('--threshold <role=n>', 'signatures that a role needs; may be repeated', repeated)
    .option('--min-sequence <policyid=n>', 'lowest sequence that still counts; may be repeated', repeated)
    .option(
      '--allow-overlay <name=pointers>',
      'settings that an overlay may tighten, comma-separated; none: no longer allowed; may be repeated',
      repeated,
    )
    .option('--days <n>', 'how long the new root holds', wholeNumber('--days', 1, MAX_DAYS), 1825)
    .option('--pending <file>', 'add signatures to this root in place of making a new one')
    .option('--partial', 'write the root although signatures are missing');
  withExamples(
    withOutput(withKeys(withRoots(command)), 'the root to write'),
    'rotate-root --trust-root trust-root.json --add policy=new.pub.pem --remove old.pub.pem --min-sequence main=12 \\\n' +
      '    --key root-1.key.pem --partial --out root-2.json',
    'rotate-root --trust-root trust-root.json --pending root-2.json --key root-2.key.pem --out root-2.json --force',
    'sign --trust-root trust-root.json --root root-2.json --policy policy.json --key new.key.pem … --out policy.bundle',
  ).action((args: RotateArguments) => run(args, context));
};
