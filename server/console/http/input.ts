/** Reading a request: every part bounded and checked before anything looks at it. */
import type { IncomingMessage } from 'node:http';
import { FieldError } from '../../file-gate/fields.ts';
import { Problem } from '../problem.ts';
import type { Route } from '../route.ts';
import type { Shape } from './shapes.ts';

const MAX_TARGET_CHARACTERS = 4096;

export interface Target {
  /** Decoded segments of the path. */
  readonly segments: readonly string[];
  readonly query: Readonly<Record<string, string>>;
}

/** The request's target (RFC 9112 3.2, origin form). @throws Problem */
export function targetOf(url: string | undefined): Target {
  if (url === undefined || !url.startsWith('/') || url.length > MAX_TARGET_CHARACTERS)
    throw new Problem('bad-request');
  const [path = '', ...more] = url.split('?');
  if (more.length > 1 || url.includes('#')) throw new Problem('bad-request');
  let segments: string[];
  try {
    segments = path.slice(1).split('/').map(decodeURIComponent);
  } catch {
    throw new Problem('bad-request');
  }
  // Nothing is ever looked up on a disk by what stands here; still, such a name is none.
  if (segments.some((segment) => segment === '.' || segment === '..' || /[/\\\p{Cc}]/u.test(segment)))
    throw new Problem('bad-request');
  const query: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(more[0] ?? '')) {
    if (Object.hasOwn(query, name)) throw new Problem('bad-request', `${name} is given twice`);
    query[name] = value;
  }
  return { segments, query };
}

/** The parts in braces where `segments` are an address of this pattern. */
export function matchAddress(
  pattern: string,
  segments: readonly string[],
): Readonly<Record<string, string>> | undefined {
  const wanted = pattern.slice(1).split('/');
  if (wanted.length !== segments.length) return undefined;
  const parts: Record<string, string> = {};
  for (const [index, word] of wanted.entries()) {
    const segment = segments[index] ?? '';
    const name = /^\{(\w+)\}$/.exec(word)?.[1];
    if (name === undefined ? word !== segment : segment === '') return undefined;
    if (name !== undefined) parts[name] = segment;
  }
  return parts;
}

/** @throws Problem `bad-request` that names the member */
export function checked<T>(shape: Shape<T>, value: unknown, at: string): T {
  try {
    return shape.rule(value, at);
  } catch (error) {
    if (error instanceof FieldError) throw new Problem('bad-request', error.message);
    throw error;
  }
}

/** The parts of the path. @throws Problem `unknown`: an id that cannot be one names nothing */
export function checkedPath(
  { path }: Route,
  parts: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  try {
    return Object.fromEntries(
      Object.entries(parts).map(([name, value]) => [name, path[name]?.rule(value, name) ?? value]),
    );
  } catch {
    throw new Problem('unknown');
  }
}

/** The body as a JSON value; an empty object when there is none. @throws Problem */
export async function readBody(request: IncomingMessage, maximumBytes: number): Promise<unknown> {
  const { 'content-length': length, 'transfer-encoding': encoding, 'content-type': type } = request.headers;
  if (encoding !== undefined) throw new Problem('bad-request', 'the length of the body is missing');
  const announced = Number(length ?? '0');
  if (!Number.isSafeInteger(announced) || announced < 0) throw new Problem('bad-request');
  if (announced > maximumBytes) throw new Problem('too-large');
  if (announced === 0) return {};
  if (type === undefined || !/^application\/json(?:; ?charset=utf-8)?$/i.test(type))
    throw new Problem('not-json');
  const parts: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) parts.push(chunk);
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts));
    return JSON.parse(text);
  } catch {
    throw new Problem('not-json');
  }
}
