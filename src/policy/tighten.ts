/** Merging what overlays say into settings, never loosening. Pure; knows nothing of signatures. */
import { refuse } from './errors.ts';
import { type DefaultsNode, SETTINGS_DEFAULTS } from './generated/defaults.ts';
import type { SettingInfo } from './generated/settings-table.ts';
import type { PolicySettings } from './generated/types.ts';
import { GROUP_VALIDATORS } from './generated/validators.js';
import { valueAt, withValueAt } from './pointer.ts';
import { requireValid } from './schema-check.ts';
import { completeValue, finishSettings } from './settings.ts';
import { isTighter, settingAt } from './tighter.ts';

/** A setting's new value. */
export interface SettingPatch {
  readonly pointer: string;
  readonly value?: unknown;
}

/** A named list of new values. */
export interface SettingsPatch {
  readonly name: string;
  readonly settings: readonly SettingPatch[];
}

/** A new value that may stand in the place of the old one. */
export interface CheckedPatch {
  readonly info: SettingInfo;
  readonly value: unknown;
}

export interface CheckedPatches {
  readonly name: string;
  readonly settings: readonly CheckedPatch[];
}

function defaultsAt(pointer: string): DefaultsNode | undefined {
  let node: DefaultsNode | undefined = SETTINGS_DEFAULTS;
  for (const member of pointer.split('/').slice(1)) node = node?.properties?.[member];
  return node;
}

function setting(pointer: string, name: string): SettingInfo {
  return settingAt(pointer) ?? refuse('SCHEMA', { pointer, rule: 'not-a-setting', part: `overlay:${name}` });
}

/** Settings in which each pointer has its new value; each group that changes is what the schema says it is. */
function patchSettings(base: PolicySettings, { name, settings }: SettingsPatch): PolicySettings {
  const groups = new Set(settings.map(({ pointer }) => setting(pointer, name).group));
  let patched = base;
  for (const { pointer, value } of settings) patched = withValueAt(patched, pointer, value);
  for (const group of groups) {
    const validator = GROUP_VALIDATORS[group];
    if (validator === undefined) refuse('SCHEMA', { pointer: `/${group}`, rule: 'unknown' });
    requireValid(validator, valueAt(patched, `/${group}`), 'SCHEMA', `overlay:${name}`);
  }
  return patched;
}

/**
 * The new values with their defaults, each valid by itself and as tight as what it would replace, or tighter.
 *
 * @param base complete settings
 * @throws AppError SCHEMA, OVERLAY_LOOSENS
 */
export function requireMergeable(base: PolicySettings, patch: SettingsPatch): CheckedPatch[] {
  patchSettings(base, patch);
  return patch.settings.map(({ pointer, value: given }) => {
    const info = setting(pointer, patch.name);
    const value = completeValue(given, defaultsAt(pointer));
    const before = { value: valueAt(base, pointer), settings: base };
    if (!isTighter(info.tighter, before, { value, settings: base })) {
      refuse('OVERLAY_LOOSENS', { overlay: patch.name, setting: pointer, rule: info.tighter.rule });
    }
    return { info, value };
  });
}

/**
 * Settings with the patches of every overlay. Where several change one setting, the tightest value holds, so their order
 * does not matter; values of which none is the tightest (two lists that only overlap) are refused: merging them could
 * leave an empty list, which means no limit for some settings.
 *
 * @param base complete settings, against which each patch has been checked
 * @throws AppError OVERLAY_LOOSENS with rule `conflict`; SCHEMA for values that do not go together
 */
export function tightenSettings(
  base: PolicySettings,
  overlays: readonly CheckedPatches[],
): { readonly settings: PolicySettings; readonly overlaid: ReadonlyMap<string, string> } {
  const holding = new Map<string, { readonly overlay: string; readonly value: unknown }>();
  for (const { name, settings } of overlays) {
    for (const { info, value } of settings) {
      const { pointer, tighter } = info;
      const known = holding.get(pointer);
      const [before, after] = [
        { value: known?.value, settings: base },
        { value, settings: base },
      ];
      if (known !== undefined && isTighter(tighter, after, before)) continue;
      if (known !== undefined && !isTighter(tighter, before, after)) {
        refuse('OVERLAY_LOOSENS', { overlay: name, setting: pointer, rule: 'conflict', with: known.overlay });
      }
      holding.set(pointer, { overlay: name, value });
    }
  }
  const merged = [...holding].map(([pointer, { value }]) => ({ pointer, value }));
  return {
    settings: finishSettings(patchSettings(base, { name: 'merged', settings: merged })),
    overlaid: new Map([...holding].map(([pointer, { overlay }]) => [pointer, overlay])),
  };
}
