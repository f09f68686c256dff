/** Progress lines with the seconds since the start, so that nobody wonders whether a long step hangs. */
const start = Date.now();

/** Prints `text` with the elapsed seconds to the error stream (the output stream is for results). */
export function progress(text) {
  process.stderr.write(`[${((Date.now() - start) / 1000).toFixed(1).padStart(6)} s] ${text}\n`);
}

/** A failure that a person can act on: printed without a stack. */
export class SetupError extends Error {}

/** Runs a program's main function; a {@link SetupError} ends it with its message alone and exit code 1. */
export async function runMain(main) {
  try {
    await main();
  } catch (error) {
    process.stderr.write(`\n${error instanceof SetupError ? error.message : error.stack}\n`);
    process.exitCode = 1;
  }
}
