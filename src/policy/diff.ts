/** What differs between two sets of settings, and which way. */
import { SETTINGS } from './generated/settings-table.ts';
import type { PolicySettings } from './generated/types.ts';
import { valueAt } from './pointer.ts';
import { compareTightness, isSame, type Tightness } from './tighter.ts';

/** One setting that differs. */
export interface SettingChange {
  readonly pointer: string;
  readonly title: string;
  /** `added` and `removed`: absent before or after; only settings that may be absent. */
  readonly kind: 'added' | 'removed' | 'changed';
  /** `undefined` when it was absent. */
  readonly before: unknown;
  readonly after: unknown;
  /** How the new value compares with the old one. `same`: another form of the same, as a list in another order. */
  readonly effect: Tightness;
  readonly sensitive: boolean;
}

function kindOf(before: unknown, after: unknown): SettingChange['kind'] {
  if (before === undefined) return 'added';
  return after === undefined ? 'removed' : 'changed';
}

/** The settings that differ, in the schema's order; of complete settings, with their defaults (`effectiveSettings`). */
export function diffSettings(old: PolicySettings, next: PolicySettings): SettingChange[] {
  return SETTINGS.flatMap(({ pointer, title, tighter, sensitive = false }) => {
    const [before, after] = [valueAt(old, pointer), valueAt(next, pointer)];
    if (isSame(before, after)) return [];
    const effect = compareTightness(
      tighter,
      { value: before, settings: old },
      { value: after, settings: next },
    );
    return [{ pointer, title, kind: kindOf(before, after), before, after, effect, sensitive }];
  });
}
