/** How a diagnosis is printed: a JSON object per line for programs, a short line for people. */
import type { StanzaTrace } from '../../xmpp/index.ts';
import type { StepResult } from './steps.ts';

export interface Output {
  step(result: StepResult): void;
  stanza(trace: StanzaTrace): void;
}

export function makeOutput(json: boolean, write: (text: string) => void): Output {
  if (json) {
    return {
      step: (result) => write(`${JSON.stringify(result)}\n`),
      stanza: (trace) => write(`${JSON.stringify({ stanza: trace })}\n`),
    };
  }
  return {
    step: (result) => write(stepText(result)),
    stanza: ({ direction, kind, payloads, verdict, reason }) => {
      const why = reason === undefined ? '' : ` (${reason})`;
      write(`${direction === 'in' ? '<' : '>'} ${kind} [${payloads.join(', ')}] ${verdict}${why}\n`);
    },
  };
}

function stepText({ step, ok, ms, seen, code, problem, action }: StepResult): string {
  const facts = Object.entries(seen).map(([name, value]) => `${name} ${value}`);
  const head = `${ok ? 'ok  ' : 'FAIL'} ${step.padEnd(11)} ${`${ms} ms`.padStart(10)}`;
  const lines = [facts.length === 0 ? head : `${head}  ${facts.join(', ')}`];
  if (!ok) lines.push(`     ${code}: ${problem}`, `     ${action}`);
  return `${lines.join('\n')}\n`;
}
