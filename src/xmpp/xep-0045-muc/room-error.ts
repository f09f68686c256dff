import { AppError, type ErrorReport } from '../../shared/errors.ts';

const FORBIDDEN: ReadonlySet<string> = new Set([
  'forbidden',
  'not-allowed',
  'not-authorized',
  'registration-required',
]);

/**
 * Status 332 (XEP-0045 15.6.2), and what the server kit's switch answers for a room that is off: not `service-unavailable`,
 * by which a room says that it is full (7.2.9).
 */
const SWITCHED_OFF: ReadonlySet<string> = new Set(['service-shutdown', 'recipient-unavailable']);

/** Whether the administrators have switched the room off, or its service is shutting down. */
export function isSwitchedOff(condition: unknown): boolean {
  return SWITCHED_OFF.has(String(condition));
}

/** Whether a room that ended, or refused somebody, for `condition` may be there again later. */
export function isTemporary(condition: unknown): boolean {
  return isSwitchedOff(condition) || condition === 'remote-server-timeout';
}

/** Why a room was left, or could not be entered. */
export function placeError(condition: string): ErrorReport {
  return {
    code: isSwitchedOff(condition) ? 'ROOM_SWITCHED_OFF' : 'ROOM_JOIN_FAILED',
    detail: { condition },
  };
}

/** Why the room did not take a message. */
export function messageError(condition: string): ErrorReport {
  return {
    code: isSwitchedOff(condition) ? 'ROOM_SWITCHED_OFF' : 'MESSAGE_REFUSED',
    detail: { condition },
  };
}

/** What a room or its service has refused, in its own words (XEP-0045's error conditions); other errors as they are. */
export function roomError(error: unknown): unknown {
  if (!(error instanceof AppError) || error.code !== 'MESSAGE_REFUSED') return error;
  const condition = String(error.detail?.condition ?? 'undefined-condition');
  if (FORBIDDEN.has(condition)) return new AppError('ROOM_FORBIDDEN', undefined, { cause: error });
  if (condition === 'item-not-found' || condition === 'gone') {
    return new AppError('ROOM_NOT_FOUND', undefined, { cause: error });
  }
  return new AppError('ROOM_REFUSED', { condition }, { cause: error });
}
