/**
 * Enrolling this machine: an administrator puts `enrolment.json` into the machine-wide directory, and at the next start
 * the key in it moves into the keychain. The file is then removed where we may; where we may not, that is audited.
 */
import { unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { ENROLMENT_MAX_BYTES, type EnrolmentFile, parseEnrolment } from '../../lock/index.ts';
import { readTrustedFile } from '../../policy-files/index.ts';
import { AppError } from '../../shared/errors.ts';
import type { AuditRecord } from '../../shared/session-contract.ts';
import type { Keychain } from './keychain.ts';
import { lockKeyAccount } from './keys.ts';

const ENROLMENT_NAME = 'enrolment.json';

/** `undefined` without a file. What somebody else could have written is refused like what cannot be parsed. */
async function readEnrolment({
  directory,
  trustedOwners,
}: EnrolmentOptions): Promise<EnrolmentFile | 'refused' | undefined> {
  try {
    const bytes = await readTrustedFile(join(directory, ENROLMENT_NAME), {
      trustedOwners,
      maxBytes: ENROLMENT_MAX_BYTES,
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
  const { epoch } = enrolment;
  const key = Buffer.from(enrolment.key).toString('base64');
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
