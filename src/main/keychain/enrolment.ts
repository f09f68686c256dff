/**
 * Enrolling this machine: an administrator puts `enrolment.json` into the machine-wide directory, and at the next start
 * the key in it moves into the keychain. The file is then removed where we may; where we may not, that is audited.
 */
import { unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { readTrustedFile } from '../../policy-files/index.ts';
import { AppError } from '../../shared/errors.ts';
import type { AuditRecord } from '../../shared/session-contract.ts';
import type { Keychain } from './keychain.ts';
import { decodeKey, lockKeyAccount } from './keys.ts';

const ENROLMENT_NAME = 'enrolment.json';
const FORMAT = 'sallyport.enrolment/1';
const MAX_BYTES = 4096;
const MAX_EPOCH = 2 ** 31 - 1;

export interface Enrolment {
  readonly domain: string;
  readonly kid: string;
  readonly epoch: number;
  /** base64 of 32 bytes. */
  readonly key: string;
}

/** Reads the file's text; `undefined` for anything that is not exactly an enrolment. */
export function parseEnrolment(text: string): Enrolment | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const { format, domain, kid, epoch, key, ...rest } = value as Record<string, unknown>;
  if (format !== FORMAT || Object.keys(rest).length > 0) return undefined;
  if (typeof domain !== 'string' || !/^[a-z0-9.-]{1,253}$/.test(domain)) return undefined;
  if (typeof kid !== 'string' || !/^[A-Za-z0-9._-]{1,64}$/.test(kid)) return undefined;
  if (typeof epoch !== 'number' || !Number.isInteger(epoch) || epoch < 0 || epoch > MAX_EPOCH)
    return undefined;
  if (typeof key !== 'string' || decodeKey(key) === undefined) return undefined;
  return { domain, kid, epoch, key };
}

/** `undefined` without a file. What somebody else could have written is refused like what cannot be parsed. */
async function readEnrolment({
  directory,
  trustedOwners,
}: EnrolmentOptions): Promise<Enrolment | 'refused' | undefined> {
  try {
    const bytes = await readTrustedFile(join(directory, ENROLMENT_NAME), {
      trustedOwners,
      maxBytes: MAX_BYTES,
    });
    return parseEnrolment(Buffer.from(bytes).toString('utf8')) ?? 'refused';
  } catch (error) {
    return error instanceof AppError && error.code === 'ABSENT' ? undefined : 'refused';
  }
}

export interface EnrolmentOptions {
  readonly directory: string;
  /** User ids that may own the file: administrators, and the user whose keychain it goes into. */
  readonly trustedOwners: readonly number[];
  readonly keychain: Keychain;
  /** What the policy and the machine file say this machine is; an enrolment for another one is left alone. */
  readonly domain: string;
  readonly kid: string;
  readonly epochs: readonly number[];
  readonly audit: (record: AuditRecord) => void;
}

/**
 * Imports a waiting enrolment into an empty place of the keychain; a key that is there is never replaced.
 * @throws AppError KEYCHAIN_UNAVAILABLE
 */
export async function importEnrolment(options: EnrolmentOptions): Promise<void> {
  const enrolment = await readEnrolment(options);
  if (enrolment === undefined) return;
  const { domain, kid, epochs, keychain, audit } = options;
  const readable = enrolment !== 'refused';
  if (
    !readable ||
    enrolment.domain !== domain ||
    enrolment.kid !== kid ||
    !epochs.includes(enrolment.epoch)
  ) {
    audit({ event: 'enrolment.refused', outcome: 'failure', detail: { readable } });
    return;
  }
  const { epoch, key } = enrolment;
  const account = lockKeyAccount(domain, kid, epoch);
  const known = await keychain.read(account);
  if (known === undefined) {
    await keychain.write(account, key);
    audit({ event: 'enrolment.imported', outcome: 'success', detail: { kid, epoch } });
  } else if (known !== key) {
    audit({ event: 'enrolment.key-differs', outcome: 'failure', detail: { kid, epoch } });
    return;
  }
  await unlink(join(options.directory, ENROLMENT_NAME)).catch(() =>
    audit({ event: 'enrolment.file-left', outcome: 'failure', detail: { kid, epoch } }),
  );
}
