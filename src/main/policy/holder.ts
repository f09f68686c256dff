/** The policy in force, as one value that everything downstream watches. */
import type { LoadedPolicy } from '../../policy-files/index.ts';
import type { ErrorReport } from '../../shared/errors.ts';
import { type PolicyEffect, policyEffect } from './effect.ts';

/** An update that was refused while the last good policy goes on. */
export interface PolicyRefusal {
  readonly error: ErrorReport;
  /** When it was refused; ISO 8601. */
  readonly at: string;
}

export interface PolicyView {
  readonly loaded: LoadedPolicy;
  readonly refusal: PolicyRefusal | undefined;
}

export interface PolicyChange {
  readonly before: PolicyView;
  readonly after: PolicyView;
  /** What the new settings ask for; `none` where only dates, signers or the refusal changed. */
  readonly effect: PolicyEffect;
}

export class PolicyHolder {
  readonly #listeners = new Set<(change: PolicyChange) => void>();
  #view: PolicyView;

  constructor(loaded: LoadedPolicy, refusal?: PolicyRefusal) {
    this.#view = { loaded, refusal };
  }

  get view(): PolicyView {
    return this.#view;
  }

  get loaded(): LoadedPolicy {
    return this.#view.loaded;
  }

  /** Tells of each change, in the order of subscription; returns what ends that. */
  subscribe(listener: (change: PolicyChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Puts a policy into force that the loader has accepted, and says what was refused beside it. */
  activate(loaded: LoadedPolicy, refusal: PolicyRefusal | undefined): void {
    this.#set({ loaded, refusal });
  }

  /** The policy stays; an update of it was refused. */
  refuse(refusal: PolicyRefusal): void {
    this.#set({ loaded: this.#view.loaded, refusal });
  }

  #set(after: PolicyView): void {
    const before = this.#view;
    this.#view = after;
    const change = { before, after, effect: policyEffect(before.loaded, after.loaded) };
    for (const listener of this.#listeners) listener(change);
  }
}
