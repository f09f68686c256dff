/** Steps of a run without a person: what was done, whether it held, how long it took. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface StepResult {
  readonly name: string;
  readonly ok: boolean;
  readonly milliseconds: number;
  /** What was seen, or why it failed. */
  readonly detail: string;
}

export interface Step {
  readonly name: string;
  /** Throws where what should be is not; answers what was seen. */
  readonly run: () => Promise<string>;
}

export interface RunHooks {
  /** After each step that ran, with its number from 1. */
  readonly after: (result: StepResult, number: number) => Promise<void>;
}

async function runStep({ name, run }: Step): Promise<StepResult> {
  const since = performance.now();
  const took = () => Math.round(performance.now() - since);
  try {
    const detail = await run();
    return { name, ok: true, milliseconds: took(), detail };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return { name, ok: false, milliseconds: took(), detail };
  }
}

/** Runs the steps in order; those after a failed one are not run and count as failed. */
export async function runSteps(steps: readonly Step[], hooks: RunHooks): Promise<readonly StepResult[]> {
  const results: StepResult[] = [];
  for (const [index, step] of steps.entries()) {
    const reached = results.every(({ ok }) => ok);
    const result = reached
      ? await runStep(step)
      : { name: step.name, ok: false, milliseconds: 0, detail: 'not reached' };
    results.push(result);
    if (reached) await hooks.after(result, index + 1);
  }
  return results;
}

/** Writes `report.json`; answers whether every step held. */
export function writeReport(
  directory: string,
  facts: Readonly<Record<string, string>>,
  steps: readonly StepResult[],
): boolean {
  const ok = steps.length > 0 && steps.every((step) => step.ok);
  writeFileSync(
    join(directory, 'report.json'),
    `${JSON.stringify({ format: 'sallyport.demo-report/1', ok, ...facts, steps }, undefined, 2)}\n`,
  );
  return ok;
}
