/** Entry of `sallyport-console`. */
import { readdirSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { FieldError } from '../file-gate/fields.ts';
import { type Config, readConfig } from './config.ts';
import { startConsole } from './console.ts';
import { backUp } from './state/database.ts';
import { AlreadyRunning } from './state/sole.ts';

declare const __APP_VERSION__: string;

const USAGE = `usage:
  sallyport-console serve --config FILE
  sallyport-console check-config --config FILE
  sallyport-console backup NEW-FILE --config FILE
  sallyport-console --version
`;

/** sysexits(3) */
const EXIT = { usage: 64, failed: 1, running: 75, config: 78 } as const;

class UsageError extends Error {}

/** Message delivery goes first, however this was started; the records worker stands further back still. */
const BEHIND_THE_SERVERS = 5;

/** Every thread that there is: on Linux each has a priority of its own, and a later one begins with its maker's. */
function stepBack(): void {
  for (const thread of readdirSync('/proc/self/task').map(Number)) {
    if (getPriority(thread) < BEHIND_THE_SERVERS) setPriority(thread, BEHIND_THE_SERVERS);
  }
}

async function serve(config: Config): Promise<void> {
  stepBack();
  const beside = (name: string) => join(dirname(process.argv[1] ?? ''), name);
  const programs = { page: beside('page'), recordsWorker: beside('sallyport-console-records.cjs') };
  const report = (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  };
  const running = await startConsole(config, programs, report);
  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    running.stop().then(
      () => process.exit(0),
      () => process.exit(EXIT.failed),
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.stdout.write('listening\n');
}

async function run(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { config: { type: 'string' }, version: { type: 'boolean' } },
  });
  if (values.version === true) {
    process.stdout.write(`${__APP_VERSION__}\n`);
    return;
  }
  const [command, file, ...more] = positionals;
  if (values.config === undefined || more.length > 0 || (file !== undefined) !== (command === 'backup'))
    throw new UsageError('a command and --config FILE are needed');
  const config = readConfig(values.config);
  if (command === 'serve') await serve(config);
  else if (command === 'check-config') process.stdout.write('the configuration is good\n');
  else if (command === 'backup') {
    backUp(config.stateDirectory, file ?? '');
    process.stdout.write(`the console’s state is in ${file}\n`);
  } else throw new UsageError(`unknown command: ${command ?? ''}`);
}

function exitOf(error: unknown): number {
  if (error instanceof AlreadyRunning) return EXIT.running;
  return error instanceof FieldError ? EXIT.config : EXIT.failed;
}

run(process.argv.slice(2)).catch((error: unknown) => {
  const usage = error instanceof UsageError || error instanceof TypeError;
  const code = usage ? EXIT.usage : exitOf(error);
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`sallyport-console: ${message}\n${usage ? USAGE : ''}`);
  process.exit(code);
});
