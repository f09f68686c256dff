/** Steps 4 to 7: from the anchor to the newest root, and what a change of keys makes a machine forget. */
import type { CryptoPort } from '../shared/crypto.ts';
import { refuse } from './errors.ts';
import type { Envelope } from './generated/types.ts';
import { isRotated, loadAnchor, nextRoot, type TrustedRoot } from './root.ts';
import type { PolicyState } from './state.ts';

/** The root that is trusted now and the state that belongs to it. */
export interface RootProgress {
  readonly root: TrustedRoot;
  /** Its root is the one that is trusted now, also where that was shipped: the next one may be compared with it. */
  readonly state: PolicyState;
  /**
   * False where nobody knows under which keys the stored sequences were accepted, because the stored root is lost:
   * then no change of keys drops them.
   */
  readonly mayForget: boolean;
}

/** Step 7 for one change of root: keys that could sign are gone, so what they signed no longer sets a floor. */
function forgetRotated(state: PolicyState, before: TrustedRoot, after: TrustedRoot): PolicyState {
  const policies = isRotated(before.roles.policy, after.roles.policy) ? new Map() : state.policies;
  const freshness = isRotated(before.roles.freshness, after.roles.freshness) ? new Map() : state.freshness;
  const { update, ...rest } = state;
  const keepsUpdate = update !== undefined && !isRotated(before.roles.update, after.roles.update);
  return { ...rest, policies, freshness, ...(keepsUpdate ? { update } : {}) };
}

/** The stored root; `undefined` where there is none or what is there is no root. */
function storedRoot(state: PolicyState, crypto: CryptoPort): TrustedRoot | undefined {
  if (state.root === undefined) return undefined;
  try {
    return loadAnchor(state.root, crypto);
  } catch {
    return undefined;
  }
}

/**
 * Step 4: the newer of the shipped and the stored root. Its expiry does not matter here. A stored root that cannot be
 * read counts as none (the state file's reader has already said that the state is damaged).
 */
export function trustedRoot(shipped: Envelope, state: PolicyState, crypto: CryptoPort): RootProgress {
  const anchor = loadAnchor(shipped, crypto);
  const stored = storedRoot(state, crypto);
  const mayForget = stored !== undefined;
  if (stored !== undefined && stored.version > anchor.version) return { root: stored, state, mayForget };
  const moved = { ...state, root: shipped };
  return {
    root: anchor,
    state: stored === undefined ? moved : forgetRotated(moved, stored, anchor),
    mayForget,
  };
}

/**
 * Steps 5 and 7: every root of the bundle that is newer than the trusted one, in order. `accepted` is called after each
 * with the state that must be kept even when a later step refuses the bundle: the floors that a rotation drops are
 * dropped in the same state, or recovery would be lost in a crash between the two.
 *
 * The bundle's list starts at version 2, so the place in the list says which version stands there.
 *
 * @throws AppError ROOT_SIGNATURE, ROOT_GAP, ROOT_ROLLBACK
 */
export function followRoots(
  start: RootProgress,
  roots: readonly Envelope[],
  crypto: CryptoPort,
  accepted: (progress: RootProgress) => void,
): RootProgress {
  const newest = roots.length + 1;
  if (newest < start.root.version) {
    refuse('ROOT_ROLLBACK', { expected: start.root.version, seen: newest });
  }
  let current = start;
  for (const envelope of roots.slice(start.root.version - 1)) {
    const root = nextRoot(current.root, envelope, crypto);
    const { state, mayForget } = current;
    const floors = mayForget ? forgetRotated(state, current.root, root) : state;
    current = { root, state: { ...floors, root: envelope }, mayForget };
    accepted(current);
  }
  return current;
}

/** Step 6: the final root has not expired. */
export function requireUnexpiredRoot(root: TrustedRoot, time: number): void {
  if (time >= root.expires) refuse('ROOT_EXPIRED', { version: root.version });
}
