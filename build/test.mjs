/**
 * `npm test`: sets the machine up, then runs every check there is, from the compiler to the windows. It goes on after a
 * failed stage, so that one run shows everything, and ends in the names of what failed and one line
 * `N passed, N failed`. Compiler, lint, bundles and benchmarks count as one test each. Nothing that is missing makes a test
 * disappear: a stage that crashes, reports nothing or runs no test at all counts as failed, and so does a skipped test.
 *
 * `npm test -- unit lint` runs only the stages named, after what they all need.
 */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { bundle, generate } from './bundle.mjs';
import { add, countReport, failed, passed } from './lib/counts.mjs';
import { IS_ROOT, ROOT } from './lib/paths.mjs';
import { progress, runMain, SetupError } from './lib/progress.mjs';
import { run } from './lib/run.mjs';
import { ERRORS_FILE } from './lib/unhandled-errors.mjs';
import { setup } from './setup.mjs';

const REPORTS = join(ROOT, 'out', 'test');

/** Runs a program of a dependency; its exit code decides. */
async function tool(name, file, args) {
  const { code } = await run(process.execPath, [join(ROOT, 'node_modules', file), ...args], {
    cwd: ROOT,
    label: name,
    show: true,
  });
  return code === 0 ? passed() : failed(name);
}

/** `within` is a command line that runs the rest of its arguments. */
async function vitest(project, within = []) {
  const file = join(REPORTS, `${project}.json`);
  const errors = join(REPORTS, `${project}.errors.json`);
  for (const old of [file, errors]) rmSync(old, { force: true });
  const [command, ...before] = [...within, process.execPath];
  const { code } = await run(
    command,
    [
      ...before,
      join(ROOT, 'node_modules', 'vitest', 'vitest.mjs'),
      'run',
      '--project',
      project,
      '--reporter=default',
      '--reporter=json',
      `--reporter=${join(ROOT, 'build', 'lib', 'unhandled-errors.mjs')}`,
      `--outputFile.json=${file}`,
    ],
    { cwd: ROOT, label: project, show: true, env: { ...process.env, [ERRORS_FILE]: errors } },
  );
  if (![file, errors].every(existsSync)) return failed(`${project}: no report`);
  const [report, unhandled] = [file, errors].map((written) => JSON.parse(readFileSync(written, 'utf8')));
  return countReport(report, code, unhandled);
}

/** Packages are built, installed and removed on a throw-away computer, in a network of its own: that takes root. */
function packages() {
  if (!IS_ROOT)
    throw new SetupError('The stage package makes namespaces and installs packages in them: run it as root.');
  return vitest('package', [
    'unshare',
    '--net',
    'sh',
    join(ROOT, 'test', 'package', 'support', 'network.sh'),
  ]);
}

/** True once the stage that bundles is over. */
let bundled = false;

/**
 * Benchmarks are run for existence, with small numbers; no bound is checked. They are shown when they are over. What is bundled
 * stays as it is: the stage beside theirs takes copies.
 */
async function bench() {
  const args = [join(ROOT, 'build', 'bench.mjs'), '--quick', ...(bundled ? ['--bundled'] : [])];
  const { code, output } = await run(process.execPath, args, { cwd: ROOT, label: 'bench' });
  process.stdout.write(output);
  return code === 0 ? passed() : failed('bench');
}

/** In the order in which they run: the cheap ones first. Set-up and generation always run and are no tests unless they fail. */
const STAGES = {
  setup: async () => {
    await setup();
    return passed(0);
  },
  generate: async () => {
    await generate();
    return passed(0);
  },
  typecheck: () => tool('tsc', 'typescript/bin/tsc', ['-b']),
  lint: () => tool('biome', '@biomejs/biome/bin/biome', ['ci', '--error-on-warnings', '.']),
  bundle: async () => {
    await bundle();
    bundled = true;
    return passed();
  },
  unit: () => vitest('unit'),
  integration: () => vitest('integration'),
  e2e: () => vitest('e2e'),
  package: packages,
  bench,
};

/** A stage that begins with the one named: packages are made and installed one after the other, which leaves a core free. */
const BESIDE = { bench: 'package' };

async function runStage(name) {
  progress(`== ${name}`);
  const since = Date.now();
  let counts;
  try {
    counts = await STAGES[name]();
  } catch (error) {
    process.stderr.write(`${error instanceof SetupError ? error.message : error.stack}\n`);
    counts = failed(`${name}: the stage itself`);
  }
  const seconds = ((Date.now() - since) / 1000).toFixed(1);
  return { name, seconds, ...counts };
}

await runMain(async () => {
  const named = process.argv.slice(2);
  const unknown = named.find((name) => !Object.hasOwn(STAGES, name));
  if (unknown !== undefined)
    throw new SetupError(`There is no stage ${unknown}; there are: ${Object.keys(STAGES).join(' ')}`);
  mkdirSync(REPORTS, { recursive: true });
  // What is generated is compiled, bundled and tested by the others; up to date, it takes no time.
  const wanted = named.length === 0 ? Object.keys(STAGES) : ['generate', ...named];
  const results = [await runStage('setup')];
  const ready = results[0].failed === 0;
  const chosen = Object.keys(STAGES)
    .slice(1)
    .filter((name) => ready && wanted.includes(name));
  const running = new Map();
  for (const name of chosen) {
    for (const each of [name, ...chosen.filter((other) => BESIDE[other] === name)])
      if (!running.has(each)) running.set(each, runStage(each));
    results.push(await running.get(name));
  }

  process.stdout.write('\n');
  for (const { name, seconds, ...counts } of results)
    process.stdout.write(
      `${counts.failed === 0 ? 'ok    ' : 'FAILED'} ${name.padEnd(12)} ${String(counts.passed).padStart(5)} passed ${String(counts.failed).padStart(4)} failed  ${seconds} s\n`,
    );
  const total = results.reduce(add, passed(0));
  if (total.failed > 0) process.stdout.write(`\nFailed:\n${total.names.join('\n')}\n`);
  process.stdout.write(`\n${total.passed} passed, ${total.failed} failed\n`);
  if (total.failed > 0 || total.passed === 0) process.exitCode = 1;
});
