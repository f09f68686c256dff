import type { SignInState } from '../../shared/app-state.ts';
import type { ErrorReport, ErrorText } from '../../shared/errors.ts';
import { errorText } from './error-text.ts';

function cardText(error: ErrorReport | undefined): ErrorText {
  if (error === undefined) return { title: 'The screen is locked', action: 'Looking for your card.' };
  if (error.code !== 'CARD_REMOVED' && error.code !== 'NO_CARD') return errorText(error);
  return {
    title: 'Your card was removed',
    action: 'Insert this card. Your conversations come back after the PIN.',
  };
}

/** What the covered screen says at each step of coming back. */
export function coverText(signIn: SignInState): ErrorText {
  switch (signIn.step) {
    case 'card':
      return cardText(signIn.error);
    case 'connecting':
      return { title: 'Signing in again', action: 'Your conversations come back in a moment.' };
    case 'password':
      if (signIn.error !== undefined) return errorText(signIn.error);
      return {
        title: 'The screen is locked',
        action:
          'Enter your password to go on. Your conversations are hidden until the server has accepted it.',
      };
    case 'certificate':
      return {
        title: 'Choose a certificate',
        action: 'The card has more than one certificate that can sign you in.',
      };
    default:
      return {
        title: 'The screen is locked',
        action: 'Enter your PIN to go on. Your conversations are hidden until then.',
      };
  }
}
