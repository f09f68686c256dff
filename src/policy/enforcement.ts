/**
 * What this version of the client enforces. A module that starts to enforce a setting adds a line; a setting of the
 * schema without its lines is refused with UNENFORCEABLE as soon as a policy asks something of it.
 */

import { canonicalText } from './canonical.ts';
import { refuse } from './errors.ts';
import { SETTINGS, type SettingInfo } from './generated/settings-table.ts';
import type { PolicySettings } from './generated/types.ts';

/** By module, the settings (JSON pointers) that it enforces. */
const ENFORCED: Readonly<Record<string, readonly string[]>> = {
  main: [
    '/organization/name',
    '/organization/support',
    '/lock/epochs',
    '/authentication/cardRemoval',
    '/session/idleLockMinutes',
  ],
  renderer: [
    '/classification/banner/text',
    '/classification/banner/background',
    '/classification/banner/foreground',
    '/consent/title',
    '/consent/text',
  ],
  session: ['/servers', '/rooms/autojoin'],
  token: [
    '/authentication/modules',
    '/authentication/certificate/issuers',
    '/authentication/certificate/extendedKeyUsages',
    '/authentication/certificate/upnPattern',
  ],
  tls: [
    '/domain',
    '/servers',
    '/trustAnchors',
    '/tls/minVersion',
    '/tls/maxVersion',
    '/tls/groups',
    '/tls/cipherSuites',
    '/tls/cipherList',
    '/tls/requireFips',
  ],
  lock: ['/lock/required', '/lock/bindings', '/lock/epochs'],
  xmpp: ['/domain', '/lock/required', '/contacts/partnerDomains', '/rooms/services'],
};

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

function valueAt(settings: PolicySettings, pointer: string): unknown {
  let node: unknown = settings;
  for (const member of pointer.split('/').slice(1)) {
    if (typeof node !== 'object' || node === null || !Object.hasOwn(node, member)) return undefined;
    node = Reflect.get(node, member);
  }
  return node;
}

function isOneOf(value: unknown, values: readonly unknown[]): boolean {
  const text = canonicalText(value);
  return values.some((one) => canonicalText(one) === text);
}

/**
 * True for a setting that asks nothing of the module: it is absent, at its neutral value, or at its default while this
 * version has no enforcement point for it yet.
 */
function asksNothing(info: SettingInfo, value: unknown, entry: string): boolean {
  if (value === undefined) return true;
  if (info.neutral !== undefined && isOneOf(value, [info.neutral])) return true;
  return info.default !== undefined && !CLIENT_ENFORCES.has(entry) && isOneOf(value, [info.default]);
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
      if (acknowledged.has(entry) || asksNothing(info, value, entry)) continue;
      refuse('UNENFORCEABLE', { setting: pointer, module });
    }
  }
}
