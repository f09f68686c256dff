/**
 * When each user signed in here last, and how many attempts failed since: what a person needs to see that somebody else
 * tried. The file is authenticated with a key of the keychain, so that nobody edits an attempt away unnoticed.
 */
import type { CryptoPort } from '../../shared/crypto.ts';

/** People who share a workstation; who has been away longest is forgotten first. */
const MAX_ACCOUNTS = 32;
const MAX_NAME = 1024;
const MAX_FAILED = 9_999;
const FORMAT = 1;
const MAC_CONTEXT = 'sallyport sign-in record 1\n';
/** The largest file that is read, bytes. */
export const MAX_RECORD_BYTES = 128 * 1024;

export interface SignInEntry {
  readonly upn: string;
  /** Milliseconds since 1970; 0 while nobody has succeeded. */
  readonly at: number;
  /** The machine id of the policy at that time. */
  readonly machine: string;
  /** Attempts that failed since then. */
  readonly failed: number;
}

/** Newest last. */
export type SignInEntries = readonly SignInEntry[];

const isName = (value: unknown): value is string => typeof value === 'string' && value.length <= MAX_NAME;
const isCount = (value: unknown, most: number): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) <= most;

function isEntry(value: unknown): value is SignInEntry {
  if (typeof value !== 'object' || value === null) return false;
  const { upn, at, machine, failed } = value as Readonly<Record<string, unknown>>;
  return isName(upn) && isName(machine) && isCount(at, 8.64e15) && isCount(failed, MAX_FAILED);
}

function macOf(entries: SignInEntries, key: Uint8Array, crypto: CryptoPort): string {
  const rows = entries.map(({ upn, at, machine, failed }) => [upn, at, machine, failed]);
  const text = `${MAC_CONTEXT}${JSON.stringify(rows)}`;
  return Buffer.from(crypto.hmacSha256(key, Buffer.from(text, 'utf8'))).toString('hex');
}

/** The file's text. */
export function writeEntries(entries: SignInEntries, key: Uint8Array, crypto: CryptoPort): string {
  return `${JSON.stringify({ format: FORMAT, entries, mac: macOf(entries, key, crypto) })}\n`;
}

/** Reads the file's text; `undefined` for what cannot be believed. Never throws. */
export function readEntries(text: string, key: Uint8Array, crypto: CryptoPort): SignInEntries | undefined {
  try {
    const file: unknown = JSON.parse(text);
    if (typeof file !== 'object' || file === null) return undefined;
    const { format, entries, mac } = file as Readonly<Record<string, unknown>>;
    if (format !== FORMAT || typeof mac !== 'string' || !Array.isArray(entries)) return undefined;
    if (entries.length > MAX_ACCOUNTS || !entries.every(isEntry)) return undefined;
    return crypto.equal(Buffer.from(mac), Buffer.from(macOf(entries, key, crypto))) ? entries : undefined;
  } catch {
    return undefined;
  }
}

function replace(entries: SignInEntries, entry: SignInEntry): SignInEntries {
  return [...entries.filter(({ upn }) => upn !== entry.upn), entry].slice(-MAX_ACCOUNTS);
}

/** Somebody signed in. */
export function withSuccess(entries: SignInEntries, upn: string, at: number, machine: string): SignInEntries {
  return replace(entries, { upn, at, machine, failed: 0 });
}

/** Somebody tried to sign in as this user. */
export function withFailure(entries: SignInEntries, upn: string): SignInEntries {
  const before = entries.find((entry) => entry.upn === upn) ?? { upn, at: 0, machine: '', failed: 0 };
  return replace(entries, { ...before, failed: Math.min(before.failed + 1, MAX_FAILED) });
}
