/** What is said in `chat/screens`. */
export const SCREENS_TEXT = {
  signInWithAPassword: 'Sign in with a password',
  chooseACertificate: 'Choose a certificate',
  yourCardHasCertificatesThat: (length: string | number) =>
    `Your card has ${length} certificates that can sign you in.`,
  notConnectedYet: 'Not connected yet',
  connecting: 'Connecting',
  makingTheSecureConnectionTo: (host: string | number) => `Making the secure connection to ${host}.`,
  preparingTheConnectionTo: (domain: string | number) => `Preparing the connection to ${domain}.`,
  theCardSignsOnceLeave: 'The card signs once; leave it in the reader.',
  tryNow: 'Try now',
  cancel: 'Cancel',
  notice: 'Notice',
  accept: 'Accept',
  declineAndQuit: 'Decline and quit',
  enterPassword: 'Enter password',
  enterPin: 'Enter PIN',
  use: (commonName: string | number) => `Use ${commonName}`,
  signOut: 'Sign out',
  application: 'Application',
  sallyportIsLocked: 'Sallyport is locked',
  reportForIt: 'Report for IT',
  copyReport: 'Copy report',
  quit: 'Quit',
  copied: 'Copied.',
  theReportIsSelectedPress: 'The report is selected: press Ctrl+C to copy it.',
  enterYourPassword: 'Enter your password',
  thePasswordWindowIsOpen:
    'The password window is open. The password itself is never sent: the server is shown that you know it, over this one connection.',
  showThePasswordWindow: 'Show the password window',
  enterYourPin: 'Enter your PIN',
  thePinWindowIsOpen: 'The PIN window is open. Your PIN goes from there to the card and nowhere else.',
  showThePinWindow: 'Show the PIN window',
  supportAndPolicy: 'Support and policy',
  policyValidUntil: (policyId: string | number, sequence: string | number) =>
    `Policy ${policyId} · ${sequence} · valid until`,
  version: (version: string | number) => `Version ${version}`,
  stepsOfSigningIn: 'Steps of signing in',
  done: ', done',
  signInHere: 'Sign in here',
  signIn: 'Sign in',
  signInAgain: 'Sign in again',
  reading: { title: 'Looking for your card.', action: 'This takes a moment.' },
  signedOut: {
    title: 'You are signed out.',
    action: 'Nothing of your conversations is left in this window.',
  },
} as const;

/** The steps of signing in. */
export const STEP_TEXT = {
  consent: 'Consent',
  card: 'Card',
  pin: 'PIN',
  password: 'Password',
  connect: 'Connect',
} as const;
