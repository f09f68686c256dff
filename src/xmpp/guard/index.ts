/** The stanza guard. */
export { type Address, createGuardConfig, type GuardConfig } from './config.ts';
export { archivedOf, carbonOf, forwardedMessage } from './forwarded.ts';
export { Gate, type GateOptions } from './gate.ts';
export { guard } from './guard.ts';
export { knownLabel, type LabelBook } from './labels.ts';
export type { Direction, GuardReason, Verdict } from './verdict.ts';
