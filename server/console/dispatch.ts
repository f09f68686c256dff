/**
 * From a request to its route and back: site, person, session, role, input, second person, audit, work, answer. Every
 * request takes these steps in this order; no handler sees one that failed any.
 */
import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { Identity } from '../file-gate/identity.ts';
import { PerMinute } from '../file-gate/per-minute.ts';
import { type AuditDetail, CONSOLE_ITSELF, type Doer } from './audit.ts';
import type { Assets } from './http/assets.ts';
import { ALWAYS, BACKGROUND_HEADER, requireSameSite, SESSION_HEADER } from './http/headers.ts';
import { checked, checkedPath, matchAddress, readBody, type Target, targetOf } from './http/input.ts';
import { Problem } from './problem.ts';
import type { Administrator } from './roles.ts';
import { type Answer, type Call, doerOf, type Route } from './route.ts';
import type { Services } from './services.ts';

const REQUESTS_PER_MINUTE = 1200;
/** Refusals of one person, or of one address, that are logged in a minute. */
const REFUSALS_PER_MINUTE = 120;
const MAX_DETAIL = 200;
/** As much as a line of the log takes of one detail. */
const MAX_LIST = 512;
/** Of events that nobody takes. */
const MAX_UNREAD_BYTES = 1024 * 1024;

type Found = { readonly route: Route; readonly parts: Readonly<Record<string, string>> };

/** One value as a log has it; what is neither a text, a number nor a list of texts is left out. */
function toldOf(value: unknown): string | number | boolean | undefined {
  if (typeof value === 'string') return value.slice(0, MAX_DETAIL);
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  if (!Array.isArray(value)) return undefined;
  const text = value.map(String).join(' ');
  if (text.length <= MAX_LIST) return text;
  // Nothing is put in behind what is cut off without a trace.
  const hash = createHash('sha256').update(text).digest('hex');
  return `${text.slice(0, MAX_LIST - 73)}… sha256:${hash}`;
}

/** What a log may say of a request, by name; texts are cut. */
export function auditDetail(call: Pick<Call<unknown, unknown>, 'path' | 'body' | 'query'>): AuditDetail {
  const all = [call.path, call.query, call.body].flatMap((part) =>
    typeof part === 'object' && part !== null ? Object.entries(part) : [],
  );
  const told = all.flatMap(([name, value]): [string, string | number | boolean][] => {
    const text = toldOf(value);
    return text === undefined ? [] : [[name, text]];
  });
  return Object.fromEntries(told);
}

/** Does what a call asks for, with its lines in the log before and after. */
export async function perform(
  services: Services,
  route: Route,
  call: Call<unknown, unknown>,
): Promise<Answer> {
  const doer = doerOf(call);
  const detail: AuditDetail = {
    ...auditDetail(call),
    ...(call.approvedBy === undefined ? {} : { approvedBy: call.approvedBy.id }),
  };
  if (route.audited) services.audit.write(route.action, 'success', doer, detail);
  try {
    return await route.run(services, call);
  } catch (error) {
    const code = error instanceof Problem ? error.code : 'internal';
    if (route.audited) services.audit.write(`${route.action}.failed`, 'failure', doer, { ...detail, code });
    throw error;
  }
}

export class Dispatcher {
  readonly #services: Services;
  readonly #routes: readonly Route[];
  readonly #assets: Assets;
  readonly #report: (error: unknown) => void;
  readonly #requests = new PerMinute(REQUESTS_PER_MINUTE);
  readonly #refusals = new PerMinute(REFUSALS_PER_MINUTE);

  /** @param report takes what nobody foresaw, for the console's own error log */
  constructor(
    services: Services,
    routes: readonly Route[],
    assets: Assets,
    report: (error: unknown) => void,
  ) {
    this.#services = services;
    this.#routes = routes;
    this.#assets = assets;
    this.#report = report;
  }

  /** A connection that never became a request: no certificate, a revoked one. */
  connectionRefused(reason: string, ip: string): void {
    if (!this.#refusals.take(ip)) return;
    this.#services.audit.write('connection-refused', 'failure', CONSOLE_ITSELF, { reason, ip });
  }

  async answer(request: IncomingMessage, response: ServerResponse, identity: Identity): Promise<void> {
    for (const [name, value] of Object.entries(ALWAYS)) response.setHeader(name, value);
    let who: Administrator | undefined;
    let action = 'request';
    try {
      const target = targetOf(request.url);
      const navigation = request.method === 'GET' && target.segments[0] !== 'api';
      requireSameSite(request.headers, this.#services.config.origin, navigation);
      who = this.#services.administrators().of(identity);
      if (who === undefined) throw new Problem('no-role');
      if (!this.#requests.take(who.id)) throw new Problem('too-many');
      if (navigation) return this.#sendAsset(response, target.segments.join('/'));
      const found = this.#find(request.method ?? '', target);
      action = found.route.action;
      const call = await this.#call(request, response, found, target, who, identity);
      await send(response, await this.#secondPersonFirst(found.route, call));
    } catch (error) {
      this.#fail(request, response, error, who?.id ?? '', action);
    }
  }

  #find(method: string, { segments }: Target): Found {
    const here = this.#routes.flatMap((route): Found[] => {
      const parts = matchAddress(route.address, segments);
      return parts === undefined ? [] : [{ route, parts }];
    });
    if (here.length === 0) throw new Problem('unknown');
    const found = here.find(({ route }) => route.method === method);
    if (found === undefined) throw new Problem('method');
    return found;
  }

  async #call(
    request: IncomingMessage,
    response: ServerResponse,
    { route, parts }: Found,
    { query }: Target,
    who: Administrator,
    { spkiSha256: key }: Identity,
  ): Promise<Call<unknown, unknown>> {
    const { headers } = request;
    const name = headers[SESSION_HEADER];
    const deed = headers[BACKGROUND_HEADER] === undefined;
    const session = route.session
      ? this.#services.sessions.require(typeof name === 'string' ? name : undefined, who, key, deed).name
      : '';
    if (!route.roles.includes(who.role)) throw new Problem('wrong-role');
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    return {
      who,
      key,
      session,
      path: checkedPath(route, parts),
      query: checked(route.query, query, 'query'),
      body: checked(route.body, await readBody(request, route.maximumBytes), 'body'),
      signal: gone.signal,
    };
  }

  /** Does it, or, where a second person has to agree, keeps it for that person. */
  async #secondPersonFirst(route: Route, call: Call<unknown, unknown>): Promise<Answer> {
    const { approvals, audit, config } = this.#services;
    const mark = route.twoPersons?.mark(call.body, call.path, this.#services);
    if (mark === undefined || !config.twoPersons.includes(mark)) return perform(this.#services, route, call);
    audit.write(`${route.action}.requested`, 'success', doerOf(call), auditDetail(call));
    const { path, body, query } = call;
    const approval = approvals.request(route.action, { path, body, query }, call.who, call.key);
    return { status: 202, json: { approval } };
  }

  #sendAsset(response: ServerResponse, name: string): void {
    const asset = this.#assets.get(name);
    if (asset === undefined) throw new Problem('unknown');
    response.writeHead(200, { 'content-type': asset.type, 'content-length': asset.data.length });
    response.end(asset.data);
  }

  #fail(
    request: IncomingMessage,
    response: ServerResponse,
    error: unknown,
    who: string,
    action: string,
  ): void {
    const problem = error instanceof Problem ? error : new Problem('internal', undefined, { cause: error });
    if (problem.code === 'internal' || problem.cause !== undefined) this.#report(error);
    this.#logRefusal(request, problem, who, action);
    if (response.headersSent || response.destroyed) {
      response.destroy();
      return;
    }
    // Nobody reads the rest of a body that was refused.
    if (!request.complete) response.setHeader('connection', 'close');
    const { status, code, sentence, detail } = problem;
    const body = JSON.stringify({ type: 'about:blank', title: sentence, status, code, detail });
    response.writeHead(status, { 'content-type': 'application/problem+json' }).end(`${body}\n`);
  }

  #logRefusal(request: IncomingMessage, { code }: Problem, who: string, action: string): void {
    const ip = request.socket.remoteAddress ?? '';
    const matters = ['no-role', 'wrong-role', 'cross-site', 'same-person', 'other-action', 'bad-request'];
    if (!matters.includes(code) || !this.#refusals.take(who === '' ? ip : who)) return;
    const address = (request.url ?? '').split('?')[0]?.slice(0, MAX_DETAIL) ?? '';
    const doer: Doer = { id: who, session: '' };
    try {
      this.#services.audit.write('refused', 'failure', doer, { code, action, address, ip });
    } catch (error) {
      this.#report(error);
    }
  }
}

/** Writes an answer to its end. */
async function send(response: ServerResponse, answer: Answer): Promise<void> {
  if ('json' in answer) {
    const data = Buffer.from(`${JSON.stringify(answer.json)}\n`);
    response.writeHead(answer.status ?? 200, {
      'content-type': 'application/json',
      'content-length': data.length,
    });
    response.end(data);
    return;
  }
  if ('file' in answer) {
    response.writeHead(200, {
      'content-type': answer.type,
      // Names of our own making: letters, digits, dots and dashes.
      'content-disposition': `attachment; filename="${answer.name}"`,
    });
    if (answer.file instanceof Uint8Array) response.end(answer.file);
    else await pipeline(answer.file, response);
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.flushHeaders();
  for await (const event of answer.events) {
    if (response.destroyed) return;
    // Whoever does not read has gone, whatever the connection says.
    if (response.writableLength > MAX_UNREAD_BYTES) {
      response.destroy();
      return;
    }
    response.write(`data: ${JSON.stringify(event)}\n\n`);
  }
  response.end();
}
