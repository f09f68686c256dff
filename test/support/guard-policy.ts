/** A policy of the guard as tests need it: the own domain and rooms, nothing else, rooms may be made. */
import type { SecurityLabel } from '../../src/shared/labels.ts';
import type { GuardPolicy } from '../../src/shared/session-contract.ts';

export const label = (id: string, rank: number): SecurityLabel => ({
  id,
  text: id.toUpperCase(),
  background: '#000000',
  foreground: '#ffffff',
  rank,
});

/** Every message needs a label, none of them is preset, and the higher of the two is above the limit. */
export const STRICT_LABELS: GuardPolicy['labels'] = {
  catalogue: [label('open', 0), label('secret', 2)],
  maximumLabel: 'open',
  required: true,
};

export function guardPolicy(
  domain: string,
  roomServices: readonly string[],
  changes: Partial<GuardPolicy> = {},
): GuardPolicy {
  return {
    domain,
    partners: [],
    subscriptions: 'internal',
    rooms: { services: roomServices, create: true, invite: true },
    directory: true,
    location: false,
    activity: false,
    commands: false,
    whiteboard: false,
    templates: [],
    passwordChange: false,
    labels: { catalogue: [], required: false },
    ...changes,
  };
}
