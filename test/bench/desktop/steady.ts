/** An open room in which people go on talking: what that costs, and whether memory stays what it is. */
import { setTimeout as sleep } from 'node:timers/promises';
import { BOB, ROOM_SERVICE } from '../../../build/site/analysts.ts';
import type { Site } from '../../../build/site/site.ts';
import type { BareJid } from '../../../src/shared/jid.ts';
import { type Figure, figure } from '../measure.ts';
import type { RunningApplication } from './application.ts';
import { byKind, type ProcessFacts, processesOf } from './processes.ts';
import { Sender } from './sender.ts';

export interface SteadyOptions {
  readonly site: Site;
  readonly application: RunningApplication;
  readonly seconds: number;
}

/** Messages a second. */
const PACE = 20;
const MEGABYTE = 2 ** 20;
const ROOM = `steady@${ROOM_SERVICE}` as BareJid;
/** A part of the time that memory takes to settle before it is compared. */
const SETTLING = 1 / 3;
/** Ours; not Prosody, not this program. */
const OURS = (facts: readonly ProcessFacts[], pick: (one: ProcessFacts) => number) =>
  facts.reduce((sum, one) => sum + pick(one), 0);

/**
 * Says {@link PACE} messages a second in the open room. The window is not attached to: being watched costs. Memory is what belongs
 * to the processes alone, at a third of the time and at its end.
 */
export async function benchSteady({ site, application, seconds }: SteadyOptions): Promise<readonly Figure[]> {
  const sender = await Sender.connect(site, BOB.account);
  try {
    await sender.enter(ROOM);
    await (await application.chat()).joinRoom('steady');
    await application.release();
    const begin = processesOf(application.pid);
    const start = performance.now();
    const count = seconds * PACE;
    let settled = begin;
    for (let said = 0; said < count; said += 1) {
      const wait = start + (said * 1_000) / PACE - performance.now();
      if (wait > 0) await sleep(wait);
      sender.say(ROOM, `Message ${said + 1}: convoy passed the checkpoint, all vehicles accounted for.`);
      if (said === Math.floor(count * SETTLING)) settled = processesOf(application.pid);
    }
    const took = (performance.now() - start) / 1_000;
    const end = processesOf(application.pid);
    const share = (cpu: number) => (cpu / took) * 100;
    const kinds = byKind(end, ({ cpu }) => cpu);
    const before = byKind(begin, ({ cpu }) => cpu);
    const growth = OURS(end, ({ anonymous }) => anonymous) - OURS(settled, ({ anonymous }) => anonymous);
    const hours = (took * (1 - SETTLING)) / 3_600;
    const name = `20 messages a second for ${Math.round(seconds)} s`;
    return [
      figure({ name: `${name}: share of a core`, unit: '%', target: 10, note: 'all processes' }, [
        share(OURS(end, ({ cpu }) => cpu) - OURS(begin, ({ cpu }) => cpu)),
      ]),
      ...Object.entries(kinds).map(([kind, cpu]) =>
        figure({ name: `  of it ${kind}`, unit: '%' }, [share(cpu - (before[kind] ?? 0))]),
      ),
      figure({ name: `${name}: memory grew by`, unit: 'MB', note: 'since a third of the time' }, [
        growth / MEGABYTE,
      ]),
      figure({ name: '  in an hour that would be', unit: 'MB' }, [growth / MEGABYTE / hours]),
    ];
  } finally {
    await sender.stop();
  }
}
