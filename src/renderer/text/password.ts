/** What is said in `password`. */
export const PASSWORD_TEXT = {
  yourPasswordWasChanged: 'Your password was changed',
  fromNowOnOnlyThe:
    'From now on only the new one signs you in. It is asked for when the connection is made anew.',
  close: 'Close',
  changeYourPassword: 'Change your password',
  presentPassword: 'Present password',
  newPassword: 'New password',
  newPasswordAgain: 'New password again',
  changePassword: 'Change password',
  cancel: 'Cancel',
  fulfilled: ', fulfilled',
  notYet: ', not yet',
  rulesForTheNewPassword: 'Rules for the new password',
  atLeastCharactersNow: (minLength: string | number, length: string | number) =>
    `At least ${minLength} characters (now ${length})`,
  atLeastOfSmallLetters: (many: string | number) =>
    `At least ${many} of: small letters, capital letters, digits, other characters`,
  noCharactersThatOtherKeyboards: 'No characters that other keyboards may not have',
  typedTheSameTwice: 'Typed the same twice',
  enterYourPasswordToGo: 'Enter your password to go on',
  signInWithYourPassword: 'Sign in with your password',
  userName: 'User name',
  password: 'Password',
  unlock: 'Unlock',
  signIn: 'Sign in',
  changing: 'The server changes the password.',
  signingIn: 'Signing in.',
} as const;
