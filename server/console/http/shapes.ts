/** What a request may hold: one description that checks it and that the OpenAPI document shows. */
import * as fields from '../../file-gate/fields.ts';

export type JsonSchema = Readonly<Record<string, unknown>>;

/** A value: how it is checked and how it is described. */
export interface Shape<T> {
  readonly rule: fields.Rule<T>;
  readonly schema: JsonSchema;
}

/** A member that may be left out. */
export interface Maybe<T> {
  readonly maybe: Shape<T>;
}

type Members = Readonly<Record<string, Shape<unknown> | Maybe<unknown>>>;
type Of<M> = M extends Shape<infer T> ? T : M extends Maybe<infer T> ? T | undefined : never;
export type RecordOf<M extends Members> = { readonly [K in keyof M]: Of<M[K]> };

export function maybe<T>(shape: Shape<T>): Maybe<T> {
  return { maybe: shape };
}

/** An object with exactly these members. */
export function record<const M extends Members>(members: M): Shape<RecordOf<M>> {
  const rules = Object.fromEntries(
    Object.entries(members).map(([name, member]) => [
      name,
      'maybe' in member ? fields.optional<unknown>(member.maybe.rule, undefined) : member.rule,
    ]),
  );
  const properties = Object.fromEntries(
    Object.entries(members).map(([name, member]) => [
      name,
      'maybe' in member ? member.maybe.schema : member.schema,
    ]),
  );
  const required = Object.entries(members).flatMap(([name, member]) => ('maybe' in member ? [] : [name]));
  return {
    rule: fields.object(rules) as fields.Rule<RecordOf<M>>,
    schema: { type: 'object', additionalProperties: false, required, properties },
  };
}

export function text(pattern: RegExp, description: string): Shape<string> {
  return {
    rule: fields.text(pattern, description),
    schema: { type: 'string', pattern: pattern.source, description },
  };
}

export function oneOf<const T extends string>(...words: readonly T[]): Shape<T> {
  return { rule: fields.oneOf(...words), schema: { type: 'string', enum: words } };
}

export function integer(from: number, to: number): Shape<number> {
  return { rule: fields.integer(from, to), schema: { type: 'integer', minimum: from, maximum: to } };
}

export function flag(): Shape<boolean> {
  return { rule: fields.flag(), schema: { type: 'boolean' } };
}

export function list<T>(shape: Shape<T>, atMost: number): Shape<readonly T[]> {
  return {
    rule: fields.list(shape.rule, atMost),
    schema: { type: 'array', maxItems: atMost, items: shape.schema },
  };
}

/** A whole number written out, as queries have it. */
export function digits(from: number, to: number): Shape<number> {
  const whole = fields.integer(from, to);
  return {
    rule: (value, at) =>
      whole(typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value, at),
    schema: { type: 'integer', minimum: from, maximum: to },
  };
}

/** Nothing: a route without a body or a query. */
export const NOTHING: Shape<Readonly<Record<string, never>>> = {
  rule: fields.object({}),
  schema: { type: 'object', additionalProperties: false, properties: {} },
};

/** Why somebody does something: one line, printable, not only blanks. */
export const REASON = text(
  /^(?=.*\S)[^\p{C}\p{Zl}\p{Zp}]{3,500}$/u,
  'a reason, one line of 3 to 500 characters',
);
/** The part of an address before the @. */
export const ACCOUNT = text(
  /^[^\s"&'/:<>@\p{Cc}]{1,255}$/u,
  'an account, the part of the address before the @',
);
export const MACHINE = text(/^[A-Za-z0-9._-]{1,64}$/, 'the id of a machine');
export const SHA256 = text(/^[0-9a-f]{64}$/, '64 hex digits');
export const TIME = text(
  /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?Z)?$/,
  'a time in UTC, 2026-03-01 or 2026-03-01T09:15Z',
);
