/**
 * Decides, when a source of the policy may have changed: a good bundle comes into force, a bad one is refused by name
 * and the last good one stays until its own expiry. Every decision is one audit record; nothing new is none.
 */
import type { LoadedPolicy } from '../../policy-files/index.ts';
import { AppError, type ErrorReport, toErrorReport } from '../../shared/errors.ts';
import type { AuditRecord } from '../../shared/session-contract.ts';
import type { PolicyHolder, PolicyRefusal } from './holder.ts';
import { isOtherUpdate, updateRecord } from './update-news.ts';

/** A refused bundle is looked at again: time may have come (NOT_YET_VALID), or space on the disk. Milliseconds. */
const RETRY_MS = 60_000;

/**
 * What the session process hands over is looked at once in this time, however much comes: it reads what servers send,
 * and each refusal is a line of the audit log. Milliseconds.
 */
const OFFER_MS = 60_000;
/** Refusals that are remembered as written down. */
const MAX_AUDITED = 256;

export interface PolicyReloaderOptions {
  readonly holder: PolicyHolder;
  /** Reads, verifies and records; `offered` is what the drop delivered. Rejects with an AppError. */
  readonly load: (offered: Uint8Array | undefined) => Promise<LoadedPolicy>;
  readonly audit: (record: AuditRecord) => void;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  readonly retryMs?: number;
  readonly offerMs?: number;
}

/** The audit record of a policy that came into force. */
export function activationRecord(loaded: LoadedPolicy): AuditRecord {
  const { policyId, sequence, sha256, signers, rootVersion, source } = loaded;
  const detail = { policyId, sequence, sha256, signers: signers.join(','), rootVersion, source };
  return { event: 'policy.activated', outcome: 'success', detail };
}

/** The audit record of a bundle that was refused. */
export function refusalRecord({ code, detail }: ErrorReport): AuditRecord {
  return { event: 'policy.refused', outcome: 'failure', detail: { ...detail, code } };
}

/** What is refused beside a policy that is good: the administrators' bundle, or else what the drop delivered. */
export function refusalBeside(loaded: LoadedPolicy): ErrorReport | undefined {
  const { refusals } = loaded;
  const refused = refusals.find(({ source }) => source === 'machine') ?? refusals.at(-1);
  if (refused === undefined) return undefined;
  const { code, detail } = refused.error.toReport();
  return { code, detail: { ...detail, source: refused.source } };
}

/** Code and bundle: the same pair is the same decision. */
function identityOf({ code, detail }: ErrorReport): string {
  return `${code} ${String(detail?.bundleSha256 ?? '')}`;
}

export class PolicyReloader {
  readonly #options: PolicyReloaderOptions;
  /** Refusals that are written down already. Emptied when a policy comes into force. */
  readonly #audited = new Set<string>();
  #running = false;
  #again = false;
  /** What the drop delivered last, until it holds or something else does: its time may come. */
  #offered: Uint8Array | undefined;
  #retry: NodeJS.Timeout | undefined;
  #offerPause: NodeJS.Timeout | undefined;
  /** What came during the pause. */
  #waiting: Uint8Array | undefined;
  #idle: Promise<void> = Promise.resolve();

  constructor(options: PolicyReloaderOptions) {
    this.#options = options;
    const { refusal } = options.holder.view;
    if (refusal !== undefined) {
      this.#audited.add(identityOf(refusal.error));
      this.#armRetry();
    }
  }

  /** Settles when no decision is under way. */
  get settled(): Promise<void> {
    return this.#idle;
  }

  /** A source may have changed. However often it is called, one decision is under way and at most one waits. */
  request(): void {
    this.#again = true;
    if (!this.#running) this.#idle = this.#run();
  }

  /** The drop delivered a bundle; of several that wait, the last one counts. */
  offer(bundle: Uint8Array): void {
    this.#waiting = bundle;
    if (this.#offerPause !== undefined) return;
    this.#takeOffer();
  }

  /** Ends retries and waiting. */
  close(): void {
    clearTimeout(this.#retry);
    clearTimeout(this.#offerPause);
    this.#offerPause = undefined;
    this.#waiting = undefined;
  }

  #takeOffer(): void {
    this.#offerPause = undefined;
    if (this.#waiting === undefined) return;
    this.#offered = this.#waiting;
    this.#waiting = undefined;
    this.#offerPause = setTimeout(() => this.#takeOffer(), this.#options.offerMs ?? OFFER_MS);
    this.request();
  }

  async #run(): Promise<void> {
    this.#running = true;
    while (this.#again) {
      this.#again = false;
      await this.#decide(this.#offered);
    }
    this.#running = false;
  }

  async #decide(offered: Uint8Array | undefined): Promise<void> {
    const { holder, load } = this.#options;
    clearTimeout(this.#retry);
    try {
      const loaded = await load(offered);
      const beside = refusalBeside(loaded);
      const refusal = beside === undefined ? undefined : this.#refusal(beside);
      const isRefused = loaded.refusals.some(({ source }) => source === 'drop');
      const isOther = loaded.sha256 !== holder.loaded.sha256;
      if (this.#offered === offered && (isOther || !isRefused)) this.#offered = undefined;
      this.#activate(loaded, refusal);
    } catch (error) {
      const cause = error instanceof AppError ? error : new AppError('INTERNAL', {}, { cause: error });
      holder.refuse(this.#refusal(toErrorReport(cause)));
    }
    if (holder.view.refusal !== undefined) this.#armRetry();
  }

  #activate(loaded: LoadedPolicy, refusal: PolicyRefusal | undefined): void {
    const { holder, audit } = this.#options;
    const before = holder.view;
    const isOther = loaded.sha256 !== before.loaded.sha256;
    if (isOther) {
      this.#audited.clear();
      if (refusal !== undefined) this.#audited.add(identityOf(refusal.error));
      audit(activationRecord(loaded));
    }
    const update = updateRecord(before.loaded, loaded);
    if (update !== undefined) audit(update);
    const updateChanged = isOtherUpdate(before.loaded, loaded);
    const machineChanged = JSON.stringify(loaded.machine) !== JSON.stringify(before.loaded.machine);
    const isNews = isOther || machineChanged || updateChanged;
    if (isNews || refusal !== before.refusal) holder.activate(loaded, refusal);
  }

  /** The refusal to show; the one that is shown already where it is the same. A new one is written down. */
  #refusal(error: ErrorReport): PolicyRefusal {
    const { holder, audit, now = Date.now } = this.#options;
    const shown = holder.view.refusal;
    const identity = identityOf(error);
    if (this.#audited.size >= MAX_AUDITED) this.#audited.clear();
    if (!this.#audited.has(identity)) {
      this.#audited.add(identity);
      audit(refusalRecord(error));
    }
    if (shown !== undefined && identityOf(shown.error) === identity) return shown;
    return { error, at: new Date(now()).toISOString() };
  }

  #armRetry(): void {
    this.#retry = setTimeout(() => this.request(), this.#options.retryMs ?? RETRY_MS);
  }
}
