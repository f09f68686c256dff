/** The policy page of the fixtures: every setting of the schema, with its default or its example. Runs in the page. */
import { SETTINGS, type SettingInfo } from '../../src/policy/generated/settings-table.ts';
import type { PolicyPage, PolicyRow } from '../../src/shared/policy-page.ts';

const OVERLAID: Readonly<Record<string, string>> = {
  '/session/idleLockMinutes': 'night-shift',
  '/desktop/copy': 'night-shift',
};

function oneValue(value: unknown): string {
  const text = typeof value === 'object' ? JSON.stringify(value).replace(/[{}"[\]]/gu, '') : String(value);
  return text.length > 90 ? `${text.slice(0, 90)}…` : text;
}

function shownValue({ sensitive, ...info }: SettingInfo): string {
  const value = info.default ?? info.example;
  if (sensitive === true) return '(set, not shown)';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return value.length === 0 ? '(none)' : value.map(oneValue).join('; ');
  return oneValue(value);
}

function sourceOf({ pointer, ...info }: SettingInfo): PolicyRow['source'] {
  const overlay = OVERLAID[pointer];
  if (overlay !== undefined) return `overlay:${overlay}`;
  if (info.default !== undefined) return 'default';
  return info.required ? 'base' : 'absent';
}

export const POLICY_PAGE: PolicyPage = {
  policyId: 'ejc-analysts',
  sequence: 42,
  sha256: '9f2c41d7'.repeat(8),
  bundleFrom: 'machine',
  signers: ['2b0f6c1e9a7d4f53', 'c81d00aa47be9312'],
  rootVersion: 3,
  overlays: ['night-shift'],
  notBefore: '2026-11-01T00:00:00Z',
  expires: '2027-02-01T00:00:00Z',
  validUntil: '2026-11-29T02:00:00Z',
  expiringSoon: false,
  machineId: 'WS-0142',
  mayExport: true,
  rows: SETTINGS.map((info) => {
    const { pointer, title, description, owner, effect } = info;
    return { pointer, title, description, value: shownValue(info), source: sourceOf(info), owner, effect };
  }),
};
