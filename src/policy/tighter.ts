/**
 * Which of two values of a setting is tighter. What that means for each setting is said in the schema (`x-tighter`);
 * here is only what the rules mean.
 */
import { canonicalText } from './canonical.ts';
import { SETTINGS, type SettingInfo, type TighterRule } from './generated/settings-table.ts';
import { valueAt } from './pointer.ts';

/** How a second value compares with a first. */
export type Tightness = 'same' | 'tighter' | 'looser' | 'incomparable';

/** A value and the settings around it, which a rule that looks things up (`rankedBy`) needs. */
export interface Comparable {
  readonly value: unknown;
  /** Complete settings; absent: such a rule finds nothing and says no. */
  readonly settings?: unknown;
}

const BY_POINTER: ReadonlyMap<string, SettingInfo> = new Map(SETTINGS.map((info) => [info.pointer, info]));

/** The setting at a JSON pointer, exactly; `undefined` for a group, a part of a setting, or nothing. */
export function settingAt(pointer: string): SettingInfo | undefined {
  return BY_POINTER.get(pointer);
}

/** True for two JSON values (no deeper than signed documents are), or two absent ones, that are the same. */
export function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
    return a.every((item, at) => isSame(item, b[at]));
  }
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  return names.every((name) => Object.hasOwn(b, name) && isSame(Reflect.get(a, name), Reflect.get(b, name)));
}

/** True when `small` is `large` with items left out. */
function isSubsequence(small: unknown, large: unknown): boolean {
  if (!Array.isArray(small) || !Array.isArray(large)) return false;
  let found = 0;
  for (const item of large) if (found < small.length && isSame(item, small[found])) found += 1;
  return found === small.length;
}

/** True when every item of `small` is one of `large`, in whatever order. */
function isSubset(small: unknown, large: unknown): boolean {
  if (!Array.isArray(small) || !Array.isArray(large)) return false;
  if (isSubsequence(small, large)) return true;
  const members = new Set(large.map(canonicalText));
  return small.every((item) => members.has(canonicalText(item)));
}

function isAtMost(a: unknown, b: unknown): boolean {
  return typeof a === 'number' && typeof b === 'number' && a <= b;
}

function isBefore(values: readonly string[], a: unknown, b: unknown): boolean {
  if (typeof a !== 'string' || typeof b !== 'string') return false;
  return values.includes(a) && values.indexOf(a) <= values.indexOf(b);
}

/** The rank of the item with an id in a list of `{id, rank}`; nothing at all ranks highest. */
function rankOf({ value, settings }: Comparable, list: string): number | undefined {
  if (value === undefined) return Number.POSITIVE_INFINITY;
  const items = valueAt(settings, list);
  if (!Array.isArray(items)) return undefined;
  const rank: unknown = items.find((item) => item?.id === value)?.rank;
  return typeof rank === 'number' ? rank : undefined;
}

function isLower(rankedBy: string | undefined, before: Comparable, after: Comparable): boolean {
  if (rankedBy === undefined) return isAtMost(after.value, before.value);
  const [high, low] = [rankOf(before, rankedBy), rankOf(after, rankedBy)];
  return high !== undefined && low !== undefined && low < high;
}

function obeys(rule: TighterRule, before: Comparable, after: Comparable): boolean {
  switch (rule.rule) {
    case 'fixed':
      return false;
    case 'true':
      return before.value === false && after.value === true;
    case 'false':
      return before.value === true && after.value === false;
    case 'higher':
      return isAtMost(before.value, after.value);
    case 'lower':
      return isLower(rule.rankedBy, before, after);
    case 'order':
      return isBefore(rule.values, after.value, before.value);
    case 'superset':
      return isSubset(before.value, after.value);
    case 'subset':
      return (rule.ordered === true ? isSubsequence : isSubset)(after.value, before.value);
  }
}

/**
 * True when `after` is as tight as `before` or tighter. Reflexive and transitive; both ways only for values that mean
 * the same (equal ones, and lists without an order that have the same items).
 */
export function isTighter(rule: TighterRule, before: Comparable, after: Comparable): boolean {
  if (isSame(before.value, after.value)) return true;
  if (rule.loosest !== undefined) {
    if (isSame(after.value, rule.loosest)) return false;
    if (isSame(before.value, rule.loosest)) return rule.rule !== 'fixed';
  }
  return obeys(rule, before, after);
}

/** How `after` compares with `before`. */
export function compareTightness(rule: TighterRule, before: Comparable, after: Comparable): Tightness {
  const [tighter, looser] = [isTighter(rule, before, after), isTighter(rule, after, before)];
  if (tighter && looser) return 'same';
  if (tighter) return 'tighter';
  return looser ? 'looser' : 'incomparable';
}
