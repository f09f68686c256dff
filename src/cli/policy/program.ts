/** `sallyport-policy`: its commands put together. Each is a file of `commands/`; the work is done beside this one. */
import { Command, CommanderError } from 'commander';
import { EXIT_CODES, type Outcome } from './cli-error.ts';
import type { Context, Register } from './command.ts';
import { addDiff, addExplain } from './commands/explain.ts';
import { addExport } from './commands/export.ts';
import { addInit } from './commands/init.ts';
import { addEffective, addSimulate, addVerify } from './commands/judge.ts';
import { addKey } from './commands/key.ts';
import { addLint } from './commands/lint.ts';
import { addLock } from './commands/lock.ts';
import { addOverlay } from './commands/overlay.ts';
import { addRotateRoot } from './commands/rotate-root.ts';
import { addFreshen, addSign } from './commands/sign.ts';
import { addUpdate } from './commands/update.ts';
import { addVerifyReport } from './commands/verify-report.ts';
import { printFailure, type Terminal } from './output.ts';
import { TOOL_VERSION } from './version.ts';

const COMMANDS: readonly Register[] = [
  addInit,
  addLint,
  addExplain,
  addDiff,
  addSign,
  addFreshen,
  addVerify,
  addSimulate,
  addEffective,
  addRotateRoot,
  addOverlay,
  addKey,
  addLock,
  addExport,
  addUpdate,
  addVerifyReport,
];

const AFTER_HELP = `
In this order: init, edit policy.json, lint, sign, verify, install; freshen every week.
\`sallyport-policy COMMAND --help\` explains a command and shows examples.

Exit codes: 0 done · 1 the client would refuse the bundle (the code names why) · 2 wrong command line or input ·
3 a file exists and --force was not given · 4 a file could not be read or written · 5 key, passphrase or PIN missing,
wrong or not usable · 6 diff: something is looser · 7 lint: errors · 8 lint: warnings only · 70 unexpected.`;

function makeProgram(context: Context): Command {
  const { terminal } = context;
  const program = new Command('sallyport-policy')
    .description(
      "Make, check, sign and roll out Sallyport's policy. Works offline; prints no secret; never overwrites without --force.",
    )
    .version(TOOL_VERSION)
    .exitOverride()
    .configureOutput({ writeOut: (text) => terminal.out(text), writeErr: (text) => terminal.err(text) })
    .addHelpText('after', AFTER_HELP);
  for (const add of COMMANDS) add(program, context);
  return program;
}

/**
 * Runs the command.
 *
 * @param args the arguments after the program's name
 * @returns the exit code
 */
export async function runPolicyCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  let outcome: Outcome = 'ok';
  const end = (ending: Outcome) => {
    outcome = ending;
  };
  try {
    await makeProgram({ terminal, end }).parseAsync([...args], { from: 'user' });
    return EXIT_CODES[outcome];
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_CODES.ok : EXIT_CODES.usage;
    return printFailure(terminal, args.includes('--json'), error);
  }
}
