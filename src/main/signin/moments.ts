/** From two states of the sign-in to the moments that time limits count from. Pure. */
import type { SignInEvent, SignInMachine, SignInMoment } from './model.ts';

/** A session that passes from one to another without being dropped is another one only with another card. */
export function momentsBetween(
  before: SignInMachine,
  event: SignInEvent,
  after: SignInMachine,
): readonly SignInMoment[] {
  const moments: SignInMoment[] = [];
  if (before.held !== undefined && after.held === undefined) moments.push('session-ended');
  if (before.held === undefined && after.held !== undefined) moments.push('session-began');
  if (event.type === 'logged-in' && after.held !== undefined && after.covered === undefined) {
    moments.push('pin-accepted');
  }
  return moments;
}
