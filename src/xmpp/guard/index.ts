/** The stanza guard. */
export { carbonOf, forwardedMessage } from './carbons.ts';
export { type Address, createGuardConfig, type GuardConfig, type GuardDomains } from './config.ts';
export { Gate, type GateOptions } from './gate.ts';
export { guard } from './guard.ts';
export type { Direction, GuardReason, Verdict } from './verdict.ts';
