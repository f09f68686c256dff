/** One session at the console. */
import type { IncomingMessage } from 'node:http';
import type { AdminRequest } from './command-line.ts';
import type { Link } from './link.ts';

const MAX_PROBLEM_BYTES = 64 * 1024;

/** What the console, the card or the way to it refused, in a sentence. */
export class Refused extends Error {}

export class Client {
  readonly #link: Link;
  #session: string | undefined;

  constructor(link: Link) {
    this.#link = link;
  }

  async start(): Promise<void> {
    const answer = await this.ask({ method: 'POST', path: '/api/session' });
    this.#session = (JSON.parse(await textOf(answer)) as { token: string }).token;
  }

  async end(): Promise<void> {
    if (this.#session !== undefined) await this.ask({ method: 'DELETE', path: '/api/session' }).then(textOf);
  }

  /** @throws Refused with the console’s sentence; AppError where the card or the connection failed */
  async ask({ method, path, body }: AdminRequest): Promise<IncomingMessage> {
    const data = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    const headers = {
      ...(this.#session === undefined ? {} : { 'sallyport-session': this.#session }),
      ...(data === undefined ? {} : { 'content-type': 'application/json', 'content-length': data.length }),
    };
    const answer = await this.#exchange(method, path, headers, data);
    if ((answer.statusCode ?? 500) < 300) return answer;
    const { title, code, detail } = JSON.parse(await textOf(answer)) as Record<string, string | undefined>;
    throw new Refused(`${title} (${code}${detail === undefined ? '' : `: ${detail}`})`);
  }

  #exchange(
    method: string,
    path: string,
    headers: Readonly<Record<string, string | number>>,
    data: Buffer | undefined,
  ): Promise<IncomingMessage> {
    return new Promise((done, failed) => {
      this.#link.request({ method, path, headers }, done).then((call) => {
        call.once('error', (error) => failed(new Refused(`the console does not answer: ${error.message}`)));
        call.end(data);
      }, failed);
    });
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
