import type { SignInState } from '../../shared/app-state.ts';
import type { ErrorText } from '../../shared/errors.ts';
import { errorText } from './error-text.ts';

/** What the covered screen says at each step of coming back. */
export function coverText(signIn: SignInState): ErrorText {
  switch (signIn.step) {
    case 'card': {
      const code = signIn.error?.code;
      if (signIn.error !== undefined && code !== 'CARD_REMOVED' && code !== 'NO_CARD')
        return errorText(signIn.error);
      return {
        title: 'Your card was removed',
        action: 'Insert this card. Your conversations come back after the PIN.',
      };
    }
    case 'connecting':
      return { title: 'Signing in again', action: 'Your conversations come back in a moment.' };
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
