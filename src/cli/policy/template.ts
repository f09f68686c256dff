/** The first policy: every setting that a policy must name, filled with the schema's example. */
import { formatTime, type Policy, type PolicySettingsInput, SETTINGS } from '../../policy/index.ts';
import { TOOL_VERSION } from './version.ts';

const DAY = 24 * 60 * 60 * 1000;

function put(target: Record<string, unknown>, members: readonly string[], value: unknown): void {
  const [first, ...rest] = members;
  if (first === undefined) return;
  if (rest.length === 0) {
    target[first] = value;
    return;
  }
  const inner = (target[first] ?? {}) as Record<string, unknown>;
  target[first] = inner;
  put(inner, rest, value);
}

/** Example values for all settings that a policy must name. */
export function templateSettings(): PolicySettingsInput {
  const settings: Record<string, unknown> = {};
  for (const setting of SETTINGS) {
    if (setting.required) put(settings, setting.pointer.split('/').slice(1), setting.example);
  }
  return settings as unknown as PolicySettingsInput;
}

export interface TemplateOptions {
  readonly policyId: string;
  readonly org: string;
  readonly author: string;
  readonly settings: PolicySettingsInput;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly days: number;
}

/** A policy document with sequence 1 for all of the organisation. */
export function templatePolicy({ policyId, org, author, settings, now, days }: TemplateOptions): Policy {
  return {
    policyId,
    audience: { org },
    sequence: 1,
    notBefore: formatTime(now),
    expires: formatTime(now + days * DAY),
    minAppVersion: '0.1.0',
    schemaVersion: 1,
    provenance: { author, toolVersion: `sallyport-policy ${TOOL_VERSION}` },
    settings,
  };
}
