/** The policy page: what holds on this computer, where it comes from, and what it means. Nothing on it can be changed. */
import type { PolicyWarning } from './app-state.ts';

/** Where a value comes from: the policy, one of its overlays, the schema's default, or nowhere. */
export type PolicyRowSource = 'base' | 'default' | 'absent' | `overlay:${string}`;

/** One setting. */
export interface PolicyRow {
  /** JSON pointer below `settings`. */
  readonly pointer: string;
  readonly title: string;
  readonly description: string;
  /** For people: shortened where it is long, masked where it is sensitive. */
  readonly value: string;
  readonly source: PolicyRowSource;
  /** Who in the organisation decides it. */
  readonly owner: string;
  readonly effect: 'immediate' | 'sign-in' | 'restart';
}

export interface PolicyPage {
  readonly policyId: string;
  readonly sequence: number;
  /** SHA-256 of the bundle, hexadecimal. */
  readonly sha256: string;
  /** The machine-wide directory, or this user's copy of the HTTPS drop. */
  readonly bundleFrom: 'machine' | 'drop';
  /** Ids of the keys that signed the policy, as the trust root names them. */
  readonly signers: readonly string[];
  readonly rootVersion: number;
  readonly overlays: readonly string[];
  /** ISO 8601, as the following. */
  readonly notBefore: string;
  readonly expires: string;
  /** When the first of policy, proof of freshness and trust root ends. */
  readonly validUntil: string;
  readonly expiringSoon: boolean;
  readonly machineId: string;
  readonly refusal?: PolicyWarning;
  /** Whether the policy allows exporting this page. */
  readonly mayExport: boolean;
  readonly rows: readonly PolicyRow[];
}

/** What came of an export. */
export type PolicyExport =
  | { readonly kind: 'cancelled' }
  /** `signed`: with the analyst's card. `name`: of the file, without its directory. */
  | { readonly kind: 'saved'; readonly signed: boolean; readonly name: string };
