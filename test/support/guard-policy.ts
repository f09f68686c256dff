/** A policy of the guard as tests need it: the own domain and rooms, nothing else, rooms may be made. */
import type { GuardPolicy } from '../../src/shared/session-contract.ts';

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
