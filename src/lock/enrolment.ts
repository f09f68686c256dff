/** The enrolment file: how a machine's key travels from the enrolment desk to the machine. */
import { decodeBase64Exactly, encodeBase64 } from '../shared/encoding.ts';
import { isEpoch, isKid, isLockDomain, LOCK_BYTES } from './values.ts';

const FORMAT = 'sallyport.enrolment/1';
/** Largest enrolment file, in characters and in bytes. */
export const ENROLMENT_MAX_BYTES = 4096;

/** One machine's key of one epoch. */
export interface EnrolmentFile {
  readonly domain: string;
  /** The machine's id. */
  readonly kid: string;
  readonly epoch: number;
  /** {@link LOCK_BYTES} bytes. */
  readonly key: Uint8Array;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Reads the file's text; `undefined` for anything that is not exactly an enrolment. */
export function parseEnrolment(text: string): EnrolmentFile | undefined {
  const value = text.length <= ENROLMENT_MAX_BYTES ? parseJson(text) : undefined;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const { format, domain, kid, epoch, key, ...rest } = value as Record<string, unknown>;
  if (format !== FORMAT || Object.keys(rest).length > 0) return undefined;
  if (typeof domain !== 'string' || !isLockDomain(domain)) return undefined;
  if (typeof kid !== 'string' || !isKid(kid)) return undefined;
  if (typeof epoch !== 'number' || !isEpoch(epoch)) return undefined;
  const bytes = typeof key === 'string' ? decodeBase64Exactly(key, LOCK_BYTES) : undefined;
  return bytes === undefined ? undefined : { domain, kid, epoch, key: bytes };
}

/** The text that {@link parseEnrolment} reads. It holds the key: it goes to a file for one machine and nowhere else. */
export function formatEnrolment({ domain, kid, epoch, key }: EnrolmentFile): string {
  return `${JSON.stringify({ format: FORMAT, domain, kid, epoch, key: encodeBase64(key) }, null, 2)}\n`;
}
