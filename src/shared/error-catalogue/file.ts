import type { Catalogue } from './error-text.ts';

/** Why a file could not be saved: stands in the sentence of FILE_SAVE_FAILED. */
export const SAVE_REASONS = {
  full: 'the disk is full',
  quota: 'your quota is used up',
  permission: 'no permission to write to the folder',
  readOnly: 'the disk is read-only',
  tooLargeForDisk: 'the file is too large for the disk',
  disk: 'the disk reports an error',
  folderGone: 'the folder is gone',
  unknown: 'the disk did not take it',
  noMark: 'the folder takes no mark of where a file came from',
  names: 'there are too many files of this name',
  tooLarge: 'too large',
  notConnected: 'not connected',
} as const;

/** Files through the file gate: sending, being checked, saving. */
export const FILE_ERRORS = {
  FILES_OFF: {
    title: 'The policy does not allow files.',
    action: 'Ask IT if you need to share files for your work.',
  },
  FILE_DROP_REFUSED: {
    title: 'The policy does not allow dragging files into the window.',
    action: 'Choose the file with “Attach” instead.',
  },
  FILE_PASTE_REFUSED: {
    title: 'The policy does not allow pasting files.',
    action: 'Choose the file with “Attach” instead.',
  },
  FILE_EMPTY: { title: 'The file “{name}” is empty.', action: 'Choose another file.' },
  FILE_TOO_LARGE: {
    title: 'The file “{name}” is larger than the policy allows ({limit}).',
    action: 'Send a smaller file or split it.',
  },
  FILE_TYPE_REFUSED: {
    title: 'The policy does not allow files of this type ({type}).',
    action: 'Send it as another type, or ask IT.',
  },
  FILE_TOO_MANY: {
    title: 'Too many files are under way.',
    action: 'Wait until some of them are through, then try again.',
  },
  FILE_READ_FAILED: {
    title: 'The file “{name}” could not be read to its end.',
    action: 'Check that it is still there and did not change, then attach it again.',
  },
  FILE_SLOT_REFUSED: {
    title: 'The server gave no place for the file ({condition}).',
    action: 'Try again. Ask IT if it goes on.',
  },
  FILE_ADDRESS_REFUSED: {
    title: 'The file is not at the approved file gate.',
    action: 'Sallyport did not go there. Report it to IT.',
  },
  FILE_UPLOAD_REFUSED: {
    title: 'The file gate did not take the file ({reason}).',
    action: 'Ask IT if you need to share it.',
  },
  FILE_GATE_UNREACHABLE: {
    title: 'The connection to the file gate was cut or could not be made.',
    action: 'Try again when the connection is back.',
  },
  FILE_SCANNER_UNAVAILABLE: {
    title: 'The file gate cannot check files at the moment.',
    action: 'Nothing was sent. Try again later; tell IT if it goes on.',
  },
  FILE_SCAN_TIMEOUT: {
    title: 'The file was not checked in time.',
    action: 'Nothing was sent. Try again later.',
  },
  FILE_QUARANTINED: {
    title: 'The file gate put the file in quarantine ({reason}).',
    action: 'Nothing was sent. Do not open the file; report it to IT.',
  },
  FILE_WITHHELD: {
    title: 'The file gate does not give out this file ({reason}).',
    action: 'Try again later, or ask the sender.',
  },
  FILE_GONE: {
    title: 'The file gate does not have the file any more.',
    action: 'Ask the sender to send it again.',
  },
  FILE_HASH_MISMATCH: {
    title: 'What arrived is not the file that was announced.',
    action: 'Nothing was saved. Report it to IT.',
  },
  FILE_SAVE_FAILED: {
    title: 'The file could not be saved ({reason}).',
    action: 'Check the disk and its free space, then try again.',
  },
  FILE_SAVE_DIRECTORY: {
    title: 'There is no folder that the policy allows files to be saved in.',
    action: 'Ask IT.',
  },
} as const satisfies Catalogue;
