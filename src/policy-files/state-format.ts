/** The state file: JSON with an HMAC-SHA-256 over the canonical form of the state, keyed from the OS keychain. */
import {
  canonicalText,
  EMPTY_STATE,
  type Envelope,
  type FreshnessMark,
  type PolicyMark,
  type PolicyState,
  readEnvelope,
  type UpdateMark,
} from '../policy/index.ts';
import type { CryptoPort } from '../shared/crypto.ts';

const FORMAT = 'sallyport.state/1';
/** Keeps this use of the key apart from any other. */
const MAC_CONTEXT = 'sallyport.state/1 ';
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const SHA256 = /^[0-9a-f]{64}$/;
const MAX_MARKS = 256;
/** The last moment that a Date can hold (ECMA-262 21.4.1.1). */
const MAX_TIME = 8.64e15;

/** The state as it is written. */
interface StateDocument {
  readonly root?: Envelope;
  readonly policies: Readonly<Record<string, PolicyMark>>;
  readonly freshness: Readonly<Record<string, FreshnessMark>>;
  readonly update?: UpdateMark;
  readonly highestTimeSeen: number;
}

/** What a state file says, and whether it can be believed. */
export type StateReading =
  | { readonly kind: 'absent'; readonly state: PolicyState }
  | { readonly kind: 'intact'; readonly state: PolicyState }
  /** Edited or damaged. `state` holds no root; its floors are what the text said, because floors only refuse more. */
  | { readonly kind: 'corrupt'; readonly state: PolicyState };

type Json = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

/** Marks by policy id; `undefined` when one of them is not a mark. */
function readMarks<Mark>(
  value: unknown,
  read: (mark: Json) => Mark | undefined,
): Map<string, Mark> | undefined {
  if (!isObject(value)) return undefined;
  const entries = Object.entries(value);
  if (entries.length > MAX_MARKS) return undefined;
  const marks = new Map<string, Mark>();
  for (const [name, mark] of entries) {
    const taken = NAME.test(name) && isObject(mark) ? read(mark) : undefined;
    if (taken === undefined) return undefined;
    marks.set(name, taken);
  }
  return marks;
}

function readHash(mark: Json): string | undefined {
  return typeof mark.sha256 === 'string' && SHA256.test(mark.sha256) ? mark.sha256 : undefined;
}

/** The mark of a policy, or of an update manifest, which has the same members. */
function readPolicyMark(mark: Json): (PolicyMark & UpdateMark) | undefined {
  const sha256 = readHash(mark);
  return sha256 !== undefined && isCount(mark.sequence) ? { sequence: mark.sequence, sha256 } : undefined;
}

function readFreshnessMark(mark: Json): FreshnessMark | undefined {
  const sha256 = readHash(mark);
  return sha256 !== undefined && isCount(mark.version) ? { version: mark.version, sha256 } : undefined;
}

function readFloors(document: Json): PolicyState | undefined {
  const policies = readMarks(document.policies, readPolicyMark);
  const freshness = readMarks(document.freshness, readFreshnessMark);
  const { highestTimeSeen } = document;
  if (policies === undefined || freshness === undefined || !isCount(highestTimeSeen)) return undefined;
  if (highestTimeSeen > MAX_TIME) return undefined;
  const floors = { policies, freshness, highestTimeSeen };
  if (document.update === undefined) return floors;
  const update = isObject(document.update) ? readPolicyMark(document.update) : undefined;
  return update === undefined ? undefined : { ...floors, update };
}

function readRoot(document: Json): Envelope | undefined {
  return document.root === undefined ? undefined : readEnvelope(document.root);
}

function macOf(document: unknown, key: Uint8Array, crypto: CryptoPort): string {
  const text = `${MAC_CONTEXT}${canonicalText(document) ?? ''}`;
  return Buffer.from(crypto.hmacSha256(key, Buffer.from(text, 'utf8'))).toString('hex');
}

function hasMac(file: Json, key: Uint8Array, crypto: CryptoPort): boolean {
  if (typeof file.mac !== 'string' || file.format !== FORMAT) return false;
  return crypto.equal(Buffer.from(file.mac), Buffer.from(macOf(file.state, key, crypto)));
}

/** Reads the text of a state file. Never throws: what cannot be believed is `corrupt`. */
export function parseState(text: string, key: Uint8Array, crypto: CryptoPort): StateReading {
  const corrupt = (state: PolicyState): StateReading => ({ kind: 'corrupt', state });
  try {
    const file: unknown = JSON.parse(text);
    if (!isObject(file) || !isObject(file.state)) return corrupt(EMPTY_STATE);
    const floors = readFloors(file.state);
    if (floors === undefined) return corrupt(EMPTY_STATE);
    if (!hasMac(file, key, crypto)) return corrupt(floors);
    const root = readRoot(file.state);
    return { kind: 'intact', state: root === undefined ? floors : { ...floors, root } };
  } catch {
    return corrupt(EMPTY_STATE);
  }
}

/** The text of a state file. */
export function formatState(state: PolicyState, key: Uint8Array, crypto: CryptoPort): string {
  const document: StateDocument = {
    ...(state.root === undefined ? {} : { root: state.root }),
    policies: Object.fromEntries(state.policies),
    freshness: Object.fromEntries(state.freshness),
    ...(state.update === undefined ? {} : { update: state.update }),
    highestTimeSeen: state.highestTimeSeen,
  };
  return `${JSON.stringify({ format: FORMAT, state: document, mac: macOf(document, key, crypto) }, null, 2)}\n`;
}
