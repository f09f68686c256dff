/** For each setting: what holds, where it comes from, and what it means. For people. */
import { SETTINGS, type SettingInfo } from './generated/settings-table.ts';
import type { PolicySettings, PolicySettingsInput } from './generated/types.ts';
import { valueAt } from './pointer.ts';
import { compareTightness, type Tightness } from './tighter.ts';

/** Where a value comes from: the policy itself, one of its overlays, the schema, or nowhere (it is absent). */
export type SettingSource = 'base' | 'default' | 'absent' | `overlay:${string}`;

/** One setting, explained. */
export interface SettingExplanation
  extends Pick<
    SettingInfo,
    'pointer' | 'title' | 'description' | 'group' | 'effect' | 'risk' | 'owner' | 'since' | 'platforms'
  > {
  /** `undefined` when it is absent. */
  readonly value: unknown;
  readonly from: SettingSource;
  /** How the value compares with the default; `no-default` for what has none. */
  readonly tightness: Tightness | 'no-default';
  /** To be masked wherever it is shown. */
  readonly sensitive: boolean;
}

/** What there is to explain; a verified policy is such a thing. */
export interface Explainable {
  /** The policy as it was signed. */
  readonly policy: { readonly settings: PolicySettingsInput };
  /** The settings that hold. */
  readonly settings: PolicySettings;
  /** By pointer, the name of the overlay whose value holds. */
  readonly overlaid?: ReadonlyMap<string, string>;
}

function sourceOf({ policy, overlaid }: Explainable, pointer: string, value: unknown): SettingSource {
  const overlay = overlaid?.get(pointer);
  if (overlay !== undefined) return `overlay:${overlay}`;
  if (valueAt(policy.settings, pointer) !== undefined) return 'base';
  return value === undefined ? 'absent' : 'default';
}

/** A row for every setting of the schema, in its order. */
export function explainSettings(explainable: Explainable): SettingExplanation[] {
  const { settings } = explainable;
  return SETTINGS.map((info) => {
    const { pointer, title, description, group, effect, risk, owner, since, platforms } = info;
    const value = valueAt(settings, pointer);
    const standard = info.default;
    return {
      ...{ pointer, title, description, group, effect, risk, owner, since, platforms },
      value,
      from: sourceOf(explainable, pointer, value),
      tightness:
        standard === undefined
          ? 'no-default'
          : compareTightness(info.tighter, { value: standard, settings }, { value, settings }),
      sensitive: info.sensitive === true,
    };
  });
}
