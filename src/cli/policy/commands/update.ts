/** `update` on the command line. */
import { nodeCrypto } from '../../../platform/node-crypto.ts';
import {
  type Audience,
  EMPTY_STATE,
  formatTime,
  isNewerVersion,
  MAX_UPDATE_BYTES,
  parseCanonical,
  readEnvelope,
  type UpdateManifest,
  verifyUpdate,
} from '../../../policy/index.ts';
import type { PolicyErrorCode } from '../../../shared/error-catalogue.ts';
import { AppError } from '../../../shared/errors.ts';
import { CliError } from '../cli-error.ts';
import {
  type Common,
  type Context,
  type KeyArguments,
  type MachineArguments,
  type Register,
  type RootArguments,
  withExamples,
  withJson,
  withKeys,
  withMachine,
  withOutput,
  withRoots,
} from '../command.ts';
import { loadBundle, loadEnvelope, policyOf, updateOf } from '../documents.ts';
import { readAtMost, writeOutput } from '../files.ts';
import { machineOf } from '../machine.ts';
import { nextSecond } from '../next-second.ts';
import { withSigningKeys } from '../open-keys.ts';
import { repeated, wholeNumber } from '../options.ts';
import { type Facts, printFacts } from '../output.ts';
import { loadChain, verifyChain } from '../roots.ts';
import { loadState, saveState } from '../state-file.ts';
import { audienceText, describePackage, requireListed, signUpdate, updateDocument } from '../update.ts';
import { TOOL_VERSION } from '../version.ts';

const SECOND = 1000;
const DAY = 24 * 60 * 60 * SECOND;
const MAX_DAYS = 1000;

/** Reads a manifest as the client would: one that is too large is refused by the client's code. */
function readManifest(file: string): Buffer {
  const bytes = readAtMost(file, MAX_UPDATE_BYTES);
  if (bytes === undefined) throw new AppError<PolicyErrorCode>('TOO_LARGE', { part: 'update', path: file });
  return bytes;
}

interface SignArguments extends Common, RootArguments, KeyArguments {
  readonly release?: string;
  readonly installFrom?: string;
  readonly notes?: string;
  readonly org?: string;
  readonly group?: readonly string[];
  readonly channel?: readonly string[];
  readonly platform?: readonly string[];
  readonly author?: string;
  readonly ticket?: string;
  readonly package?: readonly string[];
  readonly days: number;
  readonly previous?: string;
  readonly manifest?: string;
  readonly partial?: true;
  readonly out: string;
}

/** The time in seconds; more than the manifest before it has, also where this computer's clock is behind. */
function nextSequence({ previous }: SignArguments, now: number): number {
  const time = Math.floor(now / SECOND);
  return previous === undefined
    ? time
    : Math.max(time, updateOf(loadEnvelope(previous), previous).sequence + 1);
}

/** The manifest that the options describe. */
async function drafted(args: SignArguments, now: number): Promise<UpdateManifest> {
  const { release, installFrom, org, author, notes, ticket, group, channel, platform } = args;
  if (release === undefined || installFrom === undefined || org === undefined || author === undefined) {
    throw new CliError('usage', 'a new manifest needs --release, --install-from, --org and --author');
  }
  const packages = await Promise.all((args.package ?? []).map(describePackage));
  const audience = {
    org,
    ...(group === undefined ? {} : { groups: [...group] }),
    ...(channel === undefined ? {} : { channels: [...channel] }),
    ...(platform === undefined ? {} : { platforms: [...platform] as NonNullable<Audience['platforms']> }),
  };
  return updateDocument({
    audience,
    sequence: nextSequence(args, now),
    expires: formatTime(now + args.days * DAY),
    version: release,
    installFrom,
    ...(notes === undefined ? {} : { notes }),
    ...(packages.length === 0 ? {} : { packages }),
    provenance: {
      author,
      ...(ticket === undefined ? {} : { ticket }),
      toolVersion: `sallyport-policy ${TOOL_VERSION}`,
    },
  });
}

const FACTS_OF_A_NEW_ONE = [
  'release',
  'installFrom',
  'notes',
  'org',
  'group',
  'channel',
  'platform',
  'author',
  'ticket',
  'package',
  'previous',
] as const;

async function runSign(args: SignArguments, { terminal }: Context): Promise<void> {
  const now = Date.now();
  const chain = loadChain(args);
  verifyChain(chain.trustRoot, chain.roots);
  if (args.manifest !== undefined && FACTS_OF_A_NEW_ONE.some((name) => args[name] !== undefined)) {
    throw new CliError('usage', '--manifest takes the manifest as it is: other words need a new one');
  }
  const existing = args.manifest === undefined ? undefined : loadEnvelope(args.manifest);
  const manifest =
    existing === undefined ? await drafted(args, now) : updateOf(existing, args.manifest ?? '');
  const signed = await withSigningKeys(args, (keys) =>
    signUpdate({
      rootEnvelope: chain.roots.at(-1) ?? chain.trustRoot,
      root: chain.root,
      manifest,
      ...(existing === undefined ? {} : { existing }),
      keys,
      partial: args.partial === true,
      now,
    }),
  );
  await writeOutput(args.out, signed.bytes, { force: args.force === true });
  await nextSecond();
  printFacts(terminal, args.json === true, {
    manifest: args.out,
    version: manifest.version,
    sequence: manifest.sequence,
    expires: manifest.expires,
    complete: signed.complete,
    signers: signed.signers,
  });
}

/** What a manifest says, in the order in which it is printed. */
function factsOf(manifest: UpdateManifest): Facts {
  const { version, installFrom, notes, audience, sequence, expires, provenance, packages = [] } = manifest;
  return {
    version,
    installFrom,
    ...(notes === undefined ? {} : { notes }),
    audience: audienceText(audience),
    sequence,
    expires,
    author: provenance.author,
    ...(provenance.ticket === undefined ? {} : { ticket: provenance.ticket }),
    packages: packages.map(({ name, bytes, sha256 }) => `${name} (${bytes} bytes, SHA-256 ${sha256})`),
  };
}

interface VerifyArguments extends Common, RootArguments, MachineArguments {
  readonly bundle?: string;
  readonly package?: readonly string[];
  readonly state?: string;
  readonly keepState?: true;
}

/** Whom a manifest is for. The verifier refuses one that cannot be read before it gets to ask whom it is for. */
function audienceIn(bytes: Uint8Array, file: string): Audience {
  try {
    const parsed = parseCanonical(bytes);
    return updateOf(readEnvelope(parsed.ok ? parsed.value : undefined), file).audience;
  } catch {
    return { org: 'unknown' };
  }
}

async function runVerify(file: string, args: VerifyArguments, { terminal }: Context): Promise<void> {
  const bytes = readManifest(file);
  const bundle = args.bundle === undefined ? undefined : loadBundle(args.bundle);
  const chain = loadChain(args, bundle?.roots);
  const root = verifyChain(chain.trustRoot, chain.roots).envelope;
  const state = args.state === undefined ? EMPTY_STATE : loadState(args.state);
  const verified = verifyUpdate(
    {
      manifest: bytes,
      root,
      state,
      machine: machineOf(args, () => audienceIn(bytes, file)),
      platform: args.platform,
      ...(bundle === undefined ? {} : { versions: policyOf(bundle.policy, args.bundle ?? '') }),
      now: args.at ?? Date.now(),
    },
    nodeCrypto,
  );
  for (const path of args.package ?? []) requireListed(await describePackage(path), verified.manifest);
  if (args.state !== undefined && args.keepState === true) await saveState(args.state, verified.state);
  printFacts(terminal, args.json === true, {
    shown: isNewerVersion(verified.manifest.version, args.app),
    ...factsOf(verified.manifest),
    signers: verified.signers,
    sha256: verified.sha256,
  });
}

function runExplain(file: string, args: Common, { terminal }: Context): void {
  const envelope = loadEnvelope(file);
  printFacts(terminal, args.json === true, {
    ...factsOf(updateOf(envelope, file)),
    signedUnder: envelope.signatures.map(({ keyid }) => keyid),
    signatures: 'not checked here: update verify',
  });
}

const addSigning: Register = (parent, context) => {
  const command = parent
    .command('sign')
    .description(
      'Sign a manifest with the keys that the root lists for updates, or with policy keys where it lists none. It is ' +
        "written only when the client's own verifier takes it.",
    )
    .option('--release <version>', 'the version that can be had, such as 0.2.0')
    .option('--install-from <text>', 'where people get it; shown to them as it stands')
    .option('--notes <text>', 'what is better in it, in a sentence or two')
    .option('--org <name>', "the organisation's name in machine.json")
    .option('--group <name>', 'only for computers of this group; may be repeated', repeated)
    .option('--channel <name>', 'only for computers of this channel; may be repeated', repeated)
    .option('--platform <name>', 'only for linux, win32 or darwin; may be repeated', repeated)
    .option('--author <text>', 'who stands behind it')
    .option('--ticket <text>', 'where it was decided')
    .option('--package <file>', 'an installer to list with its SHA-256; may be repeated', repeated)
    .option('--days <n>', 'how long people are told', wholeNumber('--days', 1, MAX_DAYS), 90)
    .option('--previous <file>', 'the manifest before it: clients take no lower sequence')
    .option('--manifest <file>', 'add signatures to this manifest in place of making a new one')
    .option('--partial', 'write the manifest although signatures are missing');
  withExamples(
    withOutput(withKeys(withRoots(command)), 'the manifest to write'),
    'update sign --trust-root trust-root.json --org example --author "J. Doe, IT" --release 0.2.0 \\\n' +
      '    --install-from "Software Centre, under Sallyport" --package sallyport_0.2.0_amd64.deb \\\n' +
      '    --key policy-1.key.pem --out update.manifest',
    'update sign --trust-root trust-root.json --manifest half.manifest --key policy-2.key.pem --out update.manifest',
  ).action((args: SignArguments) => runSign(args, context));
};

const addVerifying: Register = (parent, context) => {
  const command = parent
    .command('verify')
    .description(
      "Judge a manifest with the client's own verifier; `shown` says whether people with --app are told of it. A refusal " +
        'ends with code 1 and names what is wrong, as does a --package that the manifest does not list.',
    )
    .argument('<manifest>')
    .option('--bundle <file>', 'the policy bundle: its later roots, and the versions that it lets run')
    .option('--package <file>', 'an installer that has to be one of those listed; may be repeated', repeated)
    .option('--state <file>', "the computer's state file, or one that --keep-state wrote")
    .option('--keep-state', 'write the state as the computer would, for the next time');
  withExamples(
    withJson(withMachine(withRoots(command))),
    'update verify update.manifest --trust-root trust-root.json --bundle policy.bundle --machine machine.json --app 0.1.0',
    'update verify update.manifest --trust-root trust-root.json --package sallyport_0.2.0_amd64.deb',
  ).action((file: string, args: VerifyArguments) => runVerify(file, args, context));
};

const addExplaining: Register = (parent, context) => {
  const command = parent
    .command('explain')
    .description('Print what a manifest says. Its signatures are not looked at.')
    .argument('<manifest>');
  withExamples(withJson(command), 'update explain update.manifest').action((file: string, args: Common) =>
    runExplain(file, args, context),
  );
};

export const addUpdate: Register = (parent, context) => {
  const update = parent
    .command('update')
    .summary('tell people that there is a newer version')
    .description(
      'Update manifests tell people that IT has a newer version, and where. They lie beside the policy in the machine-wide ' +
        'directory (update.manifest) and count where the policy says /updates/mode notify. Clients fetch and install nothing.',
    );
  for (const add of [addSigning, addVerifying, addExplaining]) add(update, context);
};
