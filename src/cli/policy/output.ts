/** What the command prints: text for people, or one JSON line. Errors go to standard error; with `--json` to standard output. */
import { AppError, ERROR_CATALOGUE } from '../../shared/errors.ts';
import { CliError, type CliProblem, EXIT_CODES } from './cli-error.ts';

export interface Terminal {
  out(text: string): void;
  err(text: string): void;
}

/** Facts in the order in which they are printed. */
export type Facts = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/** Prints a report: as one JSON line, or as the text for people. */
export function printReport(terminal: Terminal, json: boolean, report: object, text: string): void {
  terminal.out(json ? `${JSON.stringify({ ok: true, ...report })}\n` : text);
}

export function printFacts(terminal: Terminal, json: boolean, facts: Facts): void {
  if (json) {
    terminal.out(`${JSON.stringify({ ok: true, ...facts })}\n`);
    return;
  }
  for (const [name, value] of Object.entries(facts)) {
    terminal.out(`${name}: ${typeof value === 'object' ? value.join(', ') : value}\n`);
  }
}

function fill(text: string, detail: Readonly<Record<string, unknown>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) =>
    Object.hasOwn(detail, name) ? String(detail[name]) : whole,
  );
}

interface Failure {
  readonly problem: CliProblem;
  readonly code: string;
  readonly message: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

function describe(error: unknown): Failure {
  if (error instanceof AppError) {
    const known: AppError = error;
    const detail = known.detail ?? {};
    const text = ERROR_CATALOGUE[known.code];
    return {
      problem: 'refused',
      code: known.code,
      message: `${fill(text.title, detail)} ${JSON.stringify(detail)}`,
      detail,
    };
  }
  if (error instanceof CliError) {
    const { problem, message } = error;
    return { problem, code: problem.toUpperCase(), message, detail: {} };
  }
  return { problem: 'internal', code: 'INTERNAL', message: 'an unexpected error', detail: {} };
}

/** Prints a failure and returns the exit code. What is not expected is named, not shown: it could hold a secret. */
export function printFailure(terminal: Terminal, json: boolean, error: unknown): number {
  const { problem, code, message, detail } = describe(error);
  if (json) terminal.out(`${JSON.stringify({ ok: false, error: { code, message, detail } })}\n`);
  else terminal.err(`sallyport-policy: ${code}: ${message}\n`);
  return EXIT_CODES[problem];
}
