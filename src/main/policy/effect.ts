/** What a change of policy means for whoever is signed in. Pure. */
import {
  canonicalText,
  type PolicySettings,
  SETTINGS,
  type SettingInfo,
  valueAt,
} from '../../policy/index.ts';
import type { LoadedPolicy } from '../../policy-files/index.ts';

/** The schema's `x-effect`, or `none` where no setting has changed. Later ones include earlier ones. */
export type PolicyEffect = 'none' | SettingInfo['effect'];

const RANK: Readonly<Record<PolicyEffect, number>> = { none: 0, immediate: 1, 'sign-in': 2, restart: 3 };

/** Modules that live in a process of their own, which keeps what it was started with. */
const OUTSIDE_MAIN: ReadonlySet<string> = new Set(['session', 'xmpp', 'tls', 'lock', 'token']);

/** A setting that takes effect at once where main and the windows obey it takes a sign-in where another process does. */
function effectOf({ effect, enforcedBy }: SettingInfo): SettingInfo['effect'] {
  return effect === 'immediate' && enforcedBy.some((module) => OUTSIDE_MAIN.has(module)) ? 'sign-in' : effect;
}

function sameValue(a: unknown, b: unknown): boolean {
  if (a === undefined || b === undefined) return a === b;
  return canonicalText(a) === canonicalText(b);
}

function strongest(effects: readonly PolicyEffect[]): PolicyEffect {
  return effects.reduce((most, each) => (RANK[each] > RANK[most] ? each : most), 'none');
}

/** Pointers of the settings that differ, in the schema's order. */
export function changedSettings(before: PolicySettings, after: PolicySettings): readonly string[] {
  return SETTINGS.map(({ pointer }) => pointer).filter(
    (pointer) => !sameValue(valueAt(before, pointer), valueAt(after, pointer)),
  );
}

/**
 * When the change takes effect. A difference that no setting accounts for, and another name of this machine (which its
 * lock key hangs on), take a restart: what is not understood is not applied half.
 */
export function policyEffect(before: LoadedPolicy, after: LoadedPolicy): PolicyEffect {
  if (before.machine.machineId !== after.machine.machineId) return 'restart';
  if (sameValue(before.settings, after.settings)) return 'none';
  const changed = new Set(changedSettings(before.settings, after.settings));
  if (changed.size === 0) return 'restart';
  return strongest(SETTINGS.filter(({ pointer }) => changed.has(pointer)).map(effectOf));
}
