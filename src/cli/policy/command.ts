/** What every command has in common: where it prints, how it ends, and the options that several of them have. */
import type { Command } from 'commander';
import { CliError, type Outcome } from './cli-error.ts';
import { moment, repeated, wholeNumber } from './options.ts';
import type { Terminal } from './output.ts';
import { TOOL_VERSION } from './version.ts';

/** Handed to every command. */
export interface Context {
  readonly terminal: Terminal;
  /** Ends the process with another code than 0 although the command did its work. */
  readonly end: (outcome: Outcome) => void;
}

/** Adds one command to its parent. */
export type Register = (parent: Command, context: Context) => void;

/** Options of every command. */
export interface Common {
  readonly json?: true;
  readonly force?: true;
}

/** Options that say what is signed with. */
export interface KeyArguments {
  readonly key?: readonly string[];
  readonly passphraseFile?: string;
  readonly passphraseFd?: number;
  readonly pkcs11Module?: string;
  readonly pkcs11Token?: string;
  readonly pkcs11Key?: readonly string[];
  readonly pinFile?: string;
  readonly pinFd?: number;
}

/** Options that say which roots are trusted. */
export interface RootArguments {
  readonly trustRoot: string;
  readonly root?: readonly string[];
}

/** Options that say which computer is judged for. */
export interface MachineArguments {
  readonly machine?: string;
  readonly group?: readonly string[];
  readonly channel?: string;
  readonly platform: string;
  readonly at?: number;
  readonly app: string;
}

const MAX_DESCRIPTOR = 1023;
const PLATFORMS = ['linux', 'win32', 'darwin'];

/** Examples at the end of a command's help, one a line. */
export function withExamples(command: Command, ...examples: readonly string[]): Command {
  const name = examples.length === 1 ? 'Example' : 'Examples';
  return command.addHelpText(
    'after',
    `\n${name}:\n${examples.map((line) => `  sallyport-policy ${line}`).join('\n')}`,
  );
}

export function withJson(command: Command): Command {
  return command.option('--json', 'print one JSON line');
}

/** `--out`, `--force` and `--json`. */
export function withOutput(command: Command, what: string): Command {
  return withJson(
    command.requiredOption('--out <file>', what).option('--force', 'replace a file that exists'),
  );
}

function descriptor(option: string): (text: string) => number {
  return wholeNumber(option, 0, MAX_DESCRIPTOR);
}

/** `--key` and the options of a PKCS#11 token. */
export function withKeys(command: Command): Command {
  return withToken(
    command
      .option('--key <file>', 'sign with the key in this file; may be repeated', repeated)
      .option('--passphrase-file <file>', 'its first line opens the key files; without it: asked for')
      .option('--passphrase-fd <n>', 'the same from an open file descriptor', descriptor('--passphrase-fd')),
    'sign with this key of the token: its label, or id:HEX; may be repeated',
  );
}

/** The options of a PKCS#11 token. */
export function withToken(command: Command, what: string): Command {
  return command
    .option('--pkcs11-module <path>', "the PKCS#11 module of the administrator's card or HSM")
    .option('--pkcs11-token <label>', 'the token; needed where several are present')
    .option('--pkcs11-key <label>', what, repeated)
    .option('--pin-file <file>', "its first line is the token's PIN; without it: asked for")
    .option('--pin-fd <n>', 'the same from an open file descriptor', descriptor('--pin-fd'));
}

/** `--trust-root` and later roots. */
export function withRoots(command: Command): Command {
  return command
    .requiredOption('--trust-root <file>', 'the trust root that is shipped with the application')
    .option('--root <file>', 'a later root, version 2 first; may be repeated', repeated);
}

function platform(text: string): string {
  if (PLATFORMS.includes(text)) return text;
  throw new CliError('usage', `--platform: one of ${PLATFORMS.join(', ')}`);
}

/** Which computer, when, with which version. */
export function withMachine(command: Command): Command {
  return command
    .option('--machine <id|file>', 'a machine id, or a machine.json; without it: any machine it is for')
    .option('--group <name>', 'with an id: a group of the machine; may be repeated', repeated)
    .option('--channel <name>', "with an id: the machine's channel")
    .option('--at <time>', 'the time to judge at, such as 2027-01-01T00:00:00Z; default: now', moment('--at'))
    .option('--app <version>', 'the version of the application', TOOL_VERSION)
    .option('--platform <name>', 'linux, win32 or darwin', platform, process.platform);
}
