/** `verify`, `simulate` and `effective` on the command line: what one computer makes of a bundle. */
import type { Command } from 'commander';
import {
  type Audience,
  EMPTY_STATE,
  explainSettings,
  MAX_BUNDLE_BYTES,
  type PolicyState,
  readPolicyHeader,
  type VerifiedPolicy,
} from '../../../policy/index.ts';
import type { PolicyErrorCode } from '../../../shared/error-catalogue.ts';
import { AppError } from '../../../shared/errors.ts';
import { CliError } from '../cli-error.ts';
import {
  type Common,
  type Context,
  type MachineArguments,
  type Register,
  withExamples,
  withJson,
  withMachine,
} from '../command.ts';
import { loadBundle, payloadOf } from '../documents.ts';
import { readAtMost, readInput } from '../files.ts';
import { machineOf } from '../machine.ts';
import { printFacts, printReport } from '../output.ts';
import { loadState, saveState } from '../state-file.ts';
import { shown } from '../values.ts';
import { reportOf, type VerifyOptions, verifyFile } from '../verify.ts';

interface JudgeArguments extends Common, MachineArguments {
  readonly trustRoot: string;
}

/** Whom a bundle is for. The verifier refuses one that cannot be read before it gets to ask whom it is for. */
function audienceOf(file: string): Audience {
  try {
    return readPolicyHeader(payloadOf(loadBundle(file).policy, file)).audience;
  } catch (error) {
    if (error instanceof CliError && error.problem === 'io') throw error;
    return { org: 'unknown' };
  }
}

/** The bundle; one that is larger than any is refused as the client refuses it. */
function readBundle(file: string): Buffer {
  const bytes = readAtMost(file, MAX_BUNDLE_BYTES);
  if (bytes === undefined) throw new AppError<PolicyErrorCode>('TOO_LARGE', { path: file });
  return bytes;
}

function question(file: string, args: JudgeArguments, state: PolicyState): VerifyOptions {
  const bundle = readBundle(file);
  return {
    bundle,
    trustRoot: readInput(args.trustRoot),
    machine: machineOf(args, () => audienceOf(file)),
    platform: args.platform,
    appVersion: args.app,
    state,
    at: args.at ?? Date.now(),
  };
}

/** Every setting with what holds, as `pointer: value (source)`. */
function settingsText(verified: VerifiedPolicy): string {
  return explainSettings(verified)
    .map(({ pointer, value, from, sensitive }) => `${pointer}: ${shown(value, sensitive)} (${from})\n`)
    .join('');
}

function settingsReport(verified: VerifiedPolicy) {
  return explainSettings(verified).map(({ pointer, value, from, tightness, effect }) => ({
    pointer,
    value,
    from,
    tightness,
    effect,
  }));
}

function runVerify(file: string, args: JudgeArguments, { terminal }: Context): void {
  printFacts(terminal, args.json === true, { ...reportOf(verifyFile(question(file, args, EMPTY_STATE))) });
}

interface SimulateArguments extends JudgeArguments {
  readonly state?: string;
  readonly keepState?: true;
}

async function runSimulate(file: string, args: SimulateArguments, { terminal }: Context): Promise<void> {
  const before = args.state === undefined ? EMPTY_STATE : loadState(args.state);
  let state = before;
  const keep = async () => {
    if (args.state !== undefined && args.keepState === true && state !== before)
      await saveState(args.state, state);
  };
  let verified: VerifiedPolicy;
  try {
    verified = verifyFile(question(file, args, before), (rootState) => {
      state = rootState;
    });
    state = verified.state;
  } finally {
    await keep();
  }
  const facts = Object.entries(reportOf(verified)).map(([name, value]) => `${name}: ${value}\n`);
  printReport(
    terminal,
    args.json === true,
    { ...reportOf(verified), settings: settingsReport(verified) },
    `verdict: accepted\n${facts.join('')}\n${settingsText(verified)}`,
  );
}

function runEffective(file: string, args: JudgeArguments, { terminal }: Context): void {
  const verified = verifyFile(question(file, args, EMPTY_STATE));
  printReport(terminal, args.json === true, { settings: settingsReport(verified) }, settingsText(verified));
}

function judging(command: Command): Command {
  return withJson(
    withMachine(
      command
        .argument('<bundle>')
        .requiredOption('--trust-root <file>', 'the trust root that is shipped with the application'),
    ),
  );
}

export const addVerify: Register = (parent, context) => {
  const command = parent
    .command('verify')
    .summary('would a client take this bundle?')
    .description(
      "Judge a bundle with the client's own verifier, for a computer that has never seen one. A refusal ends with code 1 " +
        'and names what is wrong.',
    );
  withExamples(
    judging(command),
    'verify policy.bundle --trust-root trust-root.json --machine machine.json',
    'verify policy.bundle --trust-root trust-root.json --machine WS-0142 --group watch --at 2027-01-01T00:00:00Z',
  ).action((file: string, args: JudgeArguments) => runVerify(file, args, context));
};

export const addSimulate: Register = (parent, context) => {
  const command = parent
    .command('simulate')
    .summary('what would a computer do with it, at a time, after what it has seen?')
    .description(
      "Answer what a computer would do with a bundle at a time: the client's own verifier, with what that computer has " +
        'seen before (--state). Prints the code of the refusal, or everything that would hold.',
    )
    .option(
      '--state <file>',
      "the computer's state file, or one that --keep-state wrote; none yet: a new computer",
    )
    .option('--keep-state', 'write the state as the computer would, for the next simulation');
  withExamples(
    judging(command),
    'simulate policy.bundle --trust-root trust-root.json --machine machine.json --at 2027-06-01T00:00:00Z --app 0.2.0',
    'simulate old.bundle --trust-root trust-root.json --machine machine.json --state state.json',
  ).action((file: string, args: SimulateArguments) => runSimulate(file, args, context));
};

export const addEffective: Register = (parent, context) => {
  const command = parent
    .command('effective')
    .summary('every setting as it holds on a computer')
    .description(
      'Show every setting as it holds on a computer, and where it comes from: the policy (base), an overlay, or the ' +
        'default.',
    );
  withExamples(
    judging(command),
    'effective policy.bundle --trust-root trust-root.json --machine WS-0142',
  ).action((file: string, args: JudgeArguments) => runEffective(file, args, context));
};
