/**
 * The measurements behind `npm run bench`: prints a table and writes `out/bench.json`. `--quick` measures everything a
 * few times only, to show that it still works; its figures mean nothing. `--only` names the parts that are wanted.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Runtime } from '../../build/runtime.mjs';
import { ALICE, openscModule, pinOf } from '../../build/site/analysts.ts';
import { benchConsole } from './console.ts';
import { benchDelivery } from './console-delivery.ts';
import { benchConversation } from './conversation.ts';
import {
  benchDesktop,
  benchSite,
  DESK_CONTACTS,
  DESKTOP_PARTS,
  type DesktopOptions,
  type DesktopResults,
} from './desktop/index.ts';
import { benchFileGate } from './file-gate.ts';
import { benchGuard } from './guard.ts';
import { benchHandshake } from './handshake.ts';
import { benchHistory } from './history.ts';
import { type Figure, table } from './measure.ts';
import { benchRooms } from './muc.ts';
import { benchPolicy } from './policy.ts';
import { benchWatchwords } from './watchwords.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const BUNDLE = join(ROOT, 'out/app-test');
/** Seconds of the steady conversation; 3600 is the hour that the project promises. */
const STEADY_SECONDS = 'SALLYPORT_BENCH_STEADY_SECONDS';

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    runtime: { type: 'string' },
  },
});
const { quick } = values;

function note(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** The runtime that build/bench.mjs found. */
function runtimeOf(json: string | undefined): Runtime {
  if (json === undefined) throw new Error('start it with: npm run bench');
  return JSON.parse(json) as Runtime;
}

type Bench = () => Promise<readonly Figure[]>;

/** What needs no site of its own, or makes one. */
const PARTS: Readonly<Record<string, Bench>> = {
  policy: () => benchPolicy(quick ? 5 : 100),
  guard: () => benchGuard(quick ? 1 : 20),
  watchwords: () => benchWatchwords(quick ? 1 : 20),
  conversation: () => benchConversation(quick ? 1 : 10),
  history: () =>
    benchHistory({
      workerFile: join(BUNDLE, 'store-worker.cjs'),
      messages: quick ? 5_000 : 1_000_000,
      runs: quick ? 2 : 20,
    }),
  'file-gate': () => benchFileGate(quick),
  console: async () => [...(await benchConsole(quick)), ...(await benchDelivery(quick))],
  rooms: () => benchRooms(quick),
};
const ALL_PARTS = [...Object.keys(PARTS), 'handshake', ...DESKTOP_PARTS];

/** The parts that `--only` names, separated by commas; all without it. */
function wantedParts(only: string | undefined): ReadonlySet<string> {
  const wanted = only?.split(',') ?? ALL_PARTS;
  const unknown = wanted.filter((part) => !ALL_PARTS.includes(part));
  if (unknown.length > 0)
    throw new Error(`no such part: ${unknown.join(', ')}; there are ${ALL_PARTS.join(', ')}`);
  return new Set(wanted);
}

async function onSite(runtime: Runtime, wanted: ReadonlySet<string>): Promise<DesktopResults> {
  note('starting a site …');
  const site = await benchSite(BUNDLE, DESK_CONTACTS, 'crowd');
  try {
    const workstation = await site.workstation(ALICE, {
      // An hour of somebody else's talk is nobody's touch of a key, and a locked desk draws nothing.
      settings: (settings) => ({ ...settings, session: { ...settings.session, idleLockMinutes: 240 } }),
    });
    const figures: Figure[] = [];
    if (wanted.has('handshake')) {
      note('handshakes …');
      const settings = { pin: pinOf(site.pki.server.good.certificate), module: openscModule() };
      figures.push(...(await benchHandshake({ site, workstation, settings, runs: quick ? 3 : 50 })));
    }
    const options: DesktopOptions = {
      executable: runtime.executable,
      bundle: BUNDLE,
      quick,
      steadySeconds: Number(process.env[STEADY_SECONDS] ?? (quick ? 5 : 300)),
      wanted: (part) => wanted.has(part),
      note,
    };
    const desktop = await benchDesktop(options, { site, workstation });
    return { ...desktop, figures: [...figures, ...desktop.figures] };
  } finally {
    await site.stop();
  }
}

async function all(runtime: Runtime): Promise<DesktopResults & { readonly load: readonly number[] }> {
  const wanted = wantedParts(values.only);
  const figures: Figure[] = [];
  for (const [part, bench] of Object.entries(PARTS)) {
    if (!wanted.has(part)) continue;
    note(`${part} …`);
    figures.push(...(await bench()));
  }
  const siteParts = ['handshake', ...DESKTOP_PARTS].some((part) => wanted.has(part));
  const site = siteParts ? await onSite(runtime, wanted) : { figures: [], messageRuns: [] };
  return { ...site, figures: [...figures, ...site.figures], load: loadavg() };
}

const runtime = runtimeOf(values.runtime);
const { figures, messageRuns, load } = await all(runtime);
const machine = {
  processor: cpus()[0]?.model ?? '',
  cores: cpus().length,
  memoryGB: Math.round(totalmem() / 2 ** 30),
  /** Processes that wanted to run, in the last 1, 5 and 15 minutes; ours are among them. */
  loadAverage: load.map((each) => Math.round(each * 100) / 100),
};
const electron = { version: runtime.version, kind: runtime.kind };
mkdirSync(join(ROOT, 'out'), { recursive: true });
writeFileSync(
  join(ROOT, 'out/bench.json'),
  `${JSON.stringify({ quick, machine, node: process.version, electron, figures, messageRuns }, null, 2)}\n`,
);
process.stdout.write(`${table(figures)}\n\nload average ${machine.loadAverage.join(' ')}\n`);
