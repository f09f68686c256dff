/** Reading configuration and other JSON files: every member has a rule, and one that has none is refused. */

export class FieldError extends Error {
  override readonly name = 'FieldError';
}

/** Checks a value; `at` names it in the error. */
export type Rule<T> = (value: unknown, at: string) => T;

/** The value of a member that may be left out. */
export interface Optional<T> {
  readonly rule: Rule<T>;
  readonly otherwise: T;
}

type Members = Readonly<Record<string, Rule<unknown> | Optional<unknown>>>;
type ValueOf<M> = M extends Rule<infer T> ? T : M extends Optional<infer T> ? T : never;
export type ObjectOf<M extends Members> = { readonly [K in keyof M]: ValueOf<M[K]> };

export function optional<T>(rule: Rule<T>, otherwise: T): Optional<T> {
  return { rule, otherwise };
}

/** An object with exactly these members. */
export function object<M extends Members>(members: M): Rule<ObjectOf<M>> {
  return (value, at) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new FieldError(`${at} must be an object`);
    const given = new Map(Object.entries(value));
    for (const name of given.keys())
      if (!Object.hasOwn(members, name)) throw new FieldError(`${at}/${name} is not known`);
    const result: Record<string, unknown> = {};
    for (const [name, member] of Object.entries(members)) {
      if (typeof member === 'function') {
        if (!given.has(name)) throw new FieldError(`${at}/${name} is missing`);
        result[name] = member(given.get(name), `${at}/${name}`);
      } else {
        result[name] = given.has(name) ? member.rule(given.get(name), `${at}/${name}`) : member.otherwise;
      }
    }
    return result as ObjectOf<M>;
  };
}

/** Half of a surrogate pair is refused: no server reads a file in which one stands. */
export function text(pattern: RegExp, what: string): Rule<string> {
  return (value, at) => {
    if (typeof value !== 'string' || !pattern.test(value) || /\p{Cs}/u.test(value))
      throw new FieldError(`${at} must be ${what}`);
    return value;
  };
}

export function integer(from: number, to: number): Rule<number> {
  return (value, at) => {
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < from || value > to)
      throw new FieldError(`${at} must be a whole number from ${from} to ${to}`);
    return value;
  };
}

export function oneOf<const T extends string>(...words: readonly T[]): Rule<T> {
  return (value, at) => {
    const found = words.find((word) => word === value);
    if (found === undefined) throw new FieldError(`${at} must be one of ${words.join(', ')}`);
    return found;
  };
}

export function flag(): Rule<boolean> {
  return (value, at) => {
    if (typeof value !== 'boolean') throw new FieldError(`${at} must be true or false`);
    return value;
  };
}

/** A member that is somebody else's business. */
export type AnyMember = unknown;

export const any: Rule<AnyMember> = (value) => value;

export function list<T>(rule: Rule<T>, atMost: number): Rule<readonly T[]> {
  return (value, at) => {
    if (!Array.isArray(value) || value.length > atMost)
      throw new FieldError(`${at} must be a list of at most ${atMost}`);
    return value.map((item, index) => rule(item, `${at}/${index}`));
  };
}

/** An absolute path without `.` and `..`. */
export const absolutePath = text(/^(?:\/(?!\.{1,2}(?:\/|$))[^/\0]+)+$/, 'an absolute path');

/** Parses and checks JSON. @throws FieldError */
export function readJson<T>(source: string, rule: Rule<T>, at: string): T {
  let value: unknown;
  try {
    value = JSON.parse(source);
  } catch {
    throw new FieldError(`${at} is not JSON`);
  }
  return rule(value, at);
}
