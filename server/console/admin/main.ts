/** Entry of `sallyport-admin`: the console’s API from a shell, with a certificate and key in files. */
import { createWriteStream, readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { absolutePath, FieldError, object, oneOf, readJson, text } from '../../file-gate/fields.ts';
import { ROUTES } from '../routes.ts';
import { type AdminRequest, CommandLineError, commandsOf, requestOf, usageOf } from './command-line.ts';

declare const __APP_VERSION__: string;

const DEFAULT_CONFIG = '/etc/sallyport/admin.json';
const COMMANDS = commandsOf(ROUTES);
const USAGE = `usage: sallyport-admin [--config FILE] [--out NEW-FILE] COMMAND
${COMMANDS.map((command) => `  ${usageOf(command)}`).join('\n')}
Answers are JSON. Settings: ${DEFAULT_CONFIG} unless --config says otherwise.
`;

/** 0 done, 1 refused or failed, 2 wrong command line, 3 kept until a second person approves it. */
const EXIT = { failed: 1, usage: 2, waits: 3 } as const;
const MAX_PROBLEM_BYTES = 64 * 1024;

const CONFIG = object({
  format: oneOf('sallyport.admin/1'),
  url: text(
    /^https:\/\/[a-z0-9.-]{1,253}(?::\d{1,5})?$/,
    'https:// and a host, with a port when it is not 443',
  ),
  /** PEM: the authority of the console’s certificate; the administrator’s certificate and key. */
  ca: absolutePath,
  certificate: absolutePath,
  key: absolutePath,
});
type Config = ReturnType<typeof CONFIG>;

class Refused extends Error {}

class Client {
  readonly #url: URL;
  readonly #agent: Agent;
  #session: string | undefined;

  constructor({ url, ca, certificate, key }: Config) {
    this.#url = new URL(url);
    this.#agent = new Agent({
      keepAlive: true,
      minVersion: 'TLSv1.3',
      ca: readFileSync(ca),
      cert: readFileSync(certificate),
      key: readFileSync(key),
    });
  }

  async start(): Promise<void> {
    const answer = await this.ask({ method: 'POST', path: '/api/session' });
    this.#session = (JSON.parse(await textOf(answer)) as { token: string }).token;
  }

  async end(): Promise<void> {
    await this.ask({ method: 'DELETE', path: '/api/session' }).then(textOf);
    this.#agent.destroy();
  }

  /** @throws Refused with the console’s sentence */
  async ask({ method, path, body }: AdminRequest): Promise<IncomingMessage> {
    const data = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    const answer = await new Promise<IncomingMessage>((done, failed) => {
      const call = request(
        new URL(path, this.#url),
        {
          method,
          agent: this.#agent,
          headers: {
            ...(this.#session === undefined ? {} : { 'sallyport-session': this.#session }),
            ...(data === undefined
              ? {}
              : { 'content-type': 'application/json', 'content-length': data.length }),
          },
        },
        done,
      );
      call.once('error', (error) => failed(new Refused(`the console does not answer: ${error.message}`)));
      call.end(data);
    });
    if ((answer.statusCode ?? 500) < 300) return answer;
    const { title, code, detail } = JSON.parse(await textOf(answer)) as Record<string, string | undefined>;
    throw new Refused(`${title} (${code}${detail === undefined ? '' : `: ${detail}`})`);
  }
}

async function textOf(answer: IncomingMessage): Promise<string> {
  let all = '';
  for await (const chunk of answer.setEncoding('utf8') as AsyncIterable<string>) {
    all += chunk;
    if (all.length > MAX_PROBLEM_BYTES) throw new Refused('the console’s answer is too large');
  }
  return all;
}

async function run(args: readonly string[]): Promise<void> {
  const names = new Set(COMMANDS.flatMap(({ words }) => words.map(({ name }) => name)));
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      config: { type: 'string' },
      out: { type: 'string' },
      help: { type: 'boolean' },
      version: { type: 'boolean' },
      ...Object.fromEntries([...names].map((name) => [name, { type: 'string', multiple: true } as const])),
    },
  });
  if (values.help === true) return void process.stdout.write(USAGE);
  if (values.version === true) return void process.stdout.write(`${__APP_VERSION__}\n`);
  const command = COMMANDS.find(({ name }) => name === positionals.join(' '));
  if (command === undefined) throw new CommandLineError(`unknown command: ${positionals.join(' ')}`);
  const { config = DEFAULT_CONFIG, out, ...options } = values;
  const wanted = requestOf(command, options as Readonly<Record<string, readonly string[]>>);
  const client = new Client(readJson(readFileSync(String(config), 'utf8'), CONFIG, ''));
  await client.start();
  try {
    const answer = await client.ask(wanted);
    if (out === undefined) await pipeline(answer, process.stdout, { end: false });
    else await pipeline(answer, createWriteStream(String(out), { flags: 'wx', mode: 0o600 }));
    if (answer.statusCode === 202) process.exitCode = EXIT.waits;
  } finally {
    await client.end();
  }
}

run(process.argv.slice(2)).catch((error: unknown) => {
  const usage = error instanceof CommandLineError || error instanceof TypeError;
  const message = error instanceof Error ? error.message : String(error);
  const known = usage || error instanceof Refused || error instanceof FieldError;
  process.stderr.write(`sallyport-admin: ${known ? message : `failed: ${message}`}\n${usage ? USAGE : ''}`);
  process.exitCode = usage ? EXIT.usage : EXIT.failed;
});
