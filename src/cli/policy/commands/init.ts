/** `init` on the command line. */
import { existsSync } from 'node:fs';
import { effectiveSettings, type PolicySettingsInput, readSettings } from '../../../policy/index.ts';
import type { SignatureAlgorithm } from '../../../shared/crypto.ts';
import { installedModules } from '../../../token/well-known-modules.ts';
import { ask, canAsk } from '../ask.ts';
import { CliError } from '../cli-error.ts';
import { type Common, type Context, type Register, withExamples, withJson } from '../command.ts';
import { type DraftAnswers, draftSettings } from '../draft.ts';
import { readInput, readJson } from '../files.ts';
import { initialise } from '../init.ts';
import { importPublicKey, type PublicKey } from '../keys.ts';
import { algorithm, repeated, wholeNumber } from '../options.ts';
import { printFacts } from '../output.ts';
import { newPassphrase } from '../passphrase.ts';

const MAX_COUNT = 16;
const MAX_DAYS = 7300;

interface InitArguments extends Common, DraftAnswers {
  readonly directory?: string;
  readonly org?: string;
  readonly policyId: string;
  readonly author?: string;
  readonly algorithm: SignatureAlgorithm;
  readonly rootKeys: number;
  readonly rootThreshold: number;
  readonly policyKeys: number;
  readonly policyThreshold: number;
  readonly freshnessKeys: number;
  readonly freshnessThreshold: number;
  readonly rootPublicKey?: readonly string[];
  readonly policyPublicKey?: readonly string[];
  readonly freshnessPublicKey?: readonly string[];
  readonly settings?: string;
  readonly rootDays: number;
  readonly policyDays: number;
  readonly passphraseFile?: string;
  readonly unencryptedKeys?: true;
}

interface Basics {
  readonly directory: string;
  readonly org: string;
  readonly author: string;
}

/** What is missing is asked for where somebody sits at a terminal; else it has to be there. */
async function complete(args: InitArguments): Promise<InitArguments & Basics> {
  const { directory, org, author } = args;
  if (directory !== undefined && org !== undefined && author !== undefined) {
    return { ...args, directory, org, author };
  }
  if (!canAsk()) throw new CliError('usage', 'init needs --directory, --org and --author');
  const basics = await ask({
    directory: { text: 'Directory for keys and policy', fallback: directory ?? 'authority' },
    org: {
      text: "The organisation's machine-readable name",
      ...(org === undefined ? {} : { fallback: org }),
    },
    author: { text: 'Who stands behind the policy', ...(author === undefined ? {} : { fallback: author }) },
  });
  if (args.settings !== undefined) return { ...args, ...basics };
  const about = await ask({
    organization: { text: "The organisation's name, as the windows show it", fallback: basics.org },
    support: { text: 'Whom to call when Sallyport is locked' },
    domain: { text: 'XMPP domain', fallback: '' },
    server: { text: 'Server, HOST or HOST:PORT', fallback: '' },
  });
  return { ...args, ...basics, ...(await site(args, about)) };
}

/** The questions about servers and cards, whose answers are files. */
async function site(
  args: InitArguments,
  about: Readonly<Record<'organization' | 'support' | 'domain' | 'server', string>>,
): Promise<DraftAnswers> {
  const [installed] = await installedModules();
  const { serverCertificate } =
    about.server === ''
      ? { serverCertificate: '' }
      : await ask({ serverCertificate: { text: "File with the server's certificate (PEM)" } });
  const { trustAnchor, module } = await ask({
    trustAnchor: { text: 'File with the CA certificates (PEM)', fallback: '' },
    module: { text: 'PKCS#11 module of the workstations', fallback: installed?.path ?? '' },
  });
  const optional = (name: string, value: string) => (value === '' ? {} : { [name]: [value] });
  return {
    ...args,
    organization: about.organization,
    support: about.support,
    ...(about.domain === '' ? {} : { domain: about.domain }),
    ...optional('server', about.server),
    ...optional('serverCertificate', serverCertificate),
    ...optional('trustAnchor', trustAnchor),
    ...optional('module', module),
  };
}

async function settingsOf(args: InitArguments): Promise<PolicySettingsInput> {
  if (args.settings === undefined) return await draftSettings(args);
  const settings = readSettings(readJson(args.settings));
  effectiveSettings(settings);
  return settings;
}

function publicKeys(files: readonly string[] | undefined): readonly PublicKey[] {
  return (files ?? []).map((path) => importPublicKey(readInput(path).toString('latin1'), path));
}

async function run(given: InitArguments, { terminal }: Context): Promise<void> {
  const args = await complete(given);
  const settings = await settingsOf(args);
  const roles = {
    root: {
      keys: args.rootKeys,
      threshold: args.rootThreshold,
      publicKeys: publicKeys(args.rootPublicKey),
    },
    policy: {
      keys: args.policyKeys,
      threshold: args.policyThreshold,
      publicKeys: publicKeys(args.policyPublicKey),
    },
    freshness: {
      keys: args.freshnessKeys,
      threshold: args.freshnessThreshold,
      publicKeys: publicKeys(args.freshnessPublicKey),
    },
  };
  if (args.force !== true && existsSync(`${args.directory}/trust-root.json`)) {
    throw new CliError(
      'exists',
      `${args.directory} holds a trust root already; --force replaces it and its keys`,
    );
  }
  const passphrase = await newPassphrase(args);
  const result = await initialise({
    directory: args.directory,
    org: args.org,
    author: args.author,
    policyId: args.policyId,
    algorithm: args.algorithm,
    rootDays: args.rootDays,
    policyDays: args.policyDays,
    roles,
    settings,
    force: args.force === true,
    now: Date.now(),
    ...(passphrase === undefined ? {} : { passphrase }),
  });
  passphrase?.fill(0);
  const { root, policy, freshness } = result.keyFiles;
  printFacts(terminal, args.json === true, {
    trustRoot: result.trustRootFile,
    trustRootComplete: result.rootComplete,
    policy: result.policyFile,
    keys: [...root, ...policy, ...freshness],
    encrypted: passphrase !== undefined,
  });
}

function count(name: string, what: string, least = 1): [string, string, (text: string) => number] {
  return [`${name} <n>`, what, wholeNumber(name, least, MAX_COUNT)];
}

export const addInit: Register = (parent, context) => {
  const command = parent
    .command('init')
    .summary('keys, trust root and a first policy')
    .description(
      'Make keys, the trust root and a first policy in a directory. On a terminal it asks for what no option gives. ' +
        'Settings that nothing was said about keep their safe default; those without a default are filled with an ' +
        'example, and `lint` names each example that is left.',
    )
    .option('--directory <path>', 'where to put everything')
    .option('--org <name>', "the organisation's machine-readable name, as in each machine.json")
    .option('--author <text>', 'who stands behind the policy')
    .option('--policy-id <name>', 'id of the policy', 'main')
    .option('--organization <text>', "the organisation's name, as the windows show it")
    .option('--support <text>', 'whom to call when Sallyport is locked')
    .option('--classification <text>', "the banner's text")
    .option('--official-labels', 'begin the catalogue of labels with UNCLASSIFIED to TOP SECRET//SCI')
    .option('--domain <name>', 'the XMPP domain')
    .option('--server <host[:port]>', 'an approved server, port 5223 by default; may be repeated', repeated)
    .option('--server-certificate <file>', 'pin the key in this certificate (PEM); may be repeated', repeated)
    .option('--spki-pin <pin>', 'a further pin, sha256/…: the key that lies ready; may be repeated', repeated)
    .option('--trust-anchor <file>', 'CA certificates for the servers (PEM); may be repeated', repeated)
    .option(
      '--module <path>',
      'PKCS#11 module of the workstations, installed here; may be repeated',
      repeated,
    )
    .option('--settings <file>', 'all settings from this file (JSON), in place of the options above')
    .option('--algorithm <name>', 'algorithm of the keys', algorithm, 'ed25519')
    .option(...count('--root-keys', 'root key files'), 3)
    .option(...count('--root-threshold', 'root signatures needed'), 2)
    .option(...count('--policy-keys', 'policy key files', 0), 2)
    .option(...count('--policy-threshold', 'policy signatures needed'), 1)
    .option(...count('--freshness-keys', 'freshness key files', 0), 1)
    .option(...count('--freshness-threshold', 'freshness signatures needed'), 1)
    .option('--root-public-key <file>', 'a root key on a token (see `key import-public`)', repeated)
    .option('--policy-public-key <file>', 'a policy key on a token', repeated)
    .option('--freshness-public-key <file>', 'a freshness key on a token', repeated)
    .option('--root-days <n>', 'how long the root holds', wholeNumber('--root-days', 1, MAX_DAYS), 1825)
    .option('--policy-days <n>', 'how long the policy holds', wholeNumber('--policy-days', 1, MAX_DAYS), 365)
    .option('--passphrase-file <file>', 'its first line encrypts the key files; without it: asked for')
    .option('--unencrypted-keys', 'write the key files unencrypted')
    .option('--force', 'replace files that exist');
  withExamples(
    withJson(command),
    'init',
    'init --directory authority --org example --author "J. Doe, IT"',
    'init --directory authority --org example --author IT --domain chat.example.mil \\\n' +
      '    --server xmpp1.example.mil --server-certificate xmpp1.pem --spki-pin sha256/… --trust-anchor ca.pem \\\n' +
      '    --module /usr/lib/x86_64-linux-gnu/opensc-pkcs11.so --policy-public-key my-card.pub.pem',
  ).action((args: InitArguments) => run(args, context));
};
