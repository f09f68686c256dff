/** `overlay` on the command line. */
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
import { loadAnyPolicy } from '../documents.ts';
import { prettyJson, readJson, writeOutput } from '../files.ts';
import { withSigningKeys } from '../open-keys.ts';
import { repeated } from '../options.ts';
import { printFacts } from '../output.ts';
import { overlaySetting, signOverlay } from '../overlay.ts';
import { loadChain } from '../roots.ts';
import { payloadSha256 } from '../signing.ts';
import { TOOL_VERSION } from '../version.ts';

interface NewArguments extends Common {
  readonly name: string;
  readonly policy: string;
  readonly author: string;
  readonly set: readonly string[];
  readonly group?: readonly string[];
  readonly machine?: readonly string[];
  readonly out: string;
}

async function runNew(args: NewArguments, { terminal }: Context): Promise<void> {
  const { policyId, audience } = loadAnyPolicy(args.policy);
  const { group, machine } = args;
  const restricted =
    group === undefined && machine === undefined
      ? {}
      : {
          audience: {
            org: audience.org,
            ...(group === undefined ? {} : { groups: [...group] }),
            ...(machine === undefined ? {} : { machines: [...machine] }),
          },
        };
  const overlay = {
    name: args.name,
    policyId,
    ...restricted,
    provenance: { author: args.author, toolVersion: `sallyport-policy ${TOOL_VERSION}` },
    settings: args.set.map(overlaySetting),
  };
  await writeOutput(args.out, prettyJson(overlay), { force: args.force === true });
  printFacts(terminal, args.json === true, { overlay: args.out, name: args.name, policyId });
}

interface SignArguments extends Common, RootArguments, KeyArguments {
  readonly out: string;
}

async function runSign(file: string, args: SignArguments, { terminal }: Context): Promise<void> {
  const { root } = loadChain(args);
  const document = readJson(file);
  if (typeof document !== 'object' || document === null) throw new CliError('usage', `${file} is no overlay`);
  const envelope = await withSigningKeys(args, (keys) => signOverlay(document, root, keys));
  await writeOutput(args.out, prettyJson(envelope), { force: args.force === true });
  printFacts(terminal, args.json === true, {
    overlay: args.out,
    sha256: payloadSha256(envelope),
    signers: envelope.signatures.map(({ keyid }) => keyid),
  });
}

export const addOverlay: Register = (parent, context) => {
  const overlay = parent
    .command('overlay')
    .summary('let a site tighten settings of its own')
    .description(
      'Overlays tighten a policy, for all or for some of its computers; they never loosen it. The root says which keys may ' +
        'sign an overlay and which settings it reaches (rotate-root --allow-overlay), and the policy lists it by hash ' +
        '(sign --overlay).',
    );
  const making = overlay
    .command('init')
    .description('Write an overlay, to be signed.')
    .requiredOption('--name <name>', 'its name in the root')
    .requiredOption('--policy <file>', 'the policy or bundle that it belongs to')
    .requiredOption('--author <text>', 'who stands behind it')
    .requiredOption('--set <pointer=value>', 'a setting and its value (JSON); may be repeated', repeated)
    .option('--group <name>', 'only for computers of this group; may be repeated', repeated)
    .option('--machine <id>', 'only for this computer; may be repeated', repeated);
  withExamples(
    withOutput(making, 'the overlay to write'),
    'overlay init --name site-a --policy policy.json --author "Site A" --set /session/idleLockMinutes=5 --out site-a.json',
  ).action((args: NewArguments) => runNew(args, context));
  const signing = overlay
    .command('sign')
    .description(
      'Sign an overlay with the keys that the root lists for it; then name it in `sign --overlay`.',
    )
    .argument('<overlay>');
  withExamples(
    withOutput(withKeys(withRoots(signing)), 'the signed overlay to write'),
    'overlay sign site-a.json --trust-root trust-root.json --root root-2.json --key site-a.key.pem --out site-a.signed.json',
    'sign --trust-root trust-root.json --root root-2.json --policy policy.json --overlay site-a.signed.json …',
  ).action((file: string, args: SignArguments) => runSign(file, args, context));
};
