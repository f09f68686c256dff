/** One who changes a file of the server at a time. */
import { mkdirSync, rmSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { ToolError } from './errors.mjs';

/** Older than this is what a killed tool left behind. */
const LOCK_STALE_MS = 10_000;

const LOOK_MS = 100;

/**
 * Does `change` to the file while no other run of the tool, and no console, does: of two administrators who change it at the same
 * moment neither undoes what the other did.
 *
 * @template Value
 * @param {string} path @param {() => Value} change
 */
export async function alone(path, change) {
  const lock = `${path}.lock`;
  for (const deadline = Date.now() + 2 * LOCK_STALE_MS; ; await sleep(LOOK_MS)) {
    try {
      mkdirSync(lock);
      break;
    } catch (error) {
      if (error.code !== 'EEXIST' || Date.now() > deadline) {
        throw new ToolError(`${lock} cannot be made: ${error.code ?? error.message}`);
      }
      const made = statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? 0;
      if (Date.now() - made > LOCK_STALE_MS) rmSync(lock, { recursive: true, force: true });
    }
  }
  try {
    return change();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}
