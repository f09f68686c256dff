import { AppError } from '../../shared/errors.ts';

const FORBIDDEN: ReadonlySet<string> = new Set([
  'forbidden',
  'not-allowed',
  'not-authorized',
  'registration-required',
]);

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
