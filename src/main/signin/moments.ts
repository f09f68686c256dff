/** From two states of the sign-in to the moments that time limits count from. Pure. */
import type { SignInEvent, SignInMachine, SignInMoment } from './model.ts';
import { heldByPassword } from './password-steps.ts';

/** A session that passes from one to another without being dropped is another one only with another card. */
export function momentsBetween(
  before: SignInMachine,
  event: SignInEvent,
  after: SignInMachine,
): readonly SignInMoment[] {
  const moments: SignInMoment[] = [];
  if (before.held !== undefined && after.held === undefined) moments.push('session-ended');
  if (before.held === undefined && after.held !== undefined) moments.push('session-began');
  const byPassword = event.type === 'session-online' && heldByPassword(after.held) && !before.held?.wasOnline;
  if ((event.type === 'logged-in' || byPassword) && after.held !== undefined && after.covered === undefined) {
    moments.push('pin-accepted');
  }
  return moments;
}
