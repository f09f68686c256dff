/**
 * The operating system's keychain. It is reached through keytar, which on Linux speaks only to the Secret Service:
 * there is no file with a fixed password behind it. Where the keychain is missing nothing is stored elsewhere.
 */
import { AppError } from '../../shared/errors.ts';

/** All of Sallyport's entries are under this service name. */
export const KEYCHAIN_SERVICE = 'sallyport';

/** The desktop may ask the user to unlock the keychain; it does not get for ever. */
const ANSWER_MS = 120_000;

export interface Keychain {
  /** The value of `account`, or `undefined`. @throws AppError KEYCHAIN_UNAVAILABLE */
  read(account: string): Promise<string | undefined>;
  /** Stores and reads back. @throws AppError KEYCHAIN_UNAVAILABLE */
  write(account: string, value: string): Promise<void>;
  /** Removes the entry if there is one. @throws AppError KEYCHAIN_UNAVAILABLE */
  remove(account: string): Promise<void>;
}

/** The part of keytar that is used. */
export interface KeytarPort {
  getPassword(service: string, account: string): Promise<string | null>;
  setPassword(service: string, account: string, password: string): Promise<void>;
  deletePassword(service: string, account: string): Promise<boolean>;
}

/** Loads keytar at first use: a native library that nobody needs yet is not in the process. */
async function loadKeytar(): Promise<KeytarPort> {
  const module: KeytarPort & { readonly default?: KeytarPort } = await import('keytar');
  return module.default ?? module;
}

/** The reason stays out of the message: a keychain's error text may name what was asked for. */
async function guarded<T>(work: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new AppError('KEYCHAIN_UNAVAILABLE')), ANSWER_MS);
  });
  try {
    return await Promise.race([work(), late]);
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('KEYCHAIN_UNAVAILABLE', undefined, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

/** The keychain of this user. */
export function openKeychain(load: () => Promise<KeytarPort> = loadKeytar): Keychain {
  return {
    read: (account) =>
      guarded(async () => (await (await load()).getPassword(KEYCHAIN_SERVICE, account)) ?? undefined),
    write: (account, value) =>
      guarded(async () => {
        const keytar = await load();
        await keytar.setPassword(KEYCHAIN_SERVICE, account, value);
        if ((await keytar.getPassword(KEYCHAIN_SERVICE, account)) !== value) {
          throw new AppError('KEYCHAIN_UNAVAILABLE');
        }
      }),
    remove: (account) =>
      guarded(async () => {
        await (await load()).deletePassword(KEYCHAIN_SERVICE, account);
      }),
  };
}
