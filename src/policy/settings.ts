/** Settings: what the schema cannot say, and the defaults. */

import { decodeBase64 } from '../shared/encoding.ts';
import { refuse } from './errors.ts';
import { type DefaultsNode, SETTINGS_DEFAULTS } from './generated/defaults.ts';
import type { PolicySettings, PolicySettingsInput } from './generated/types.ts';
import { validateSettings } from './generated/validators.js';
import { requireValid } from './schema-check.ts';

interface Rule {
  readonly pointer: string;
  readonly rule: string;
  readonly holds: (settings: PolicySettings) => boolean;
}

function isStrictlyDescending(numbers: readonly number[]): boolean {
  return numbers.every((value, at) => at === 0 || value < (numbers[at - 1] ?? 0));
}

function hasNoDuplicates(texts: readonly string[]): boolean {
  return new Set(texts).size === texts.length;
}

/** True when the bytes of a base64 text (which the schema has checked) are one DER SEQUENCE, as a certificate is. */
function isDerSequence(text: string): boolean {
  const head = decodeBase64(text.slice(0, 8));
  if (text.length % 4 !== 0 || head === undefined || head[0] !== 0x30 || head[1] !== 0x82) return false;
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  return 4 + ((head[2] ?? 0) << 8) + (head[3] ?? 0) === (text.length / 4) * 3 - padding;
}

function compiles(pattern: string): boolean {
  try {
    return new RegExp(pattern, 'u') instanceof RegExp;
  } catch {
    return false;
  }
}

/** Rules between settings, or about one that a schema cannot state. */
const RULES: readonly Rule[] = [
  {
    pointer: '/tls/minVersion',
    rule: 'not-above-maxVersion',
    holds: ({ tls }) => tls.minVersion <= tls.maxVersion,
  },
  {
    pointer: '/tls/cipherList',
    rule: 'exactly-when-tls-1.2',
    holds: ({ tls }) => (tls.minVersion === '1.2') === tls.cipherList.length > 0,
  },
  {
    pointer: '/lock/bindings',
    rule: 'tls-exporter-needs-tls-1.3',
    holds: ({ tls, lock }) => tls.maxVersion === '1.3' || lock.bindings.includes('tls-server-end-point'),
  },
  {
    pointer: '/lock/epochs',
    rule: 'newest-first',
    holds: ({ lock }) => isStrictlyDescending(lock.epochs),
  },
  {
    pointer: '/servers',
    rule: 'unique',
    holds: ({ servers }) => hasNoDuplicates(servers.map(({ host, port }) => `${host} ${port}`)),
  },
  {
    pointer: '/trustAnchors',
    rule: 'certificates',
    holds: ({ trustAnchors }) => trustAnchors.every(isDerSequence),
  },
  {
    pointer: '/authentication/certificate/issuers',
    rule: 'certificates',
    holds: ({ authentication }) => authentication.certificate.issuers.every(isDerSequence),
  },
  {
    pointer: '/authentication/modules',
    rule: 'unique',
    holds: ({ authentication }) =>
      hasNoDuplicates(authentication.modules.map(({ platform, path }) => `${platform} ${path}`)),
  },
  {
    pointer: '/authentication/certificate/upnPattern',
    rule: 'pattern',
    holds: ({ authentication }) => compiles(authentication.certificate.upnPattern),
  },
  {
    pointer: '/rooms/autojoin',
    rule: 'at-a-room-service',
    holds: ({ rooms }) =>
      rooms.autojoin.every((room) => rooms.services.includes(room.slice(room.lastIndexOf('@') + 1))),
  },
];

/** A copy of `value` in which every missing member that has a default is there. */
function withDefaults(value: unknown, node: DefaultsNode | undefined): unknown {
  if (Array.isArray(value)) return value.map((item) => withDefaults(item, node?.items));
  if (typeof value !== 'object' || value === null) return value;
  const members = new Map<string, unknown>(Object.entries(value));
  for (const [name, below] of Object.entries(node?.properties ?? {})) {
    if (!members.has(name) && below.default !== undefined) members.set(name, below.default);
  }
  return Object.fromEntries(
    [...members].map(([name, member]) => [name, withDefaults(member, node?.properties?.[name])]),
  );
}

/**
 * The settings that hold: a copy with every default filled in and the servers sorted by priority.
 *
 * @param valid settings that have passed the schema
 * @throws AppError SCHEMA with the pointer and the rule for settings that do not go together
 */
export function resolveSettings(valid: PolicySettingsInput): PolicySettings {
  const settings = withDefaults(valid, SETTINGS_DEFAULTS) as PolicySettings;
  for (const { pointer, rule, holds } of RULES) {
    if (!holds(settings)) refuse('SCHEMA', { pointer: `/settings${pointer}`, rule, part: 'policy' });
  }
  settings.servers.sort((a, b) => a.priority - b.priority);
  return settings;
}

/** {@link resolveSettings} for settings that nothing has validated yet. */
export function effectiveSettings(input: unknown): PolicySettings {
  return resolveSettings(requireValid(validateSettings, input, 'SCHEMA', 'settings'));
}
