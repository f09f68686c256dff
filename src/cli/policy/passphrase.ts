/** The passphrase of key files: from a file or typed without echo, never from the command line or the environment. */
import { CliError } from './cli-error.ts';
import { readInput } from './files.ts';

const MIN_CHARACTERS = 12;
const MAX_BYTES = 1024;
const CONTROL_C = 3;
const BACKSPACE = 8;
const LINE_FEED = 10;
const RETURN = 13;
const DELETE = 127;

/** The first line of a file. */
export function passphraseFromFile(path: string): Buffer {
  const content = readInput(path);
  const end = content.findIndex((byte) => byte === LINE_FEED || byte === RETURN);
  const line = end === -1 ? content : content.subarray(0, end);
  if (line.length === 0 || line.length > MAX_BYTES) {
    throw new CliError('key', `${path} holds no passphrase of 1 to ${MAX_BYTES} bytes in its first line`);
  }
  return Buffer.from(line);
}

/** Takes the last UTF-8 character away: its continuation bytes, then the byte that leads them. */
function eraseCharacter(typed: number[]): void {
  let byte = typed.pop();
  while (byte !== undefined && (byte & 0xc0) === 0x80) byte = typed.pop();
}

/** Reads a line from the terminal without showing it. */
export function promptPassphrase(prompt: string): Promise<Buffer> {
  const { stdin, stderr } = process;
  if (!stdin.isTTY) {
    return Promise.reject(
      new CliError('key', 'no terminal to ask for the passphrase: use --passphrase-file'),
    );
  }
  stderr.write(prompt);
  stdin.setRawMode(true);
  stdin.resume();
  return new Promise((resolve, reject) => {
    const typed: number[] = [];
    const end = (finish: () => void): void => {
      stdin.off('data', take);
      stdin.setRawMode(false);
      stdin.pause();
      stderr.write('\n');
      finish();
    };
    const take = (chunk: Buffer): void => {
      for (const byte of chunk) {
        if (byte === CONTROL_C) {
          end(() => reject(new CliError('key', 'cancelled')));
          return;
        }
        if (byte === LINE_FEED || byte === RETURN) {
          end(() => resolve(Buffer.from(typed)));
          return;
        }
        if (byte === DELETE || byte === BACKSPACE) eraseCharacter(typed);
        else if (typed.length < MAX_BYTES) typed.push(byte);
      }
    };
    stdin.on('data', take);
  });
}

/** A passphrase for new keys must be long enough. */
export function requireStrong(passphrase: Buffer): Buffer {
  if (passphrase.toString('utf8').length >= MIN_CHARACTERS) return passphrase;
  throw new CliError('key', `a passphrase for new keys has at least ${MIN_CHARACTERS} characters`);
}
