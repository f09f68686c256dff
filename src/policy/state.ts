/** What a machine remembers between verifications. It only ever moves forward (except step 7, see root-chain.ts). */
import type { Envelope } from './generated/types.ts';

/** The last accepted policy of one policy id. */
export interface PolicyMark {
  readonly sequence: number;
  /** SHA-256 of the policy's payload, hexadecimal. */
  readonly sha256: string;
}

/** The last accepted freshness statement about one policy id. */
export interface FreshnessMark {
  readonly version: number;
  /** SHA-256 of the statement's payload, hexadecimal. */
  readonly sha256: string;
}

/** The last accepted update manifest. */
export interface UpdateMark {
  readonly sequence: number;
  /** SHA-256 of the manifest's payload, hexadecimal. */
  readonly sha256: string;
}

export interface PolicyState {
  /** The newest root that was accepted, shipped or not; what stands below was signed by its keys. */
  readonly root?: Envelope;
  readonly policies: ReadonlyMap<string, PolicyMark>;
  readonly freshness: ReadonlyMap<string, FreshnessMark>;
  readonly update?: UpdateMark;
  /** Milliseconds since 1970. */
  readonly highestTimeSeen: number;
}

/** The state of a machine that has never accepted a policy. */
export const EMPTY_STATE: PolicyState = { policies: new Map(), freshness: new Map(), highestTimeSeen: 0 };
