/** What is said in `chat/policy`. */
import type { PolicyRow } from '../../shared/policy-page.ts';

export const POLICY_TEXT = {
  export: 'Export…',
  searchSettings: 'Search settings',
  settings: (length: string | number) => `${length} settings`,
  ofSettings: (length: string | number, length2: string | number) => `${length} of ${length2} settings`,
  noSettingHasTheseWords: 'No setting has these words. Search for a name, a value, an owner or an overlay.',
  policyOfYourOrganisation: 'Policy of your organisation',
  loadingThePolicy: 'Loading the policy…',
  policy: 'Policy',
  aPolicyUpdateWasRefused: 'A policy update was refused; the last good policy stays in force.',
  refusedWhy: (title: string | number, action: string | number) => `${title} ${action} Refused`,
  policyExpiry: 'Policy expiry',
  thePolicyExpiresIn: (expiring: string | number) => `The policy expires in ${expiring}.`,
  sallyportLocksAt: 'Sallyport locks at',
  askItForTheCurrent: '. Ask IT for the current policy.',
  untilLeft: (value: string | number, validUntil: string | number) => `${value}, ${validUntil} left`,
  signedBy: 'Signed by',
  trustRoot: 'Trust root',
  overlays: 'Overlays',
  bundle: 'Bundle',
  status: 'Status',
  validUntil: 'Valid until',
  policyExpires: 'Policy expires',
  from: 'From',
  thisComputer: 'This computer',
  refusedUpdate: 'Refused update',
  refusedAt: 'Refused',
  thePolicyBelowStaysIn: '. The policy below stays in force.',
  validity: 'Validity',
  table: 'Settings',
  setting: 'Setting',
  value: 'Value',
  owner: 'Owner',
  takesEffect: 'Takes effect',
  exported: (name: string, signed: boolean) =>
    signed
      ? `Saved as ${name}, signed with your card.`
      : `Saved as ${name}, not signed: the card did not sign.`,
  expiresSoon: 'Expires soon',
  inForce: 'In force',
  sequence: (policyId: string, sequence: number) => `${policyId}, sequence ${sequence}`,
  version: (version: number) => `version ${version}`,
  none: 'None',
  fromComputer: 'Installed on this computer',
  fromServer: 'Fetched from the policy server',
  remaining: (count: number, unit: 'day' | 'hour' | 'minute') =>
    count === 1 ? `1 ${unit}` : `${count} ${unit}s`,
  underAMinute: 'less than a minute',
} as const;

/** Where a value comes from, in words. */
export function sourceText(source: PolicyRow['source']): string {
  if (source === 'base') return 'Policy';
  if (source === 'default') return 'Default';
  if (source === 'absent') return 'Not set';
  return `Overlay ${source.slice('overlay:'.length)}`;
}

/** When a change takes effect, in words. */
export const EFFECT_TEXT: Readonly<Record<PolicyRow['effect'], string>> = {
  immediate: 'At once',
  'sign-in': 'At sign-in',
  restart: 'At restart',
};
