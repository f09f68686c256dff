/**
 * `npm run bench`: prints a table and writes `out/bench.json`. `--quick` runs each measurement a few times only, to show
 * that it still works; its figures mean nothing.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { ALICE, BOB, openscModule, pinOf } from '../../build/site/analysts.ts';
import { siteDirectory } from '../../build/site/places.ts';
import { startSite } from '../../build/site/site.ts';
import { benchHandshake } from './handshake.ts';
import { type Figure, table } from './measure.ts';
import { benchPolicy } from './policy.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const quick = process.argv.includes('--quick');

function note(text: string): void {
  process.stderr.write(`${text}\n`);
}

async function all(): Promise<readonly Figure[]> {
  note('policy verification …');
  const figures: Figure[] = [...(await benchPolicy(quick ? 5 : 100))];
  note('starting a site …');
  const site = await startSite({
    directory: siteDirectory('bench'),
    bundle: join(ROOT, 'out/app-test'),
    users: [ALICE, BOB],
  });
  try {
    const alice = await site.workstation(ALICE);
    note('handshakes …');
    const settings = { pin: pinOf(site.pki.server.good.certificate), module: openscModule() };
    figures.push(...(await benchHandshake({ site, workstation: alice, settings, runs: quick ? 3 : 50 })));
  } finally {
    await site.stop();
  }
  return figures;
}

const figures = await all();
const machine = {
  processor: cpus()[0]?.model ?? '',
  cores: cpus().length,
  memoryGB: Math.round(totalmem() / 2 ** 30),
};
mkdirSync(join(ROOT, 'out'), { recursive: true });
writeFileSync(
  join(ROOT, 'out/bench.json'),
  `${JSON.stringify({ quick, machine, node: process.version, figures }, null, 2)}\n`,
);
process.stdout.write(`${table(figures)}\n`);
