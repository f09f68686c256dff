/**
 * What this version of the client enforces. Each module says in its `enforces.json` which settings it enforces, where,
 * and which test proves it; the build collects them and fails for a setting that nobody enforces.
 */
import { canonicalText } from './canonical.ts';
import { refuse } from './errors.ts';
import { ENFORCED } from './generated/enforcement.ts';
import { SETTINGS, type SettingInfo } from './generated/settings-table.ts';
import type { PolicySettings } from './generated/types.ts';
import { valueAt } from './pointer.ts';

/** One acknowledgement: the module, a colon, the setting's pointer. */
export function acknowledgement(module: string, pointer: string): string {
  return `${module}:${pointer}`;
}

/** Every acknowledgement of this version of the client. */
export const CLIENT_ENFORCES: ReadonlySet<string> = new Set(
  Object.entries(ENFORCED).flatMap(([module, pointers]) =>
    pointers.map((pointer) => acknowledgement(module, pointer)),
  ),
);

function isOneOf(value: unknown, values: readonly unknown[]): boolean {
  const text = canonicalText(value);
  return values.some((one) => canonicalText(one) === text);
}

/** True for a setting that asks nothing of any module: it is absent, or at its neutral value. */
function asksNothing(info: SettingInfo, value: unknown): boolean {
  return value === undefined || (info.neutral !== undefined && isOneOf(value, [info.neutral]));
}

/**
 * Step 15: this version can honour every value, and every enforcement point has acknowledged its setting.
 *
 * @throws AppError UNENFORCEABLE with the setting and the module that is missing
 */
export function requireEnforceable(settings: PolicySettings, acknowledged: ReadonlySet<string>): void {
  for (const info of SETTINGS) {
    const { pointer, enforcedBy, honours } = info;
    const value = valueAt(settings, pointer);
    if (honours !== undefined && !isOneOf(value, honours)) {
      refuse('UNENFORCEABLE', { setting: pointer, module: enforcedBy.join() });
    }
    for (const module of enforcedBy) {
      const entry = acknowledgement(module, pointer);
      if (acknowledged.has(entry) || asksNothing(info, value)) continue;
      refuse('UNENFORCEABLE', { setting: pointer, module });
    }
  }
}
