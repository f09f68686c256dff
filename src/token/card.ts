/** Reading a card: what is on it and which of its certificates may sign in. */
import { createHash } from 'node:crypto';
import { AppError, type ErrorReport } from '../shared/errors.ts';
import { type CompiledRules, selectCertificates, type UsableCertificate } from './certificates.ts';
import type { Handle, Pkcs11Module } from './module.ts';
import { type CertificateFacts, readCertificate } from './x509.ts';

/** A certificate that may sign in, with what its private key is found by. */
export interface CardCertificate extends UsableCertificate {
  readonly keyId: Buffer;
}

/** A card that may sign in. */
export interface Card {
  readonly slot: Handle;
  readonly cardId: string;
  readonly certificates: readonly CardCertificate[];
  readonly pinPad: boolean;
  /** CKF_USER_PIN_FINAL_TRY and CKF_USER_PIN_LOCKED as last seen. */
  finalTry: boolean;
  locked: boolean;
  /** Our session with it. */
  readonly session: Handle;
}

/**
 * Reads the card in `slot`. Answers with an error report when nothing on it may sign in; throws a CkrError when it
 * cannot be read. `progress` is awaited between calls.
 */
export async function readCard(
  module: Pkcs11Module,
  slot: Handle,
  rules: CompiledRules,
  progress: () => Promise<void>,
): Promise<Card | ErrorReport> {
  const facts = module.tokenFacts(slot);
  const session = module.openSession(slot);
  const read: { keyId: Buffer; facts: CertificateFacts }[] = [];
  for (const object of module.certificateHandles(session)) {
    await progress();
    const { keyId, der } = module.certificate(session, object);
    const certificate = readCertificate(der);
    // Without an identifier no key can belong to it; an authority needs none.
    if (certificate && (keyId.length > 0 || certificate.isAuthority))
      read.push({ keyId, facts: certificate });
  }
  const selection = selectCertificates(
    read.map((entry) => entry.facts),
    rules,
    Date.now(),
  );
  if (!selection.ok) return selection.error;
  const certificates = selection.certificates.map((usable) => {
    const keyId = read.find((entry) => entry.facts === usable.facts)?.keyId;
    if (keyId === undefined) throw new AppError('INTERNAL');
    return { ...usable, keyId };
  });
  const identity = [facts.serial, ...read.map((entry) => entry.facts.id).sort()].join('\n');
  return {
    slot,
    session,
    cardId: createHash('sha256').update(identity).digest('hex').slice(0, 32),
    certificates,
    pinPad: facts.pinPad,
    finalTry: facts.finalTry,
    locked: facts.locked,
  };
}

export function isCard(result: Card | ErrorReport): result is Card {
  return 'session' in result;
}
