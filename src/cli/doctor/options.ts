/** What a diagnosis is asked to do: the command line, checked. */
import { Command, CommanderError, InvalidArgumentError } from 'commander';

export interface DoctorOptions {
  readonly policy: string;
  readonly trustRoot: string;
  readonly machine: string;
  readonly machineKey: string;
  readonly module?: string;
  readonly pinFd?: number;
  readonly server?: { readonly host: string; readonly port: number };
  /** Seconds. */
  readonly listen?: number;
  readonly json: boolean;
}

/** The command line was wrong or asked for help; `text` is for the terminal. */
export class UsageError extends Error {
  readonly isHelp: boolean;
  constructor(text: string, isHelp: boolean) {
    super(text);
    this.isHelp = isHelp;
  }
}

const MAX_LISTEN_SECONDS = 24 * 60 * 60;

function integer(name: string, min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d{1,9}$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`${name} is a whole number from ${min} to ${max}`);
  };
}

function server(text: string): { host: string; port: number } {
  const match = /^([A-Za-z0-9.-]{1,253}):(\d{1,5})$/.exec(text);
  const port = Number(match?.[2]);
  if (match?.[1] === undefined || port < 1 || port > 65535)
    throw new InvalidArgumentError('write it as HOST:PORT');
  return { host: match[1], port };
}

const EXAMPLES = `
Steps, in order: policy, module, token, certificate, login, tcp, tls, pin-check, lock, sasl, bind, roster.
Exit code: 0 all passed; 2 wrong usage; 10 policy, 11 module, 12 token, 13 certificate, 14 login, 15 tcp, 16 tls,
17 pin-check, 18 lock, 19 sasl, 20 bind, 21 roster: the step that failed.

Without --pin-fd the card stays locked and the diagnosis ends after the step “certificate”.
The PIN is read from the file descriptor and never shown or kept:

  sallyport-doctor --policy /etc/sallyport/policy.bundle --machine-key enrolment.json --pin-fd 3 3< <(read -rs p; printf %s "$p")
`;

/** @throws UsageError */
export function parseArguments(args: readonly string[]): DoctorOptions {
  let output = '';
  const command = new Command('sallyport-doctor')
    .description('Tells why this computer can or cannot sign in, step by step, without a window.')
    .requiredOption('--policy <file>', 'the signed policy bundle')
    .option(
      '--trust-root <file>',
      'the organisation’s trust root (default: trust-root.json beside the bundle)',
    )
    .option('--machine <file>', 'this computer’s machine file (default: machine.json beside the bundle)')
    .requiredOption('--machine-key <file>', 'this computer’s enrolment file with its lock key')
    .option('--module <path>', 'the PKCS#11 module to test (default: the policy’s, first that is installed)')
    .option('--pin-fd <n>', 'file descriptor to read the PIN from', integer('a file descriptor', 0, 1023))
    .option('--server <host:port>', 'one of the policy’s servers (default: the first)', server)
    .option(
      '--listen <seconds>',
      'stay connected and print a line per stanza',
      integer('seconds', 1, MAX_LISTEN_SECONDS),
    )
    .option('--json', 'one JSON object per line', false)
    .addHelpText('after', EXAMPLES)
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => {
        output += text;
      },
      writeErr: (text) => {
        output += text;
      },
    });
  try {
    command.parse([...args], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) throw new UsageError(output, error.exitCode === 0);
    throw error;
  }
  const options = command.opts<
    Partial<DoctorOptions> & Pick<DoctorOptions, 'policy' | 'machineKey' | 'json'>
  >();
  return {
    ...options,
    trustRoot: options.trustRoot ?? beside(options.policy, 'trust-root.json'),
    machine: options.machine ?? beside(options.policy, 'machine.json'),
  };
}

function beside(path: string, name: string): string {
  return path.replace(/[^/\\]*$/, name);
}
