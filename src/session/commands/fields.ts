/** The pieces that commands are read with: each takes something unknown and returns what it is, or `undefined`. */
import type { ChatCommand, ConversationKind } from '../../shared/chat-model.ts';
import { type BareJid, toBareJid } from '../../shared/jid.ts';
import { MAX_LABEL_ID } from '../../shared/labels.ts';
import { isXmlText } from '../../shared/xml-text.ts';

/** Messages' and transfers' ids. */
export const MAX_ID_LENGTH = 128;

export type Fields = Readonly<Record<string, unknown>>;

/** One parser for each type of command; a parser gets an object whose `type` is right and returns `undefined` for what is wrong. */
export type Parsers<Command extends ChatCommand> = {
  readonly [Type in Command['type']]: (fields: Fields) => Extract<Command, { type: Type }> | undefined;
};

export function withJid<Command extends ChatCommand>(
  fields: Fields,
  key: string,
  make: (jid: BareJid) => Command,
): Command | undefined {
  const jid = jidOf(fields[key]);
  return jid === undefined || !hasOnly(fields, ['type', key]) ? undefined : make(jid);
}

export function asFields(value: unknown): Fields | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null ? (value as Fields) : undefined;
}

export function hasOnly(fields: Fields, allowed: readonly string[]): boolean {
  return Object.keys(fields).every((key) => allowed.includes(key));
}

export function isCount(value: unknown, min: number, max: number): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max;
}

/** A bare address with a localpart; rooms and people have one, servers do not. */
export function jidOf(value: unknown): BareJid | undefined {
  if (typeof value !== 'string') return undefined;
  const jid = toBareJid(value);
  return jid !== undefined && jid === value && jid.includes('@') ? jid : undefined;
}

/** The id of a label, or none; `undefined` for what is no id. Whether the catalogue has it, the desk knows. */
export function labelOf(value: unknown): { readonly label?: string } | undefined {
  if (value === undefined) return {};
  const label = textOf(value, 1, MAX_LABEL_ID);
  return label === undefined ? undefined : { label };
}

export function kindOf(value: unknown): ConversationKind | undefined {
  return value === 'contact' || value === 'room' ? value : undefined;
}

/** XML 1.0 has no place for most control characters and for lone surrogates; refuse instead of silently changing. */
export function textOf(value: unknown, min: number, max: number): string | undefined {
  if (typeof value !== 'string' || value.length < min || value.length > max) return undefined;
  return isXmlText(value) ? value : undefined;
}
