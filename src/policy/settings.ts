/** Settings with their defaults. */
import { type DefaultsNode, SETTINGS_DEFAULTS } from './generated/defaults.ts';
import type { PolicySettings, PolicySettingsInput } from './generated/types.ts';
import { validateSettings } from './generated/validators.js';
import { requireValid } from './schema-check.ts';
import { requireRules } from './settings-rules.ts';

/**
 * A copy of `value` in which every missing member that has a default is there. Parts that can have none are shared with
 * the original.
 */
export function completeValue(value: unknown, node: DefaultsNode | undefined): unknown {
  if (node === undefined) return value;
  if (Array.isArray(value)) return value.map((item) => completeValue(item, node.items));
  if (typeof value !== 'object' || value === null) return value;
  const members = new Map<string, unknown>(Object.entries(value));
  for (const [name, below] of Object.entries(node.properties ?? {})) {
    if (!members.has(name) && below.default !== undefined) members.set(name, below.default);
  }
  return Object.fromEntries(
    [...members].map(([name, member]) => [name, completeValue(member, node.properties?.[name])]),
  );
}

/**
 * The settings that hold: a copy with every default filled in and the servers sorted by priority.
 *
 * @param valid settings that have passed the schema
 * @throws AppError SCHEMA with the pointer and the rule for settings that do not go together
 */
export function resolveSettings(valid: PolicySettingsInput): PolicySettings {
  return finishSettings(completeValue(valid, SETTINGS_DEFAULTS) as PolicySettings);
}

/**
 * Complete settings that go together, the servers sorted by priority.
 *
 * @throws AppError SCHEMA with the pointer and the rule
 */
export function finishSettings(complete: PolicySettings): PolicySettings {
  requireRules(complete);
  return { ...complete, servers: [...complete.servers].sort((a, b) => a.priority - b.priority) };
}

/** {@link resolveSettings} for settings that nothing has validated yet. */
export function effectiveSettings(input: unknown): PolicySettings {
  return resolveSettings(requireValid(validateSettings, input, 'SCHEMA', 'settings'));
}
