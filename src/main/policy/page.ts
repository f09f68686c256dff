/** The policy page, made from the policy in force. Pure. */
import { createHash } from 'node:crypto';
import { explainSettings, type SettingExplanation } from '../../policy/index.ts';
import type { PolicyPage, PolicyRow } from '../../shared/policy-page.ts';
import { POLICY_VALUE_TEXT } from '../text.ts';
import { expiringSoon } from './expiring.ts';
import type { PolicyView } from './holder.ts';

/** Longest value on the page, in UTF-16 code units; the words of consent are longer. */
const MAX_VALUE = 300;
const MAX_ITEMS = 12;
/** Hexadecimal or base64 that long is a hash, a pin or a certificate: nobody reads it to its end. */
const OPAQUE = /^(?:sha256\/)?[A-Za-z0-9+/=]{40,}$/u;
const MAX_HASH = 96;
const SHOWN_OF_HASH = 16;

function clip(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length)}…`;
}

function showText(text: string): string {
  if (!OPAQUE.test(text)) return clip(text.replace(/\s+/gu, ' '), MAX_VALUE) || POLICY_VALUE_TEXT.empty;
  if (text.length <= MAX_HASH) return `${text.slice(0, SHOWN_OF_HASH)}…`;
  const der = Buffer.from(text, 'base64');
  const hash = createHash('sha256').update(der).digest('hex').slice(0, SHOWN_OF_HASH);
  return POLICY_VALUE_TEXT.certificate(hash);
}

function showMembers(members: readonly [string, unknown][]): string {
  return members.map(([name, value]) => `${name} ${showValue(value)}`).join(', ');
}

/** A value for people. */
export function showValue(value: unknown): string {
  if (value === undefined) return POLICY_VALUE_TEXT.notSet;
  if (typeof value === 'boolean') return value ? POLICY_VALUE_TEXT.yes : POLICY_VALUE_TEXT.no;
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return showText(value);
  if (Array.isArray(value)) {
    if (value.length === 0) return POLICY_VALUE_TEXT.none;
    const shown = value.slice(0, MAX_ITEMS).map(showValue).join('; ');
    return value.length > MAX_ITEMS ? POLICY_VALUE_TEXT.andMore(shown, value.length - MAX_ITEMS) : shown;
  }
  return typeof value === 'object' && value !== null ? showMembers(Object.entries(value)) : String(value);
}

/** A sensitive value says whether there is one, and no more. */
function showMasked(value: unknown): string {
  const isEmpty = value === undefined || (Array.isArray(value) && value.length === 0);
  return isEmpty ? showValue(value) : POLICY_VALUE_TEXT.masked;
}

function row(setting: SettingExplanation): PolicyRow {
  const { pointer, title, description, value, from, owner, effect, sensitive } = setting;
  return {
    pointer,
    title,
    description,
    value: sensitive ? showMasked(value) : showValue(value),
    source: from,
    owner,
    effect,
  };
}

/** @param now milliseconds since 1970 */
export function policyPage({ loaded, refusal }: PolicyView, now: number): PolicyPage {
  const { verified, settings, machine } = loaded;
  return {
    policyId: loaded.policyId,
    sequence: loaded.sequence,
    sha256: loaded.sha256,
    bundleFrom: loaded.source,
    signers: loaded.signers,
    rootVersion: loaded.rootVersion,
    overlays: [...new Set(verified.overlaid.values())],
    notBefore: verified.policy.notBefore,
    expires: loaded.expires,
    validUntil: loaded.validUntil,
    expiringSoon: expiringSoon(loaded, now) !== undefined,
    machineId: machine.machineId,
    ...(refusal === undefined ? {} : { refusal }),
    mayExport: settings.diagnostics.supportExport,
    rows: explainSettings(verified).map(row),
  };
}
