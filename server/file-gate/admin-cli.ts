/** The administrators' command: says to the running gate what to do with a file. */
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { type IncomingMessage, request } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { CliProblem } from './cli-problem.ts';
import { readConfig } from './config.ts';

export const USAGE = `  sallyport-file-gate admin status --config FILE
  sallyport-file-gate admin list --config FILE [--state scanning|released|quarantined|expired|deleted]
  sallyport-file-gate admin show ID --config FILE
  sallyport-file-gate admin release ID --reason TEXT --config FILE
  sallyport-file-gate admin delete ID --reason TEXT --config FILE
  sallyport-file-gate admin export ID --reason TEXT --out NEW-FILE --config FILE`;

const PROBLEMS: Readonly<Record<string, string>> = {
  unknown: 'there is no file with this id',
  'not-quarantined': 'the file is not in quarantine',
  gone: 'the file is not there (any more)',
  'bad-request': 'the gate does not understand the command',
};
const MAX_ANSWER_BYTES = 64 * 1024;

function ask(
  socketPath: string,
  command: Readonly<Record<string, string | undefined>>,
): Promise<IncomingMessage> {
  return new Promise((done, failed) => {
    const body = JSON.stringify(command);
    const call = request(
      { socketPath, path: '/', method: 'POST', headers: { 'content-length': Buffer.byteLength(body) } },
      done,
    );
    call.once('error', (error) =>
      failed(new CliProblem('refused', `the gate does not answer: ${error.message}`)),
    );
    call.end(body);
  });
}

async function problemOf(answer: IncomingMessage): Promise<CliProblem> {
  let text = '';
  for await (const chunk of answer.setEncoding('utf8') as AsyncIterable<string>) {
    text += chunk;
    if (text.length > MAX_ANSWER_BYTES) break;
  }
  const problem = /"problem":"([a-z-]+)"/.exec(text)?.[1] ?? 'failed';
  const detail = /"detail":"([^"\\]+)"/.exec(text)?.[1];
  return new CliProblem(
    'refused',
    `${PROBLEMS[problem] ?? 'the gate could not do it'}${detail ? `: ${detail}` : ''}`,
  );
}

/** @throws CliProblem */
export async function runAdminCommand(args: readonly string[], actor: string): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      config: { type: 'string' },
      state: { type: 'string' },
      reason: { type: 'string' },
      out: { type: 'string' },
    },
  });
  const [command, id, ...more] = positionals;
  const { config, state, reason, out } = values;
  if (command === undefined || config === undefined || more.length > 0)
    throw new CliProblem('usage', 'admin needs a command and --config FILE');
  const changes = ['release', 'delete', 'export'].includes(command);
  if (!changes && !['status', 'list', 'show'].includes(command))
    throw new CliProblem('usage', `unknown command: admin ${command}`);
  if ((changes || command === 'show') && id === undefined) throw new CliProblem('usage', 'the id is missing');
  if (changes && (reason === undefined || reason.trim() === ''))
    throw new CliProblem('usage', 'a reason is needed: --reason TEXT');
  if (command === 'export' && out === undefined) throw new CliProblem('usage', 'where to? --out NEW-FILE');
  const answer = await ask(readConfig(config).adminSocket, { command, id, state, reason, actor });
  if (answer.statusCode !== 200) throw await problemOf(answer);
  if (out === undefined) {
    await pipeline(answer, process.stdout, { end: false });
    return;
  }
  const target = createWriteStream(out, { flags: 'wx', mode: 0o600 });
  let made = false;
  target.once('open', () => {
    made = true;
  });
  await pipeline(answer, target).catch(async (error: unknown) => {
    if (made) await rm(out, { force: true });
    throw error;
  });
}
