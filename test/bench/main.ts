/**
 * The measurements behind `npm run bench`: prints a table and writes `out/bench.json`. `--quick` measures everything a
 * few times only, to show that it still works; its figures mean nothing.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Runtime } from '../../build/runtime.mjs';
import { ALICE, BOB, NAMES, openscModule, pinOf } from '../../build/site/analysts.ts';
import { siteDirectory } from '../../build/site/places.ts';
import type { ProsodyAccount } from '../../build/site/prosody.ts';
import { type Site, startSite } from '../../build/site/site.ts';
import type { Workstation } from '../../build/site/workstation.ts';
import { benchConsole } from './console.ts';
import { benchDelivery } from './console-delivery.ts';
import { benchConversation } from './conversation.ts';
import { benchDesktop, type DesktopResults } from './desktop/index.ts';
import { benchFileGate } from './file-gate.ts';
import { benchGuard } from './guard.ts';
import { benchHandshake } from './handshake.ts';
import { benchHistory } from './history.ts';
import { type Figure, table } from './measure.ts';
import { benchRooms } from './muc.ts';
import { benchPolicy } from './policy.ts';
import { benchWatchwords } from './watchwords.ts';

const ROOT = resolve(import.meta.dirname, '../..');

/** Alice's contact list is this long; all but Bob are people who are not there. */
const CONTACTS = 50;

const { values } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, runtime: { type: 'string' } },
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

function accounts(): readonly ProsodyAccount[] {
  const known = [ALICE, BOB].map(({ account, upn }) => ({ account, upn, name: NAMES[account] ?? account }));
  const others = Array.from({ length: CONTACTS - 1 }, (_, i) => ({
    account: `colleague${i + 1}`,
    name: `Colleague ${i + 1}`,
  }));
  return [...known, ...others];
}

async function desktopOf(site: Site, workstation: Workstation, runtime: Runtime): Promise<DesktopResults> {
  const { executable } = runtime;
  return benchDesktop({ site, workstation, executable, contacts: CONTACTS, quick, note });
}

interface Results extends DesktopResults {
  readonly load: readonly number[];
}

async function all(runtime: Runtime): Promise<Results> {
  note('policy verification …');
  const policy = await benchPolicy(quick ? 5 : 100);
  note('stanza guard …');
  const guard = await benchGuard(quick ? 1 : 20);
  note('watchwords …');
  const watchwords = await benchWatchwords(quick ? 1 : 20);
  note('conversation …');
  const conversation = await benchConversation(quick ? 1 : 10);
  note('history …');
  const history = await benchHistory({
    workerFile: join(ROOT, 'out/app-test/store-worker.cjs'),
    messages: quick ? 5_000 : 1_000_000,
    runs: quick ? 2 : 20,
  });
  note('file gate …');
  const fileGate = await benchFileGate(quick);
  note('console …');
  const console = [...(await benchConsole(quick)), ...(await benchDelivery(quick))];
  note('rooms …');
  const rooms = await benchRooms(quick);
  note('starting a site …');
  const site = await startSite({
    directory: siteDirectory('bench'),
    bundle: join(ROOT, 'out/app-test'),
    users: [ALICE, BOB],
    server: { accounts: accounts() },
  });
  try {
    const workstation = await site.workstation(ALICE);
    note('handshakes …');
    const settings = { pin: pinOf(site.pki.server.good.certificate), module: openscModule() };
    const handshakes = await benchHandshake({ site, workstation, settings, runs: quick ? 3 : 50 });
    const desktop = await desktopOf(site, workstation, runtime);
    const figures: readonly Figure[] = [
      ...policy,
      ...guard,
      ...watchwords,
      ...conversation,
      ...history,
      ...fileGate,
      ...console,
      ...rooms,
      ...handshakes,
      ...desktop.figures,
    ];
    return { ...desktop, figures, load: loadavg() };
  } finally {
    await site.stop();
  }
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
