/**
 * A child process that loads a policy and kills itself, as `kill -9` does, right before its Nth call into the file
 * system. Nothing of the client is replaced: the calls of `node:fs/promises` are counted on their way to the kernel. A
 * write counts twice: before its first byte and in its middle.
 *
 *     node kill-at-step.cjs CONFIGURATION STEP     STEP 0 never kills
 *
 * Prints the name of each step, and `activated SEQUENCE` or `refused CODE` when it comes that far.
 */
import { readFileSync, writeSync } from 'node:fs';
import promises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { nodeCrypto } from '../../src/platform/node-crypto.ts';
import { CLIENT_ENFORCES } from '../../src/policy/index.ts';
import { PolicyLoader } from '../../src/policy-files/index.ts';
import { AppError } from '../../src/shared/errors.ts';

type AnyFunction = (this: unknown, ...args: unknown[]) => Promise<unknown>;

const [configurationFile = '', stepText = '0'] = process.argv.slice(2);
const killAt = Number(stepText);
let step = 0;

/** Counts one step and dies before it, if it is the one. */
function reach(name: string): void {
  step += 1;
  writeSync(1, `${step} ${name}\n`);
  if (step === killAt) process.kill(process.pid, 'SIGKILL');
}

function count(target: object, name: string): void {
  const original = Reflect.get(target, name) as AnyFunction;
  const counted: AnyFunction = async function (...args) {
    reach(name);
    return original.apply(this, args);
  };
  Reflect.set(target, name, counted);
}

const probe = await promises.open(configurationFile, 'r');
const handle = Object.getPrototypeOf(probe) as object;
await probe.close();
for (const name of ['read', 'stat', 'sync']) count(handle, name);
const write = Reflect.get(handle, 'write') as AnyFunction;
const writeFile = Reflect.get(handle, 'writeFile') as AnyFunction;
Reflect.set(handle, 'writeFile', async function (this: unknown, data: string | Uint8Array) {
  reach('writeFile');
  const bytes = Buffer.from(data as Uint8Array);
  const half = bytes.length >> 1;
  await write.call(this, bytes, 0, half, null);
  reach('writeFile, half');
  return writeFile.call(this, bytes.subarray(half));
});
for (const name of ['open', 'mkdir', 'rename', 'unlink', 'lstat', 'realpath', 'readFile'])
  count(promises, name);
const open = promises.open;
// A handle's `close` is the handle's own.
Reflect.set(promises, 'open', async (...args: Parameters<typeof open>) => {
  const opened = await open(...args);
  count(opened, 'close');
  return opened;
});
syncBuiltinESMExports();

const configuration = JSON.parse(readFileSync(configurationFile, 'utf8'));
const { stateMacKey, offered, now, ...rest } = configuration;
const loader = new PolicyLoader({
  ...rest,
  stateMacKey: Buffer.from(stateMacKey, 'hex'),
  acknowledged: CLIENT_ENFORCES,
  crypto: nodeCrypto,
});
try {
  const { sequence } = await loader.load({
    now,
    ...(offered === undefined ? {} : { offered: readFileSync(offered) }),
  });
  writeSync(1, `activated ${sequence}\n`);
} catch (error) {
  writeSync(1, `refused ${error instanceof AppError ? error.code : String(error)}\n`);
}
