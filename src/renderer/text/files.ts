/** What is said in `chat/files`. */
export const FILES_TEXT = {
  filesToAttach: 'Files to attach',
  sendTo: 'Send to',
  eachFileIsCheckedFirst: (maximumBytes: string | number) =>
    `Each file is checked first. At most ${maximumBytes}.`,
  fileFrom: (name: string | number, sender: string | number) => `File ${name} from ${sender}`,
  clean: 'Clean',
  saving: (name: string | number) => `Saving ${name}`,
  cancel: 'Cancel',
  cancelOf: (name: string | number) => `Cancel ${name}`,
  filesBeingSent: 'Files being sent',
  doneOf: (done: string | number, size: string | number) => `${done} of ${size}`,
  sending: (name: string | number) => `Sending ${name}`,
  tryAgain: 'Try again',
  tryAgainOf: (name: string | number) => `Try again ${name}`,
  dismiss: 'Dismiss',
  dismissOf: (name: string | number) => `Dismiss ${name}`,
} as const;
