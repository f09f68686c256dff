/** Questions on the terminal; the answers are not secret. */
import { createInterface } from 'node:readline/promises';
import { CliError } from './cli-error.ts';

/** One thing to ask for. */
export interface Question {
  readonly text: string;
  /** Taken when nothing is typed; absent: an answer is needed. */
  readonly fallback?: string;
}

const MAX_TRIES = 3;
const MAX_CHARACTERS = 1024;

/** Whether somebody sits at a terminal who can be asked. */
export function canAsk(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true;
}

/**
 * Asks, one question after the other.
 *
 * @throws CliError `usage` when an answer that is needed does not come
 */
export async function ask<Name extends string>(
  questions: Readonly<Record<Name, Question>>,
): Promise<Readonly<Record<Name, string>>> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answers = new Map<string, string>();
  try {
    for (const [name, question] of Object.entries<Question>(questions)) {
      answers.set(name, await answerTo(question, (text) => terminal.question(text)));
    }
    return Object.fromEntries(answers) as Record<Name, string>;
  } finally {
    terminal.close();
  }
}

async function answerTo(
  { text, fallback }: Question,
  put: (text: string) => Promise<string>,
): Promise<string> {
  const shown = fallback === undefined || fallback === '' ? '' : ` [${fallback}]`;
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const typed = (await put(`${text}${shown}: `)).trim().slice(0, MAX_CHARACTERS);
    if (typed !== '') return typed;
    if (fallback !== undefined) return fallback;
  }
  throw new CliError('usage', `no answer to: ${text}`);
}
