/**
 * The command line, made of the table of routes: `switch.set` is `switch set`, and what stands in path, query and body are
 * its options. What the console can do, the command can.
 */
import type { JsonSchema } from '../http/shapes.ts';
import type { Route } from '../route.ts';

export interface Word {
  readonly name: string;
  readonly where: 'path' | 'query' | 'body';
  readonly required: boolean;
  readonly schema: JsonSchema;
}

export interface Command {
  /** `switch set` */
  readonly name: string;
  readonly route: Route;
  readonly words: readonly Word[];
}

/** Sessions are the command's own business. */
const LEFT_OUT = new Set(['session.start', 'session.end']);

function membersOf(schema: JsonSchema, where: Word['where']): readonly Word[] {
  const { properties = {}, required = [] } = schema as {
    readonly properties?: Readonly<Record<string, JsonSchema>>;
    readonly required?: readonly string[];
  };
  return Object.entries(properties).map(([name, member]) => ({
    name,
    where,
    required: required.includes(name),
    schema: member,
  }));
}

export function commandsOf(routes: readonly Route[]): readonly Command[] {
  return routes
    .filter(({ action }) => !LEFT_OUT.has(action))
    .map((route) => ({
      name: route.action.replace('.', ' '),
      route,
      words: [
        ...Object.entries(route.path).map(([name, { schema }]) => ({
          name,
          where: 'path' as const,
          required: true,
          schema,
        })),
        ...membersOf(route.query.schema, 'query'),
        ...membersOf(route.body.schema, 'body'),
      ],
    }));
}

/** One line of help. */
export function usageOf({ name, words }: Command): string {
  const options = words.map(({ name: word, required, schema }) => {
    const value = Array.isArray(schema.enum) ? schema.enum.join('|') : word.toUpperCase();
    const option = `--${word} ${value}${schema.type === 'array' ? ' …' : ''}`;
    return required ? option : `[${option}]`;
  });
  return [name, ...options].join(' ');
}

export class CommandLineError extends Error {
  override readonly name = 'CommandLineError';
}

/** A value as the body wants it; queries and paths stay texts. */
function bodyValue({ name, schema }: Word, given: readonly string[]): unknown {
  const [first = ''] = given;
  // One that is empty is how a shell says that there are none.
  if (schema.type === 'array') return given.length === 1 && first === '' ? [] : given;
  if (given.length > 1) throw new CommandLineError(`--${name} is given twice`);
  if (schema.type === 'integer') return Number(first);
  if (schema.type === 'boolean') {
    if (first !== 'true' && first !== 'false') throw new CommandLineError(`--${name} is true or false`);
    return first === 'true';
  }
  if (schema.type !== 'object') return first;
  try {
    return JSON.parse(first);
  } catch {
    throw new CommandLineError(`--${name} takes JSON`);
  }
}

export interface AdminRequest {
  readonly method: string;
  readonly path: string;
  /** Absent for a route without a body. */
  readonly body?: unknown;
}

/** The request that options make. @throws CommandLineError */
export function requestOf(
  { route, words, name }: Command,
  options: Readonly<Record<string, readonly string[] | undefined>>,
): AdminRequest {
  const missing = words.find((word) => word.required && options[word.name] === undefined);
  if (missing !== undefined) throw new CommandLineError(`${name} needs --${missing.name}`);
  const given = (where: Word['where']) =>
    words.flatMap((word): [string, unknown][] => {
      const values = options[word.name];
      return word.where !== where || values === undefined ? [] : [[word.name, bodyValue(word, values)]];
    });
  const address = route.address.replace(/\{(\w+)\}/g, (_all, word: string) =>
    encodeURIComponent(options[word]?.[0] ?? ''),
  );
  const query = new URLSearchParams(
    given('query').map(([word, value]): [string, string] => [word, String(value)]),
  ).toString();
  const body = Object.fromEntries(given('body'));
  const hasBody = words.some(({ where }) => where === 'body');
  return {
    method: route.method,
    path: query === '' ? address : `${address}?${query}`,
    ...(hasBody ? { body } : {}),
  };
}
