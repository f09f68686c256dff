/** The files and the PIN a diagnosis works on, each read once and bounded. */
import { close, read } from 'node:fs';
import { open } from 'node:fs/promises';
import { promisify } from 'node:util';
import { ENROLMENT_MAX_BYTES, type EnrolmentFile, parseEnrolment } from '../../lock/index.ts';
import { AppError } from '../../shared/errors.ts';

/** A PIN has at most 8 digits; one more byte and a line end tell a longer one. */
const MAX_PIN_BYTES = 16;

/** Reads at most `maxBytes`; what is longer is refused. */
export async function readBounded(path: string, maxBytes: number): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const buffer = Buffer.alloc(maxBytes + 1);
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
    if (bytesRead > maxBytes) throw new AppError('TOO_LARGE', { path });
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** The enrolment file that `sallyport-policy lock enroll` wrote. @throws AppError LOCK_KEY_MISSING */
export async function readMachineKey(path: string): Promise<EnrolmentFile> {
  let enrolment: EnrolmentFile | undefined;
  try {
    enrolment = parseEnrolment((await readBounded(path, ENROLMENT_MAX_BYTES)).toString('utf8'));
  } catch (error) {
    throw new AppError('LOCK_KEY_MISSING', { path }, { cause: error });
  }
  if (enrolment === undefined) throw new AppError('LOCK_KEY_MISSING', { path });
  return enrolment;
}

/** The PIN's bytes up to the end of the line or the input; the caller erases them. @throws AppError PIN_FORMAT */
export async function readPin(descriptor: number): Promise<Uint8Array> {
  const buffer = Buffer.alloc(MAX_PIN_BYTES);
  let length = 0;
  try {
    while (length < buffer.length) {
      const { bytesRead } = await promisify(read)(descriptor, buffer, length, buffer.length - length, null);
      if (bytesRead === 0) break;
      length += bytesRead;
      if (buffer.subarray(0, length).includes(0x0a)) break;
    }
  } catch (error) {
    throw new AppError('PIN_CANCELLED', {}, { cause: error });
  } finally {
    await promisify(close)(descriptor).catch(() => undefined);
  }
  const lineEnd = buffer.subarray(0, length).findIndex((byte) => byte === 0x0a || byte === 0x0d);
  const pin = new Uint8Array(buffer.subarray(0, lineEnd === -1 ? length : lineEnd));
  buffer.fill(0);
  if (pin.length === 0) throw new AppError('PIN_FORMAT');
  return pin;
}
