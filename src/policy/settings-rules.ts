/** Rules between settings, and about one setting that a schema cannot state. */
import { decodeBase64 } from '../shared/encoding.ts';
import { MAX_POLICY_WATCHWORDS, parseWatchword } from '../shared/watchwords.ts';
import { refuse } from './errors.ts';
import type { LabelSettings, PolicySettings } from './generated/types.ts';

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

/**
 * True when the bytes of a base64 text (which the schema has checked) are one DER SEQUENCE (X.690, section 8.1.3), as
 * certificates and revocation lists are. Length octets: one to three after the first.
 */
function isDerSequence(text: string): boolean {
  const head = decodeBase64(text.slice(0, 8));
  if (text.length % 4 !== 0 || head === undefined || head[0] !== 0x30) return false;
  const octets = (head[1] ?? 0) - 0x80;
  if (octets < 1 || octets > 3) return false;
  const length = head.subarray(2, 2 + octets).reduce((sum, octet) => sum * 256 + octet, 0);
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  return 2 + octets + length === (text.length / 4) * 3 - padding;
}

function label(settings: PolicySettings, id: string | undefined): LabelSettings | undefined {
  return settings.classification.labels.find((entry) => entry.id === id);
}

/** True for no label at all and for one of the catalogue. */
function isKnownLabel(settings: PolicySettings, id: string | undefined): boolean {
  return id === undefined || label(settings, id) !== undefined;
}

function isNullSuite(suite: string): boolean {
  return suite.includes('NULL');
}

/** True when a path has no member that leads up. */
function staysBelow(path: string): boolean {
  return !path.split(/[\\/]/u).includes('..');
}

function compiles(pattern: string): boolean {
  try {
    return new RegExp(pattern, 'u') instanceof RegExp;
  } catch {
    return false;
  }
}

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
  {
    pointer: '/feeds/services',
    rule: 'no-other-service',
    holds: ({ feeds, domain, rooms, contacts }) => {
      const others = new Set([
        domain,
        `upload.${domain}`,
        `directory.${domain}`,
        ...rooms.services,
        ...contacts.partnerDomains.map((partner) => partner.domain),
      ]);
      return feeds.services.every((service) => !others.has(service));
    },
  },
  {
    pointer: '/feeds/subscribe',
    rule: 'at-a-feed-service',
    holds: ({ feeds }) => feeds.subscribe.every(({ service }) => feeds.services.includes(service)),
  },
  {
    pointer: '/feeds/subscribe',
    rule: 'unique',
    holds: ({ feeds }) => hasNoDuplicates(feeds.subscribe.map(({ service, node }) => `${service} ${node}`)),
  },
  {
    pointer: '/watchwords',
    rule: 'words',
    holds: ({ watchwords }) =>
      watchwords.every(({ words }) => words.every((word) => parseWatchword(word) !== undefined)),
  },
  {
    pointer: '/watchwords',
    rule: 'at-most-4096-words',
    holds: ({ watchwords }) =>
      watchwords.reduce((sum, { words }) => sum + words.length, 0) <= MAX_POLICY_WATCHWORDS,
  },
  {
    pointer: '/watchwords',
    rule: 'unique',
    holds: ({ watchwords }) => hasNoDuplicates(watchwords.map(({ name }) => name)),
  },
  {
    pointer: '/watchFloor/layouts',
    rule: 'at-a-room-service',
    holds: ({ rooms, watchFloor }) =>
      watchFloor.layouts.every((layout) =>
        layout.rooms.every((room) => rooms.services.includes(room.slice(room.lastIndexOf('@') + 1))),
      ),
  },
  {
    pointer: '/watchFloor/layouts',
    rule: 'unique',
    holds: ({ watchFloor }) => hasNoDuplicates(watchFloor.layouts.map(({ name }) => name)),
  },
  {
    pointer: '/tls/integrityOnly',
    rule: 'needs-tls-1.2',
    holds: ({ tls }) => !tls.integrityOnly || tls.minVersion === '1.2',
  },
  {
    pointer: '/tls/cipherList',
    rule: 'null-needs-integrityOnly',
    holds: ({ tls }) => tls.integrityOnly || !tls.cipherList.some(isNullSuite),
  },
  {
    pointer: '/tls/crls',
    rule: 'revocation-lists',
    holds: ({ tls }) => tls.crls.every(isDerSequence),
  },
  {
    pointer: '/tls/revocation',
    rule: 'needs-crls',
    holds: ({ tls }) => tls.revocation === 'off' || tls.crls.length > 0,
  },
  {
    pointer: '/authentication/method',
    rule: 'needs-mechanisms',
    holds: ({ authentication: { method, password } }) => method === 'card' || password.mechanisms.length > 0,
  },
  {
    pointer: '/contacts/partnerDomains',
    rule: 'unique',
    holds: ({ contacts }) => hasNoDuplicates(contacts.partnerDomains.map(({ domain }) => domain)),
  },
  {
    pointer: '/contacts/partnerDomains',
    rule: 'maximumLabel-in-labels',
    holds: (settings) => {
      const ids = new Set(settings.classification.labels.map(({ id }) => id));
      return settings.contacts.partnerDomains.every(
        ({ maximumLabel }) => maximumLabel === undefined || ids.has(maximumLabel),
      );
    },
  },
  {
    pointer: '/files/mode',
    rule: 'gate-needs-gate',
    holds: ({ files }) => files.mode === 'off' || files.gate !== undefined,
  },
  {
    pointer: '/files/saveDirectories',
    rule: 'no-way-up',
    holds: ({ files }) => files.saveDirectories.every(({ path }) => staysBelow(path)),
  },
  {
    pointer: '/templates',
    rule: 'unique',
    holds: ({ templates }) =>
      hasNoDuplicates(templates.map(({ id }) => id)) &&
      templates.every(({ fields }) => hasNoDuplicates(fields.map(({ name }) => name))),
  },
  {
    pointer: '/templates',
    rule: 'choice-needs-options',
    holds: ({ templates }) =>
      templates.every(({ fields }) =>
        fields.every(({ type, options }) => (type === 'choice') === options.length > 0),
      ),
  },
  {
    pointer: '/classification/labels',
    rule: 'unique',
    holds: ({ classification }) => hasNoDuplicates(classification.labels.map(({ id }) => id)),
  },
  {
    pointer: '/classification/defaultLabel',
    rule: 'in-labels',
    holds: (settings) => isKnownLabel(settings, settings.classification.defaultLabel),
  },
  {
    pointer: '/classification/maximumLabel',
    rule: 'in-labels',
    holds: (settings) => isKnownLabel(settings, settings.classification.maximumLabel),
  },
  {
    pointer: '/classification/defaultLabel',
    rule: 'not-above-maximumLabel',
    holds: (settings) => {
      const { defaultLabel, maximumLabel } = settings.classification;
      const [own, highest] = [label(settings, defaultLabel), label(settings, maximumLabel)];
      return own === undefined || highest === undefined || own.rank <= highest.rank;
    },
  },
  {
    pointer: '/classification/labelRequired',
    rule: 'needs-labels',
    holds: ({ classification: { labelRequired, labels } }) => !labelRequired || labels.length > 0,
  },
];

/**
 * @throws AppError SCHEMA with the pointer and the rule for settings that do not go together
 */
export function requireRules(settings: PolicySettings): void {
  for (const { pointer, rule, holds } of RULES) {
    if (!holds(settings)) refuse('SCHEMA', { pointer: `/settings${pointer}`, rule, part: 'policy' });
  }
}
