/** Entry of `sallyport-admin`: the console’s API from a shell, with the administrator’s card or a certificate and key in files. */
import { createWriteStream } from 'node:fs';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { CliError } from '../../../src/cli/policy/cli-error.ts';
import { AppError, ERROR_CATALOGUE } from '../../../src/shared/errors.ts';
import { FieldError } from '../../file-gate/fields.ts';
import { ROUTES } from '../routes.ts';
import { openCard } from './card.ts';
import { Client, Refused } from './client.ts';
import { type AdminRequest, CommandLineError, commandsOf, requestOf, usageOf } from './command-line.ts';
import { type Link, linkWithCard, linkWithFiles } from './link.ts';
import { readSettings } from './settings.ts';

declare const __APP_VERSION__: string;

const DEFAULT_CONFIG = '/etc/sallyport/admin.json';
const COMMANDS = commandsOf(ROUTES);
const USAGE = `usage: sallyport-admin [--config FILE] [--pin-file FILE] [--out NEW-FILE] COMMAND
${COMMANDS.map((command) => `  ${usageOf(command)}`).join('\n')}
Answers are JSON. Settings: ${DEFAULT_CONFIG} unless --config says otherwise.
`;

/** 0 done, 1 refused or failed, 2 wrong command line, 3 kept until a second person approves it. */
const EXIT = { failed: 1, usage: 2, waits: 3 } as const;

/** A file beside the program. */
const beside = (name: string): string => join(dirname(process.argv[1] ?? ''), name);

async function linkFor(config: string, pinFile: string | undefined): Promise<Link> {
  const settings = readSettings(config);
  if (settings.kind === 'files') return linkWithFiles(settings);
  const card = await openCard(settings.card, pinFile, beside('sallyport-admin-token.cjs'));
  return linkWithCard(settings, card, beside('sallyport-admin-tls.cjs'));
}

/** Asks, and writes the answer to `out` or to the terminal. */
async function carryOut(client: Client, wanted: AdminRequest, out: string | undefined): Promise<void> {
  await client.start();
  try {
    const answer = await client.ask(wanted);
    if (out === undefined) await pipeline(answer, process.stdout, { end: false });
    else await pipeline(answer, createWriteStream(out, { flags: 'wx', mode: 0o600 }));
    if (answer.statusCode === 202) process.exitCode = EXIT.waits;
  } finally {
    await client.end();
  }
}

async function run(args: readonly string[]): Promise<void> {
  const names = new Set(COMMANDS.flatMap(({ words }) => words.map(({ name }) => name)));
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      config: { type: 'string' },
      out: { type: 'string' },
      'pin-file': { type: 'string' },
      help: { type: 'boolean' },
      version: { type: 'boolean' },
      ...Object.fromEntries([...names].map((name) => [name, { type: 'string', multiple: true } as const])),
    },
  });
  if (values.help === true) return void process.stdout.write(USAGE);
  if (values.version === true) return void process.stdout.write(`${__APP_VERSION__}\n`);
  const command = COMMANDS.find(({ name }) => name === positionals.join(' '));
  if (command === undefined) throw new CommandLineError(`unknown command: ${positionals.join(' ')}`);
  const { config = DEFAULT_CONFIG, out, 'pin-file': pinFile, ...options } = values;
  const wanted = requestOf(command, options as Readonly<Record<string, readonly string[]>>);
  const text = (value: typeof out): string | undefined => (typeof value === 'string' ? value : undefined);
  const link = await linkFor(String(config), text(pinFile));
  try {
    await carryOut(new Client(link), wanted, text(out));
  } finally {
    await link.end();
  }
}

/** A sentence for the person at the terminal; what nobody foresaw says so. */
function sentenceOf(error: unknown): string {
  if (error instanceof AppError) {
    const { title, action } = ERROR_CATALOGUE[error.code as keyof typeof ERROR_CATALOGUE];
    return `${title} ${action} (${error.code})`;
  }
  const message = error instanceof Error ? error.message : String(error);
  const kinds = [CommandLineError, TypeError, Refused, FieldError, CliError];
  return kinds.some((kind) => error instanceof kind) ? message : `failed: ${message}`;
}

run(process.argv.slice(2)).catch((error: unknown) => {
  const usage = error instanceof CommandLineError || error instanceof TypeError;
  process.stderr.write(`sallyport-admin: ${sentenceOf(error)}\n${usage ? USAGE : ''}`);
  process.exitCode = usage ? EXIT.usage : EXIT.failed;
});
