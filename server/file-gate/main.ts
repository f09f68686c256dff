/** Entry of `sallyport-file-gate`. */
import { userInfo } from 'node:os';
import { parseArgs } from 'node:util';
import { USAGE as ADMIN_USAGE, runAdminCommand } from './admin-cli.ts';
import { CliProblem } from './cli-problem.ts';
import { readConfig } from './config.ts';
import { FieldError } from './fields.ts';
import { startGate } from './gate.ts';

declare const __APP_VERSION__: string;

const USAGE = `usage:
  sallyport-file-gate serve --config FILE
  sallyport-file-gate check-config --config FILE
${ADMIN_USAGE}
  sallyport-file-gate --version
`;

/** sysexits(3) */
const EXIT = { usage: 64, failed: 1, config: 78 } as const;

async function serve(configFile: string): Promise<void> {
  const gate = await startGate(readConfig(configFile));
  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    void gate.stop().then(
      () => process.exit(0),
      () => process.exit(EXIT.failed),
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.on('SIGHUP', () => void gate.reopenLog().catch(stop));
  process.stdout.write('listening\n');
}

async function run(args: readonly string[]): Promise<void> {
  const [command, ...rest] = args;
  if (command === '--version') {
    process.stdout.write(`${__APP_VERSION__}\n`);
    return;
  }
  if (command === 'admin') {
    const { username } = userInfo();
    const { SUDO_USER: asked } = process.env;
    await runAdminCommand(rest, asked === undefined ? username : `${username} (sudo by ${asked})`);
    return;
  }
  const { values } = parseArgs({ args: [...rest], options: { config: { type: 'string' } } });
  if (values.config === undefined)
    throw new CliProblem('usage', 'the configuration is missing: --config FILE');
  if (command === 'serve') await serve(values.config);
  else if (command === 'check-config') {
    readConfig(values.config);
    process.stdout.write('the configuration is good\n');
  } else throw new CliProblem('usage', `unknown command: ${command ?? ''}`);
}

function exitCodeOf(error: unknown): number {
  if (error instanceof FieldError) return EXIT.config;
  if (error instanceof CliProblem) return error.problem === 'usage' ? EXIT.usage : EXIT.failed;
  return error instanceof TypeError ? EXIT.usage : EXIT.failed;
}

run(process.argv.slice(2)).catch((error: unknown) => {
  const code = exitCodeOf(error);
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`sallyport-file-gate: ${message}\n${code === EXIT.usage ? USAGE : ''}`);
  process.exit(code);
});
