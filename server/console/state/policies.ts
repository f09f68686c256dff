/** Policies: bundles that were uploaded, and what is out in each ring. */
import { type PolicyState, readEnvelope } from '../../../src/policy/index.ts';
import { Problem } from '../problem.ts';
import type { State } from './database.ts';

/** A bundle that verified when it was uploaded. */
export interface StoredBundle {
  /** Of the bundle, hex. */
  readonly sha256: string;
  readonly policyId: string;
  readonly sequence: number;
  readonly signers: readonly string[];
  /** Milliseconds since 1970, as all times here. */
  readonly validUntil: number;
  readonly uploaded: number;
  readonly by: string;
}

/** What a ring has. */
export interface RingState {
  readonly ring: string;
  readonly sha256: string;
  readonly policyId: string;
  readonly sequence: number;
  readonly validUntil: number;
  readonly since: number;
  readonly by: string;
  /** What a machine of the ring remembers. */
  readonly state: PolicyState;
}

interface BundleRow {
  readonly sha256: string;
  readonly policy_id: string;
  readonly sequence: number;
  readonly signers: string;
  readonly valid_until: number;
  readonly uploaded: number;
  readonly by: string;
}

interface RingRow {
  readonly ring: string;
  readonly sha256: string;
  readonly policy_id: string;
  readonly sequence: number;
  readonly valid_until: number;
  readonly since: number;
  readonly by: string;
  readonly state: string;
}

const MAX_BUNDLES = 50;

function stateText({ root, policies, freshness, highestTimeSeen }: PolicyState): string {
  return JSON.stringify({ root, policies: [...policies], freshness: [...freshness], highestTimeSeen });
}

function stateOf(text: string): PolicyState {
  const { root, policies, freshness, highestTimeSeen } = JSON.parse(text) as {
    root?: unknown;
    policies: [string, { sequence: number; sha256: string }][];
    freshness: [string, { version: number; sha256: string }][];
    highestTimeSeen: number;
  };
  const floors = { policies: new Map(policies), freshness: new Map(freshness), highestTimeSeen };
  return root === undefined ? floors : { ...floors, root: readEnvelope(root) };
}

const bundleOf = ({
  policy_id: policyId,
  signers,
  valid_until: validUntil,
  ...row
}: BundleRow): StoredBundle => ({
  ...row,
  policyId,
  signers: JSON.parse(signers) as string[],
  validUntil,
});

const ringOf = ({ policy_id: policyId, valid_until: validUntil, state, ...row }: RingRow): RingState => ({
  ...row,
  policyId,
  validUntil,
  state: stateOf(state),
});

export class Policies {
  readonly #state: State;

  constructor(state: State) {
    this.#state = state;
  }

  /** Keeps a bundle; the oldest that are out nowhere go. */
  add(
    { sha256, policyId, sequence, signers, validUntil, uploaded, by }: StoredBundle,
    bytes: Uint8Array,
  ): void {
    this.#state
      .prepare(
        'INSERT OR IGNORE INTO bundles (sha256, policy_id, sequence, signers, valid_until, uploaded, by, bytes) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      )
      .run([
        sha256,
        policyId,
        sequence,
        JSON.stringify(signers),
        validUntil,
        uploaded,
        by,
        Buffer.from(bytes),
      ]);
    this.#state
      .prepare(
        `DELETE FROM bundles WHERE sha256 NOT IN (SELECT sha256 FROM rings) AND sha256 NOT IN
         (SELECT sha256 FROM bundles ORDER BY uploaded DESC LIMIT ?)`,
      )
      .run([MAX_BUNDLES]);
  }

  bundles(): readonly StoredBundle[] {
    const rows = this.#state
      .prepare(
        'SELECT sha256, policy_id, sequence, signers, valid_until, uploaded, by FROM bundles ORDER BY uploaded DESC',
      )
      .all([]) as BundleRow[];
    return rows.map(bundleOf);
  }

  /** @throws Problem `unknown` */
  bytes(sha256: string): Uint8Array {
    const row = this.#state.prepare('SELECT bytes FROM bundles WHERE sha256 = ?').get([sha256]) as
      | { bytes: Uint8Array }
      | undefined;
    if (row === undefined) throw new Problem('unknown');
    return new Uint8Array(row.bytes);
  }

  ring(name: string): RingState | undefined {
    const row = this.#state.prepare('SELECT * FROM rings WHERE ring = ?').get([name]) as RingRow | undefined;
    return row === undefined ? undefined : ringOf(row);
  }

  putOut({ ring, sha256, policyId, sequence, validUntil, since, by, state }: RingState): void {
    this.#state
      .prepare(
        'INSERT OR REPLACE INTO rings (ring, sha256, policy_id, sequence, valid_until, since, by, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      )
      .run([ring, sha256, policyId, sequence, validUntil, since, by, stateText(state)]);
  }
}
