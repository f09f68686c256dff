/** The client/server lock: pure protocol, without Node and without XML (docs/lock.md). */
export {
  createLockClient,
  type LockChannel,
  type LockClient,
  type LockClientOptions,
  type LockClientState,
  type LockHello,
  type LockKey,
  type LockProof,
  type LockVerified,
} from './client.ts';
export { deriveClientKey, deriveMachineKey, deriveServerKey, keyCheckValue } from './derive.ts';
export { ENROLMENT_MAX_BYTES, type EnrolmentFile, formatEnrolment, parseEnrolment } from './enrolment.ts';
export { buildTranscript, clientMac, serverMac, type TranscriptParts } from './transcript.ts';
export {
  isEpoch,
  isKid,
  isLockDomain,
  LOCK_BINDINGS,
  LOCK_BYTES,
  LOCK_MAX_ELEMENT_BYTES,
  LOCK_MAX_EPOCH,
  LOCK_MAX_KEYS,
  LOCK_NAMESPACE,
  LOCK_TIMEOUT_MS,
  type LockBinding,
} from './values.ts';
