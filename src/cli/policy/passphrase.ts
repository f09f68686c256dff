/** Passphrases and PINs: from a file, a descriptor, or typed without echo; never from the command line or the environment. */
import { readSync } from 'node:fs';
import { CliError } from './cli-error.ts';
import { readInput } from './files.ts';

const MIN_CHARACTERS = 12;
const MAX_BYTES = 1024;
const CONTROL_C = 3;
const BACKSPACE = 8;
const LINE_FEED = 10;
const RETURN = 13;
const DELETE = 127;

function firstLine(content: Buffer, name: string): Buffer {
  const end = content.findIndex((byte) => byte === LINE_FEED || byte === RETURN);
  const line = Buffer.from(end === -1 ? content : content.subarray(0, end));
  content.fill(0);
  if (line.length > 0 && line.length <= MAX_BYTES) return line;
  throw new CliError('key', `${name} holds no secret of 1 to ${MAX_BYTES} bytes in its first line`);
}

/** The first line of a file. */
export function passphraseFromFile(path: string): Buffer {
  return firstLine(readInput(path), path);
}

/** The first line of what can be read from an open descriptor, a pipe of the caller's for example. */
export function passphraseFromDescriptor(descriptor: number): Buffer {
  const name = `descriptor ${descriptor}`;
  const content = Buffer.alloc(MAX_BYTES + 2);
  let length = 0;
  try {
    while (length < content.length) {
      const read = readSync(descriptor, content, length, content.length - length, null);
      length += read;
      if (read === 0 || content.subarray(0, length).includes(LINE_FEED)) break;
    }
  } catch (error) {
    throw new CliError('io', `${name} cannot be read`, { cause: error });
  }
  return firstLine(content.subarray(0, length), name);
}

/** Where a secret comes from; with neither, it is asked for. */
export interface SecretSource {
  readonly file?: string;
  readonly descriptor?: number;
}

/** A secret from its source, or `undefined` where it is to be asked for. */
export function secretFrom({ file, descriptor }: SecretSource): Buffer | undefined {
  if (file !== undefined && descriptor !== undefined) {
    throw new CliError('usage', 'a secret comes from a file or from a descriptor, not from both');
  }
  if (file !== undefined) return passphraseFromFile(file);
  return descriptor === undefined ? undefined : passphraseFromDescriptor(descriptor);
}

/** Takes the last UTF-8 character away: its continuation bytes, then the byte that leads them. */
function eraseCharacter(typed: number[]): void {
  let byte = typed.pop();
  while (byte !== undefined && (byte & 0xc0) === 0x80) byte = typed.pop();
}

/**
 * Reads a line from the terminal without showing it.
 *
 * @param instead the options that give the secret where there is no terminal
 */
export function promptSecret(prompt: string, instead: string): Promise<Buffer> {
  const { stdin, stderr } = process;
  if (!stdin.isTTY) {
    return Promise.reject(
      new CliError('key', `no terminal to ask on (${prompt.replace(/:? *$/, '')}): use ${instead}`),
    );
  }
  // Before the question: what is typed as soon as it appears must not be echoed by the terminal.
  stdin.setRawMode(true);
  stdin.resume();
  stderr.write(prompt);
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
function requireStrong(passphrase: Buffer): Buffer {
  if (passphrase.toString('utf8').length >= MIN_CHARACTERS) return passphrase;
  throw new CliError('key', `a passphrase for new keys has at least ${MIN_CHARACTERS} characters`);
}

export interface NewPassphraseOptions {
  readonly passphraseFile?: string;
  readonly unencryptedKeys?: true;
}

/** The passphrase of new key files, typed twice or from a file; `undefined` where plain files were asked for. */
export async function newPassphrase(options: NewPassphraseOptions): Promise<Buffer | undefined> {
  const { passphraseFile, unencryptedKeys } = options;
  if (unencryptedKeys === true) {
    if (passphraseFile === undefined) return undefined;
    throw new CliError('usage', 'either --passphrase-file or --unencrypted-keys');
  }
  if (passphraseFile !== undefined) return requireStrong(passphraseFromFile(passphraseFile));
  const first = requireStrong(await promptSecret('Passphrase for the new keys: ', '--passphrase-file'));
  const second = await promptSecret('The same again: ', '--passphrase-file');
  const same = first.equals(second);
  second.fill(0);
  if (same) return first;
  first.fill(0);
  throw new CliError('key', 'the two passphrases differ');
}
