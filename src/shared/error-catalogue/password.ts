import type { Catalogue } from './error-text.ts';

/** Signing in with a password, and changing it. */
export const PASSWORD_ERRORS = {
  PASSWORD_NOT_OFFERED: {
    title: 'The server does not offer a protected sign-in by password.',
    action: 'Your password was not sent. Ask IT: the server must offer {expected}.',
  },
  CHANNEL_BINDING_NOT_OFFERED: {
    title: 'The server does not tie the sign-in to this connection.',
    action: 'Your password was not used. Ask IT: the server must offer the channel binding tls-exporter.',
  },
  SCRAM_DOWNGRADE: {
    title: 'Somebody changed what the server offered on the way.',
    action: 'Your password was not sent. Report it to IT at once.',
  },
  SCRAM_REFUSED: {
    title: 'The server’s part of the sign-in was refused ({reason}).',
    action: 'Your password was not sent. Report it to IT.',
  },
  SCRAM_SERVER_SIGNATURE_WRONG: {
    title: 'The server could not prove that it knows your account.',
    action: 'Do not go on. Report it to IT at once.',
  },
  PASSWORD_WRONG: {
    title: 'User name or password is wrong.',
    action: 'Try again. After several wrong tries the server makes you wait.',
  },
  PASSWORD_WAIT: {
    title: 'There were too many wrong tries.',
    action: 'Wait {seconds} seconds, then try again.',
  },
  PASSWORD_EXPIRED: {
    title: 'Your password has expired.',
    action: 'Ask IT for a new one.',
  },
  PASSWORD_TEMPORARILY_REFUSED: {
    title: 'The server takes no password for this account right now.',
    action: 'Wait some minutes and try again. If you did not type a wrong password, report it to IT.',
  },
  PASSWORD_SIGN_IN_REFUSED: {
    title: 'The server refused your sign-in ({condition}).',
    action: 'Ask IT.',
  },
  PASSWORD_NEEDED: {
    title: 'Your password is needed again.',
    action: 'Type it to go on. Your conversations are kept.',
  },
  PASSWORD_CANCELLED: {
    title: 'The password window was closed.',
    action: 'Choose “Sign in” when you are ready.',
  },
  PASSWORD_FORMAT: {
    title: 'This user name or password cannot be used.',
    action: 'Type the user name without the part after “@”, and the password as IT gave it to you.',
  },
  PASSWORD_TOO_WEAK: {
    title: 'The new password does not follow the rules.',
    action: 'Choose one that fulfils every rule in the list.',
  },
  PASSWORD_CHANGE_OFF: {
    title: 'Passwords are not changed here.',
    action: 'Ask IT for a new password.',
  },
  PASSWORD_CHANGE_REFUSED: {
    title: 'The server did not change the password ({condition}).',
    action: 'Your old password still counts. Choose another one, or ask IT.',
  },
  PASSWORD_CHANGE_UNKNOWN: {
    title: 'The server did not say whether the password was changed.',
    action: 'Sign in with the new password; if it is refused, with the old one.',
  },
} as const satisfies Catalogue;
