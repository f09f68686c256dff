/** The keys that a command signs with: out of files, and on a token. */
import { CliError } from './cli-error.ts';
import type { KeyArguments } from './command.ts';
import { readInput } from './files.ts';
import { importKey, isEncrypted, type SigningKey } from './keys.ts';
import { promptSecret, type SecretSource, secretFrom } from './passphrase.ts';
import type { TokenKeys } from './pkcs11-token.ts';

function source(file: string | undefined, descriptor: number | undefined): SecretSource {
  return {
    ...(file === undefined ? {} : { file }),
    ...(descriptor === undefined ? {} : { descriptor }),
  };
}

/** Key files may each have a passphrase of their own; without an answer the one before is tried. */
async function fileKeys(args: KeyArguments): Promise<SigningKey[]> {
  const given = secretFrom(source(args.passphraseFile, args.passphraseFd));
  let passphrase = given;
  const keys: SigningKey[] = [];
  try {
    for (const path of args.key ?? []) {
      const pem = readInput(path).toString('latin1');
      if (isEncrypted(pem) && given === undefined) {
        const hint = passphrase === undefined ? '' : ' (Enter: as before)';
        const typed = await promptSecret(`Passphrase of ${path}${hint}: `, '--passphrase-file');
        if (typed.length > 0 || passphrase === undefined) passphrase = typed;
      }
      keys.push(importKey(pem, passphrase, path));
    }
    return keys;
  } finally {
    passphrase?.fill(0);
  }
}

/** Opens the token that the options name; `undefined` where they name none. */
export async function openToken(args: KeyArguments): Promise<TokenKeys | undefined> {
  const { pkcs11Module, pkcs11Token, pkcs11Key } = args;
  if (pkcs11Module === undefined && pkcs11Token === undefined && pkcs11Key === undefined) return undefined;
  if (pkcs11Module === undefined || pkcs11Key === undefined) {
    throw new CliError('usage', 'a token needs --pkcs11-module and --pkcs11-key');
  }
  const { openTokenKeys } = await import('./pkcs11-token.ts');
  return await openTokenKeys({
    module: pkcs11Module,
    ...(pkcs11Token === undefined ? {} : { token: pkcs11Token }),
    keys: pkcs11Key,
    pin: source(args.pinFile, args.pinFd),
  });
}

/**
 * Runs `work` with every key that the options name, and logs the token out afterwards.
 *
 * @throws CliError `key` when a key cannot be opened, `usage` when none is named
 */
export async function withSigningKeys<T>(
  args: KeyArguments,
  work: (keys: readonly SigningKey[]) => T | Promise<T>,
): Promise<T> {
  if (args.key === undefined && args.pkcs11Module === undefined && args.pkcs11Key === undefined) {
    throw new CliError('usage', 'a key to sign with: --key FILE, or --pkcs11-module and --pkcs11-key');
  }
  const files = await fileKeys(args);
  const token = await openToken(args);
  try {
    return await work([...files, ...(token?.keys ?? [])]);
  } finally {
    token?.close();
  }
}
