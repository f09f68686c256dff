/**
 * `npm start`: sets the machine up, builds, and starts Sallyport. Where an organisation's policy is installed, that is
 * the client under this policy; otherwise it is the demo site with two analysts. `npm start -- --headless` runs the demo
 * without a person, under Xvfb, and ends with 0 only when every step of its scenario held.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { bundle } from './bundle.mjs';
import { ROOT } from './lib/paths.mjs';
import { progress, runMain, SetupError } from './lib/progress.mjs';
import { setup } from './setup.mjs';

/** Where administrators install a policy (Linux). */
const INSTALLED_POLICY = '/etc/sallyport/policy.bundle';

function readArguments() {
  const args = process.argv.slice(2);
  const unknown = args.find((argument) => argument !== '--headless');
  if (unknown !== undefined) throw new SetupError(`usage: npm start [-- --headless]`);
  return { headless: args.includes('--headless') };
}

/** The client under the organisation's policy, on this person's own desktop. */
async function startInstalled(runtime) {
  if (process.getuid?.() === 0)
    throw new SetupError(
      `${INSTALLED_POLICY} is installed. Start Sallyport as an ordinary user, not as root.`,
    );
  await bundle(['app']);
  progress('starting under the installed policy');
  const child = spawn(runtime.executable, [join(ROOT, 'out', 'app')], { stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

async function startDemo(runtime, headless) {
  await bundle(['app-test']);
  const { register } = await import('tsx/esm/api');
  register();
  const { runDemo } = await import('./demo/main.ts');
  return runDemo(runtime, headless);
}

await runMain(async () => {
  const { headless } = readArguments();
  const runtime = await setup();
  const installed = !headless && existsSync(INSTALLED_POLICY);
  process.exit(installed ? await startInstalled(runtime) : await startDemo(runtime, headless));
});
