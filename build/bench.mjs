/**
 * `npm run bench`: sets the machine up, builds, measures, prints a table and writes `out/bench.json`. With `--quick`
 * everything runs a few times only, to show that it still works; `--only=PART,PART` measures these parts (docs/performance.md);
 * `--bundled` measures the bundles that are there.
 */
import { join } from 'node:path';
import { bundle } from './bundle.mjs';
import { ROOT } from './lib/paths.mjs';
import { runMain, SetupError } from './lib/progress.mjs';
import { run } from './lib/run.mjs';
import { setup } from './setup.mjs';

await runMain(async () => {
  const args = process.argv.slice(2);
  if (args.some((argument) => !/^--(?:quick|bundled|only=[a-z,-]+)$/.test(argument)))
    throw new SetupError('usage: npm run bench [-- --quick] [--only=PART,PART] [--bundled]');
  const runtime = await setup();
  if (!args.includes('--bundled')) await bundle(['app-test']);
  const measured = args.filter((argument) => argument !== '--bundled');
  const { code } = await run(
    process.execPath,
    [
      '--import',
      'tsx',
      join('test', 'bench', 'main.ts'),
      ...measured,
      `--runtime=${JSON.stringify(runtime)}`,
    ],
    { cwd: ROOT, label: 'bench', show: true },
  );
  process.exitCode = code;
});
