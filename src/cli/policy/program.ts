/** The command line of `sallyport-policy`. The work is done in init.ts, sign.ts, verify.ts and lock.ts. */
import { Command, CommanderError } from 'commander';
import { effectiveSettings, type PolicySettingsInput, readSettings } from '../../policy/index.ts';
import type { SignatureAlgorithm } from '../../shared/crypto.ts';
import { CliError, EXIT_CODES } from './cli-error.ts';
import { loadBundle, loadEnvelope, loadMachine, loadPolicyDocument, policyOf, rootOf } from './documents.ts';
import { readInput, readJson, writeOutput } from './files.ts';
import { initialise } from './init.ts';
import { importKey, isEncrypted, type SigningKey } from './keys.ts';
import { enrol, newEpoch } from './lock.ts';
import { algorithm, moment, repeated, wholeNumber } from './options.ts';
import { printFacts, printFailure, type Terminal } from './output.ts';
import { passphraseFromFile, promptPassphrase, requireStrong } from './passphrase.ts';
import { signBundle } from './sign.ts';
import { verifyFile } from './verify.ts';
import { TOOL_VERSION } from './version.ts';

const MAX_COUNT = 16;
const MAX_DAYS = 7300;
const MAX_HOURS = 8784;

interface Common {
  readonly json?: true;
  readonly force?: true;
}

interface InitArguments extends Common {
  readonly directory: string;
  readonly org: string;
  readonly policyId: string;
  readonly author: string;
  readonly algorithm: SignatureAlgorithm;
  readonly rootKeys: number;
  readonly rootThreshold: number;
  readonly policyKeys: number;
  readonly policyThreshold: number;
  readonly freshnessKeys: number;
  readonly freshnessThreshold: number;
  readonly settings?: string;
  readonly rootDays: number;
  readonly policyDays: number;
  readonly passphraseFile?: string;
  readonly unencryptedKeys?: true;
}

async function newPassphrase(args: InitArguments): Promise<Buffer | undefined> {
  if (args.unencryptedKeys === true) {
    if (args.passphraseFile === undefined) return undefined;
    throw new CliError('usage', 'either --passphrase-file or --unencrypted-keys');
  }
  if (args.passphraseFile !== undefined) return requireStrong(passphraseFromFile(args.passphraseFile));
  const first = requireStrong(await promptPassphrase('Passphrase for the new keys: '));
  const second = await promptPassphrase('The same again: ');
  if (first.equals(second)) return first;
  throw new CliError('key', 'the two passphrases differ');
}

function settingsFrom(path: string): PolicySettingsInput {
  const settings = readSettings(readJson(path));
  effectiveSettings(settings);
  return settings;
}

async function runInit(args: InitArguments, terminal: Terminal): Promise<void> {
  const passphrase = await newPassphrase(args);
  const { settings, ...plain } = args;
  const result = await initialise({
    ...plain,
    roles: {
      root: { keys: args.rootKeys, threshold: args.rootThreshold },
      policy: { keys: args.policyKeys, threshold: args.policyThreshold },
      freshness: { keys: args.freshnessKeys, threshold: args.freshnessThreshold },
    },
    force: args.force === true,
    now: Date.now(),
    ...(passphrase === undefined ? {} : { passphrase }),
    ...(settings === undefined ? {} : { settings: settingsFrom(settings) }),
  });
  passphrase?.fill(0);
  const { root, policy, freshness } = result.keyFiles;
  printFacts(terminal, args.json === true, {
    trustRoot: result.trustRootFile,
    policy: result.policyFile,
    keys: [...root, ...policy, ...freshness],
    encrypted: passphrase !== undefined,
  });
}

interface SignArguments extends Common {
  readonly trustRoot: string;
  readonly root?: readonly string[];
  readonly policy?: string;
  readonly bundle?: string;
  readonly key: readonly string[];
  readonly passphraseFile?: string;
  readonly freshnessHours: number;
  readonly partial?: true;
  readonly out: string;
}

async function loadKeys(args: SignArguments): Promise<SigningKey[]> {
  let passphrase = args.passphraseFile === undefined ? undefined : passphraseFromFile(args.passphraseFile);
  const keys: SigningKey[] = [];
  for (const path of args.key) {
    const pem = readInput(path).toString('latin1');
    if (isEncrypted(pem)) passphrase ??= await promptPassphrase('Passphrase of the keys: ');
    keys.push(importKey(pem, passphrase, path));
  }
  passphrase?.fill(0);
  return keys;
}

async function runSign(args: SignArguments, terminal: Terminal): Promise<void> {
  if ((args.policy === undefined) === (args.bundle === undefined)) {
    throw new CliError('usage', 'either --policy FILE or --bundle FILE');
  }
  const trustRoot = loadEnvelope(args.trustRoot);
  const existing = args.bundle === undefined ? undefined : loadBundle(args.bundle);
  const roots = existing?.roots ?? (args.root ?? []).map(loadEnvelope);
  const policy =
    existing === undefined
      ? loadPolicyDocument(args.policy ?? '')
      : policyOf(existing.policy, args.bundle ?? '');
  const signed = signBundle({
    trustRoot,
    roots,
    root: rootOf(roots.at(-1) ?? trustRoot, args.root?.at(-1) ?? args.trustRoot),
    policy,
    keys: await loadKeys(args),
    freshnessHours: args.freshnessHours,
    partial: args.partial === true,
    now: Date.now(),
    ...(existing === undefined ? {} : { existing }),
  });
  await writeOutput(args.out, signed.bytes, { force: args.force === true });
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

interface VerifyArguments extends Common {
  readonly trustRoot: string;
  readonly machine: string;
  readonly at?: number;
  readonly app: string;
  readonly platform: string;
}

function runVerify(bundle: string, args: VerifyArguments, terminal: Terminal): void {
  const report = verifyFile({
    bundle: readInput(bundle),
    trustRoot: readInput(args.trustRoot),
    machine: loadMachine(args.machine),
    platform: args.platform,
    appVersion: args.app,
    at: args.at ?? Date.now(),
  });
  printFacts(terminal, args.json === true, { ...report });
}

interface EpochArguments extends Common {
  readonly domain: string;
  readonly epoch: number;
  readonly out: string;
}

async function runNewEpoch(args: EpochArguments, terminal: Terminal): Promise<void> {
  await newEpoch({ ...args, force: args.force === true });
  printFacts(terminal, args.json === true, {
    masterKey: args.out,
    domain: args.domain,
    epoch: args.epoch,
  });
}

interface EnrolArguments extends Common {
  readonly machine: string;
  readonly masterKey: string;
  readonly out: string;
}

async function runEnrol(args: EnrolArguments, terminal: Terminal): Promise<void> {
  const { machine, masterKey, out } = args;
  const enrolment = await enrol({ masterFile: masterKey, machine, out, force: args.force === true });
  printFacts(terminal, args.json === true, { enrolment: out, ...enrolment });
}

function count(name: string, what: string): [string, string, (text: string) => number] {
  return [`${name} <n>`, what, wholeNumber(name, 1, MAX_COUNT)];
}

function addInit(program: Command, terminal: Terminal): void {
  program
    .command('init')
    .description('make keys, the trust root and a first policy')
    .requiredOption('--directory <path>', 'where to put them')
    .requiredOption('--org <name>', "the organisation's machine-readable name")
    .requiredOption('--author <text>', 'who stands behind the policy')
    .option('--policy-id <name>', 'id of the policy', 'main')
    .option('--algorithm <name>', 'algorithm of the keys', algorithm, 'ed25519')
    .option(...count('--root-keys', 'root keys'), 3)
    .option(...count('--root-threshold', 'root signatures needed'), 2)
    .option(...count('--policy-keys', 'policy keys'), 2)
    .option(...count('--policy-threshold', 'policy signatures needed'), 1)
    .option(...count('--freshness-keys', 'freshness keys'), 1)
    .option(...count('--freshness-threshold', 'freshness signatures needed'), 1)
    .option('--settings <file>', 'settings of the policy (JSON); without it: examples to edit')
    .option('--root-days <n>', 'how long the root holds', wholeNumber('--root-days', 1, MAX_DAYS), 1825)
    .option('--policy-days <n>', 'how long the policy holds', wholeNumber('--policy-days', 1, MAX_DAYS), 365)
    .option('--passphrase-file <file>', 'its first line encrypts the key files; without it: asked for')
    .option('--unencrypted-keys', 'write the key files unencrypted')
    .option('--force', 'replace files that exist')
    .option('--json', 'print one JSON line')
    .action((args: InitArguments) => runInit(args, terminal));
}

function addSign(program: Command, terminal: Terminal): void {
  program
    .command('sign')
    .description('sign a policy into a bundle, or add signatures or freshness to a bundle')
    .requiredOption('--trust-root <file>', 'the trust root that is shipped with the application')
    .option('--root <file>', 'a later root, version 2 first; may be repeated', repeated)
    .option('--policy <file>', 'the policy to sign')
    .option('--bundle <file>', 'the bundle to add signatures or new freshness to')
    .requiredOption('--key <file>', 'a key file; may be repeated', repeated)
    .option('--passphrase-file <file>', 'its first line opens the key files; without it: asked for')
    .option(
      '--freshness-hours <n>',
      'how long the bundle counts as fresh',
      wholeNumber('--freshness-hours', 1, MAX_HOURS),
      168,
    )
    .option('--partial', 'write the bundle although signatures are missing')
    .requiredOption('--out <file>', 'the bundle to write')
    .option('--force', 'replace a file that exists')
    .option('--json', 'print one JSON line')
    .action((args: SignArguments) => runSign(args, terminal));
}

function addVerify(program: Command, terminal: Terminal): void {
  program
    .command('verify')
    .description("judge a bundle with the client's own verifier")
    .argument('<bundle>')
    .requiredOption('--trust-root <file>', 'the trust root that is shipped with the application')
    .requiredOption('--machine <file>', 'the machine.json of the computer to judge for')
    .option('--at <time>', 'the time to judge at; default: now', moment('--at'))
    .option('--app <version>', 'the version of the application', TOOL_VERSION)
    .option('--platform <name>', 'linux, win32 or darwin', process.platform)
    .option('--json', 'print one JSON line')
    .action((bundle: string, args: VerifyArguments) => runVerify(bundle, args, terminal));
}

function addLock(program: Command, terminal: Terminal): void {
  const lock = program.command('lock').description('keys of the client/server lock');
  lock
    .command('new-epoch')
    .description('make the master key of an epoch, a secret of the server')
    .requiredOption('--domain <name>', 'the XMPP domain')
    .requiredOption('--epoch <n>', 'the epoch', wholeNumber('--epoch', 1, 999_999))
    .requiredOption('--out <file>', 'the file to write')
    .option('--force', 'replace a file that exists')
    .option('--json', 'print one JSON line')
    .action((args: EpochArguments) => runNewEpoch(args, terminal));
  lock
    .command('enroll')
    .description("derive a machine's key for its keychain")
    .requiredOption('--machine <id>', "the machine's id")
    .requiredOption('--master-key <file>', 'the master key of the epoch')
    .requiredOption('--out <file>', 'the enrolment file to write')
    .option('--force', 'replace a file that exists')
    .option('--json', 'print one JSON line')
    .action((args: EnrolArguments) => runEnrol(args, terminal));
}

function makeProgram(terminal: Terminal): Command {
  const program = new Command('sallyport-policy')
    .description('make, sign and verify Sallyport policies; works offline')
    .version(TOOL_VERSION)
    .exitOverride()
    .configureOutput({ writeOut: (text) => terminal.out(text), writeErr: (text) => terminal.err(text) });
  addInit(program, terminal);
  addSign(program, terminal);
  addVerify(program, terminal);
  addLock(program, terminal);
  return program;
}

/**
 * Runs the command.
 *
 * @param args the arguments after the program's name
 * @returns the exit code
 */
export async function runPolicyCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    await makeProgram(terminal).parseAsync([...args], { from: 'user' });
    return EXIT_CODES.ok;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_CODES.ok : EXIT_CODES.usage;
    return printFailure(terminal, args.includes('--json'), error);
  }
}
