/**
 * The start-up guard: decides from argv, environment and user id whether Sallyport may start at all.
 *
 * It never repairs. Several switches and variables (`--no-sandbox`, `ELECTRON_DISABLE_SANDBOX`) took effect before the
 * first line of our code ran, so the only safe answer to one of them is to end.
 */
import { AppError } from '../../shared/errors.ts';
import { refusedVariable } from './environment-rules.ts';

/** What a build accepts; production accepts {@link ORDINARY_ALLOWANCE}. */
export interface StartAllowance {
  /** Arguments that are accepted as they are. */
  readonly exact: readonly string[];
  /** Switches that are accepted as `name=value` with a value that is not empty. */
  readonly withValue: readonly string[];
  /** Environment variables that the rules refuse but this build accepts. */
  readonly variables: readonly string[];
}

/** Starts without showing the window: for a desktop that starts its programs by itself. */
export const HIDDEN_SWITCH = '--hidden';

export const ORDINARY_ALLOWANCE: StartAllowance = { exact: [HIDDEN_SWITCH], withValue: [], variables: [] };

export interface StartFacts {
  /** `process.argv`: the executable first. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** `process.getuid()`; absent on Windows. */
  readonly uid: number | undefined;
  /** True when a bare runtime was given the application's path as its first positional argument (`process.defaultApp`). */
  readonly defaultApp: boolean;
}

export type StartRefusal = 'START_AS_ROOT' | 'START_SWITCH_REFUSED' | 'START_ENVIRONMENT_REFUSED';

/** Exit codes of a refused start (sysexits: EX_USAGE, EX_CONFIG, EX_NOPERM). */
export const REFUSAL_EXIT_CODES: Readonly<Record<StartRefusal, number>> = {
  START_SWITCH_REFUSED: 64,
  START_ENVIRONMENT_REFUSED: 78,
  START_AS_ROOT: 77,
};

/** Names in messages are shortened and cleaned: they come from outside and go to a terminal and a log. */
function printable(text: string): string {
  return text.slice(0, 80).replace(/[^\x20-\x7e]/g, '?');
}

/** The name of a switch without its value, which could be a secret. */
function nameOf(argument: string): string {
  return printable(argument.split('=', 1)[0] ?? '');
}

function isAllowed(argument: string, allowance: StartAllowance): boolean {
  if (allowance.exact.includes(argument)) return true;
  return allowance.withValue.some(
    (name) => argument.startsWith(`${name}=`) && argument.length > name.length + 1,
  );
}

/** The first argument outside the allow-list, or `undefined`. */
function refusedArgument(facts: StartFacts, allowance: StartAllowance): string | undefined {
  let appPathSeen = !facts.defaultApp;
  for (const argument of facts.argv.slice(1)) {
    if (isAllowed(argument, allowance)) continue;
    if (!appPathSeen && !argument.startsWith('-')) {
      appPathSeen = true;
      continue;
    }
    return argument;
  }
  return undefined;
}

/**
 * The reason not to start, or `undefined`. Anything on the command line that is not in `allowance` is refused,
 * whatever it looks like: `--x`, `--x=y`, `-x`, `/x`, `--`, a URL, a file. Variables are judged by
 * {@link refusedVariable}, because an allow-list of a desktop's variables does not exist.
 */
export function checkStart(facts: StartFacts, allowance: StartAllowance): AppError<StartRefusal> | undefined {
  if (facts.uid === 0) return new AppError('START_AS_ROOT');
  const argument = refusedArgument(facts, allowance);
  if (argument !== undefined) return new AppError('START_SWITCH_REFUSED', { switch: nameOf(argument) });
  const variable = refusedVariable(facts.env, allowance.variables);
  if (variable !== undefined) {
    return new AppError('START_ENVIRONMENT_REFUSED', { variable: printable(variable) });
  }
  return undefined;
}
