/** `sign` and `freshen` on the command line. */
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
import { loadBundle, loadEnvelope, loadPolicyDocument, overlayOf, policyOf } from '../documents.ts';
import { writeOutput } from '../files.ts';
import { nextSecond } from '../next-second.ts';
import { withSigningKeys } from '../open-keys.ts';
import { repeated, wholeNumber } from '../options.ts';
import { printFacts } from '../output.ts';
import { withOverlays } from '../overlay.ts';
import { loadChain } from '../roots.ts';
import { signBundle } from '../sign.ts';

const MAX_HOURS = 8784;

interface SignArguments extends Common, RootArguments, KeyArguments {
  readonly policy?: string;
  readonly bundle?: string;
  readonly overlay?: readonly string[];
  readonly freshnessHours: number;
  readonly partial?: true;
  readonly out: string;
}

async function run(args: SignArguments, { terminal }: Context, only?: 'freshness'): Promise<void> {
  if ((args.policy === undefined) === (args.bundle === undefined)) {
    throw new CliError('usage', 'either --policy FILE or --bundle FILE');
  }
  const existing = args.bundle === undefined ? undefined : loadBundle(args.bundle);
  const chain = loadChain(args, existing?.roots);
  if (existing !== undefined && args.overlay !== undefined) {
    throw new CliError('usage', 'a policy lists its overlays, so --overlay goes with --policy');
  }
  const named = (args.overlay ?? []).map((path) => {
    const envelope = loadEnvelope(path);
    return { envelope, name: overlayOf(envelope, path).name };
  });
  const policy =
    existing === undefined
      ? withOverlays(loadPolicyDocument(args.policy ?? ''), named)
      : policyOf(existing.policy, args.bundle ?? '');
  const signed = await withSigningKeys(args, (keys) =>
    signBundle({
      ...chain,
      policy,
      overlays: existing?.overlays ?? named.map(({ envelope }) => envelope),
      keys,
      freshnessHours: args.freshnessHours,
      partial: args.partial === true,
      ...(only === undefined ? {} : { only }),
      now: Date.now(),
      ...(existing === undefined ? {} : { existing }),
    }),
  );
  await writeOutput(args.out, signed.bytes, { force: args.force === true });
  await nextSecond();
  printFacts(terminal, args.json === true, {
    bundle: args.out,
    policyId: signed.policy.policyId,
    sequence: signed.policy.sequence,
    complete: signed.complete,
    policySigners: signed.policySigners,
    freshnessSigners: signed.freshnessSigners,
    bytes: signed.bytes.length,
  });
}

const HOURS = [
  '--freshness-hours <n>',
  'how long the bundle counts as fresh',
  wholeNumber('--freshness-hours', 1, MAX_HOURS),
  168,
] as const;

export const addSign: Register = (parent, context) => {
  const command = parent
    .command('sign')
    .summary('sign a policy into a bundle, or add signatures')
    .description(
      'Sign a policy into a bundle, or add signatures to a bundle. Keys are files, or stay on a card or an HSM. ' +
        "The bundle is written only when the client's own verifier takes it.",
    )
    .option('--policy <file>', 'the policy to sign')
    .option('--bundle <file>', 'the bundle to add signatures, roots or new freshness to')
    .option('--overlay <file>', 'a signed overlay that the policy is to list; may be repeated', repeated)
    .option(...HOURS)
    .option('--partial', 'write the bundle although signatures are missing');
  withExamples(
    withOutput(withKeys(withRoots(command)), 'the bundle to write'),
    'sign --trust-root trust-root.json --policy policy.json --key policy-1.key.pem --key freshness-1.key.pem \\\n' +
      '    --out policy.bundle',
    'sign --trust-root trust-root.json --policy policy.json --key freshness-1.key.pem --out policy.bundle \\\n' +
      '    --pkcs11-module /usr/lib/x86_64-linux-gnu/opensc-pkcs11.so --pkcs11-token "J. Doe" --pkcs11-key id:02',
    'sign --trust-root trust-root.json --bundle half.bundle --key policy-2.key.pem --out policy.bundle',
  ).action((args: SignArguments) => run(args, context));
};

export const addFreshen: Register = (parent, context) => {
  const command = parent
    .command('freshen')
    .summary('say anew that a bundle is the current one')
    .description(
      'Say anew that a bundle is the current one, before its last such statement expires. It takes the freshness key ' +
        'alone; policy keys stay where they are.',
    )
    .argument('<bundle>')
    .option(...HOURS);
  withExamples(
    withOutput(withKeys(withRoots(command)), 'the bundle to write'),
    'freshen policy.bundle --trust-root trust-root.json --key freshness-1.key.pem --out policy.bundle --force',
  ).action((bundle: string, args: SignArguments) => run({ ...args, bundle }, context, 'freshness'));
};
