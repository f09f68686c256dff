/** The demo's scenario, each step a test: from the consent banner to the card that comes back. */
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Step } from '../../build/demo/report.ts';
import { SCENARIO_STEPS, scenario } from '../../build/demo/scenario.ts';
import { ALICE, BOB } from '../../build/site/analysts.ts';
import { openStage, type Stage } from '../support/electron.ts';

const PICTURES = resolve(import.meta.dirname, '../../out/e2e');

let stage: Stage;
let steps: readonly Step[];
let picture: (name: string) => Promise<unknown>;

beforeAll(async () => {
  stage = await openStage({ name: 'scenario', users: [ALICE, BOB], files: true });
  const [alice, bob] = [await stage.seat(ALICE), await stage.seat(BOB)];
  picture = (name) => alice.chat.page.screenshot({ path: join(PICTURES, `${name}.png`) });
  steps = scenario({ site: stage.site, alice, bob });
});
afterAll(() => stage?.stop());

// Each step goes on where the last one ended: none can be tried twice, and after one that failed there is nothing to go on from.
describe('two analysts', { retry: 0 }, () => {
  let failed: string | undefined;
  it.each(SCENARIO_STEPS)('%s', async (name) => {
    if (failed !== undefined) throw new Error(`not tried: ${failed} failed`);
    failed = name;
    const step = steps.find((each) => each.name === name);
    expect(await step?.run()).toEqual(expect.stringMatching(/./));
    if (name === 'messages') await picture(`scenario-${name}`);
    failed = undefined;
  });
});
