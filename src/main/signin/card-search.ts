/** From the card in the reader to the next step. Pure. */
import type { CertificateChoice } from '../../shared/app-state.ts';
import type { ErrorCode } from '../../shared/errors.ts';
import type { TokenStatus } from '../../token/index.ts';
import type { HeldSession, Step } from './model.ts';

type CardStatus = Extract<TokenStatus, { kind: 'card' }>;

/** While the token process is started anew nothing is known about the card; its next status decides. */
const TRANSIENT: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['MODULE_HUNG', 'MODULE_CRASHED']);

/** Failures of a signature that mean that the card is not there any more. */
export const CARD_GONE: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'CARD_REMOVED',
  'NO_CARD',
  'NO_READER',
  'CARD_UNREADABLE',
]);

/** Whether the token's next status says more: the card was pulled, or the process is being started anew. */
export function goesOnByItself(code: ErrorCode): boolean {
  return CARD_GONE.has(code) || TRANSIENT.has(code) || code === 'LOGIN_REQUIRED';
}

/** Whether the token process says where the card is; while it is started anew it does not. */
export function knowsTheCard(status: TokenStatus): boolean {
  return status.kind === 'card' || (status.kind === 'error' && !TRANSIENT.has(status.error.code));
}

/** Why the token process has ended between two of its statuses, if it has. */
export function endOfToken(before: TokenStatus, now: TokenStatus): ErrorCode | undefined {
  if (now.kind !== 'error' || !TRANSIENT.has(now.error.code)) return undefined;
  return before.kind === 'error' && before.error.code === now.error.code ? undefined : now.error.code;
}

/**
 * Whether the card with `cardId` has left. Anything that does not show that same card says so, except a token process
 * that is just being started anew: that one reports within seconds, and the watchdog sees to it.
 */
export function cardHasLeft(status: TokenStatus, cardId: string): boolean {
  if (status.kind === 'starting') return false;
  if (status.kind === 'error') return !TRANSIENT.has(status.error.code);
  return status.cardId !== cardId;
}

/** The same certificate, also when the card was out in between and its ids are new. */
function sameIdentity(a: CertificateChoice, b: CertificateChoice): boolean {
  return (
    a.upn === b.upn && a.commonName === b.commonName && a.issuer === b.issuer && a.notAfter === b.notAfter
  );
}

function stepForCard(card: CardStatus, held: HeldSession | undefined): Step | 'other-person' {
  const known =
    held === undefined
      ? undefined
      : card.certificates.find(
          (certificate) => card.cardId === held.cardId && sameIdentity(certificate, held.identity),
        );
  if (held !== undefined && known === undefined) return 'other-person';
  if (card.locked) return { at: 'card', error: { code: 'PIN_LOCKED' } };
  const [first, second] = card.certificates;
  if (first === undefined) return { at: 'card', error: { code: 'CERTIFICATE_NOT_FOUND' } };
  if (known !== undefined) return { at: 'selecting', cardId: card.cardId, identity: known };
  if (second === undefined) return { at: 'selecting', cardId: card.cardId, identity: first };
  return { at: 'certificate', cardId: card.cardId, choices: card.certificates };
}

/**
 * The step that the token's status leads to. `other-person`: there is a session of somebody whose card this is not.
 */
export function stepForStatus(status: TokenStatus, held: HeldSession | undefined): Step | 'other-person' {
  if (status.kind === 'starting') return { at: 'card' };
  if (status.kind === 'error') return { at: 'card', error: status.error };
  return stepForCard(status, held);
}
