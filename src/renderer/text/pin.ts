/** What is said in `pin`. */
export const PIN_TEXT = {
  thisCardIsLocked: 'This card is locked',
  close: 'Close',
  enterYourPin: 'Enter your PIN',
  pinToDigits: 'PIN, 6 to 8 digits',
  theCardIsCheckingThe: 'The card is checking the PIN.',
  signIn: 'Sign in',
  cancel: 'Cancel',
  lastTry: {
    title: 'One try is left.',
    action: 'One more wrong PIN locks the card. If you are not certain, cancel and ask your card office.',
  },
  enterYourPinOnThe: 'Enter your PIN on the reader',
  yourReaderHasItsOwn:
    'Your reader has its own keys. When you are ready, choose “Start”, then type your PIN on the reader and confirm it there.',
  typeYourPinOnThe: 'Type your PIN on the reader now.',
  start: 'Start',
  pinAccepted: 'PIN accepted.',
} as const;
