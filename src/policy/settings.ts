/** Settings: what the schema cannot say, and the defaults. */

import { decodeBase64 } from './encoding.ts';
import { refuse } from './errors.ts';
import { fillDefaults } from './generated/defaults.js';
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

/** True when the whole of a base64 text is one DER SEQUENCE, as a certificate is. */
function isDerSequence(text: string): boolean {
  const der = decodeBase64(text);
  if (der === undefined || der[0] !== 0x30 || der[1] !== 0x82) return false;
  return 4 + ((der[2] ?? 0) << 8) + (der[3] ?? 0) === der.length;
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

/**
 * The settings that hold: a copy with every default filled in and the servers sorted by priority.
 *
 * @throws AppError SCHEMA with the pointer and the rule for settings that do not go together
 */
export function effectiveSettings(input: PolicySettingsInput): PolicySettings {
  const settings: unknown = JSON.parse(
    JSON.stringify(requireValid(validateSettings, input, 'SCHEMA', 'settings')),
  );
  if (!fillDefaults(settings)) {
    refuse('SCHEMA', { pointer: '/settings', rule: 'defaults' });
  }
  for (const { pointer, rule, holds } of RULES) {
    if (!holds(settings)) {
      refuse('SCHEMA', { pointer: `/settings${pointer}`, rule, part: 'policy' });
    }
  }
  settings.servers.sort((a, b) => a.priority - b.priority);
  return settings;
}
