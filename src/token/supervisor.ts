/**
 * Owns the token process: starts it, watches that it lives, ends it when the vendor's module hangs and starts it anew.
 * Runs in the main process or in the doctor and never touches the card itself.
 */
import type { PinPortReply, PinPortRequest } from '../shared/app-state.ts';
import { AppError, type ErrorReport, toErrorReport } from '../shared/errors.ts';
import type { SignRequest } from '../shared/signing.ts';
import { AwakeClock } from './awake-clock.ts';
import type { TokenChild } from './child.ts';
import { isTokenMessage, type TokenAnswer, type TokenCommand, type TokenMessage } from './protocol.ts';
import type { SelectedCertificate, TokenConfig, TokenStatus } from './types.ts';

/** A process that says nothing for so long hangs in a call of the module. */
const SILENCE_MS = 3_500;
/** Until the first status: loading native code takes longer on a cold disk under a virus scanner. */
const START_SILENCE_MS = 10_000;
/** How long a logout may take before the process is ended without. */
const LOGOUT_MS = 1_000;
/**
 * The card service resets a card when the process that unlocked it is gone, which locks it again; but it leaves the card
 * as it is while another process works with it. So the next process waits until that has happened.
 */
const CARD_RESET_MS = 500;
/** Each look wakes the main process, all day long. */
const CHECK_MS = 400;
/** The pause before a process is started anew doubles up to the longest while it does not stay healthy. */
const RESTART_MS = 250;
const LONGEST_RESTART_MS = 10_000;
const HEALTHY_MS = 30_000;

export interface TokenSupervisorOptions {
  /** Starts the token process; called again after each of its ends. */
  readonly spawn: () => TokenChild;
  readonly config: TokenConfig;
}

/** What the end of the process means to whoever waits for an answer. */
const EXIT_CODE = {
  hung: 'MODULE_HUNG',
  crashed: 'MODULE_CRASHED',
  logout: 'LOGIN_REQUIRED',
} as const;

interface Pending {
  readonly resolve: (answer: TokenAnswer) => void;
  readonly reject: (error: AppError) => void;
}

/** A command as the caller gives it; the number is put to it here. */
type Request = TokenCommand extends infer Command
  ? Command extends { id: number }
    ? Omit<Command, 'id'>
    : never
  : never;

export class TokenSupervisor {
  readonly #options: TokenSupervisorOptions;
  readonly #pending = new Map<number, Pending>();
  readonly #statusListeners = new Set<(status: TokenStatus) => void>();
  readonly #loginListeners = new Set<(certificateId: string) => void>();
  readonly #signatureListeners = new Set<(certificateId: string) => void>();
  readonly #refusalListeners = new Set<() => void>();
  readonly #restartListeners = new Set<() => void>();
  #child: TokenChild | undefined;
  #status: TokenStatus = { kind: 'starting' };
  #selected: string | undefined;
  #nextId = 1;
  readonly #awake = new AwakeClock(CHECK_MS);
  /** When the process said something last, of {@link #awake}. */
  #heardAt = 0;
  #startedAt = 0;
  #hasStarted = false;
  /** Why the process is being ended by us. */
  #ending: 'hung' | 'logout' | undefined;
  #restartMs = RESTART_MS;
  #config: TokenConfig;
  #check: NodeJS.Timeout | undefined;
  #restart: NodeJS.Timeout | undefined;
  #stopped = true;
  #whenGone: (() => void)[] = [];

  constructor(options: TokenSupervisorOptions) {
    this.#options = options;
    this.#config = options.config;
  }

  get status(): TokenStatus {
    return this.#status;
  }

  /** Starts the token process and its watch. */
  start(): void {
    if (!this.#stopped) return;
    this.#stopped = false;
    this.#check = setInterval(() => this.#watch(), CHECK_MS);
    this.#spawn();
  }

  /** Another policy is in force: a process that was started under other rules is ended, the next one gets these. */
  async configure(config: TokenConfig): Promise<void> {
    const isOther = JSON.stringify(config) !== JSON.stringify(this.#config);
    this.#config = config;
    if (!isOther || this.#stopped) return;
    this.#selected = undefined;
    await this.logout();
  }

  /** Ends the token process for good; resolves when it is gone. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#check);
    clearTimeout(this.#restart);
    if (this.#status.kind === 'card' && this.#status.loggedIn) await this.#logoutBriefly();
    await this.#end('logout');
  }

  /** The next program must not find the card unlocked; a card that does not answer is left. */
  async #logoutBriefly(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const enough = new Promise<void>((done) => {
      timer = setTimeout(done, LOGOUT_MS);
    });
    await Promise.race([this.#request({ kind: 'logout' }).catch(() => undefined), enough]);
    clearTimeout(timer);
  }

  /** Tells of each new status; returns what ends that. */
  onStatus(listener: (status: TokenStatus) => void): () => void {
    this.#statusListeners.add(listener);
    return () => this.#statusListeners.delete(listener);
  }

  /** Tells when the card accepted the PIN, with the id of the certificate. */
  onLogin(listener: (certificateId: string) => void): () => void {
    this.#loginListeners.add(listener);
    return () => this.#loginListeners.delete(listener);
  }

  /** Tells of each PIN that the card refused. */
  onPinRefused(listener: () => void): () => void {
    this.#refusalListeners.add(listener);
    return () => this.#refusalListeners.delete(listener);
  }

  /** Tells of each signature that was handed out, whoever asked for it, with the id of the certificate. */
  onSignature(listener: (certificateId: string) => void): () => void {
    this.#signatureListeners.add(listener);
    return () => this.#signatureListeners.delete(listener);
  }

  /**
   * Tells when a token process has been started anew after one ended. Ports that were attached to the old one are
   * closed; new ones have to be attached.
   */
  onRestart(listener: () => void): () => void {
    this.#restartListeners.add(listener);
    return () => this.#restartListeners.delete(listener);
  }

  /** Chooses the certificate that login and signatures are for. */
  async select(certificateId: string): Promise<SelectedCertificate> {
    const answer = await this.#request({ kind: 'select', certificateId });
    if (answer.kind !== 'selected') throw failure(answer);
    this.#selected = certificateId;
    return answer.selected;
  }

  /**
   * Hands a port to the token process that speaks PinPortRequest and PinPortReply. The port closes when that process
   * ends, and at once while there is none.
   */
  attachPinPort(port: unknown): void {
    this.#attach('attach-pin-port', port);
  }

  /** The same for a port that speaks SignPortRequest and SignPortReply. */
  attachSignPort(port: unknown): void {
    this.#attach('attach-sign-port', port);
  }

  /** Logs in without a port. `pin` is erased; without one the reader's PIN pad asks. */
  async login(pin?: Uint8Array): Promise<PinPortReply> {
    try {
      const request: PinPortRequest = pin === undefined ? { kind: 'login-pin-pad' } : { kind: 'login', pin };
      const pending = this.#request({ kind: 'login', request });
      pin?.fill(0); // the message holds a copy
      const answer = await pending;
      if (answer.kind !== 'login') throw failure(answer);
      return answer.reply;
    } catch (error) {
      return { kind: 'refused', error: toErrorReport(error), finalTry: false, locked: false };
    } finally {
      pin?.fill(0);
    }
  }

  /** Signs with the selected certificate's key, without a port. Rejects with an AppError of the token module. */
  async sign(request: SignRequest): Promise<Uint8Array> {
    const answer = await this.#request({ kind: 'sign', request });
    if (answer.kind !== 'signature') throw failure(answer);
    return answer.signature;
  }

  /**
   * Makes the card forget the PIN: C_Logout, and then the end of the process, because C_Logout alone does not lock every
   * card (measured with OpenSC 0.23) and the card service resets the card of a process that ends. Resolves when the old
   * process is gone; a new one is started. Ports have to be attached anew, see {@link onRestart}.
   */
  async logout(): Promise<void> {
    await this.#logoutBriefly();
    await this.#end('logout');
  }

  // ---- the process -----------------------------------------------------------------

  #spawn(): void {
    const child = this.#options.spawn();
    this.#child = child;
    this.#ending = undefined;
    this.#hasStarted = false;
    this.#startedAt = performance.now();
    this.#heardAt = this.#awake.ms;
    child.onMessage((message) => {
      if (this.#child === child) this.#receive(message);
    });
    child.onExit(() => {
      if (this.#child === child) this.#exited();
    });
    const config = this.#config;
    const selected = this.#selected;
    this.#post({ kind: 'start', config, ...(selected === undefined ? {} : { selected }) });
  }

  #exited(): void {
    this.#child = undefined;
    const code = EXIT_CODE[this.#ending ?? 'crashed'];
    for (const { reject } of this.#pending.values()) reject(new AppError(code));
    this.#pending.clear();
    for (const done of this.#whenGone.splice(0)) done();
    if (this.#stopped) return;
    if (this.#ending === 'logout') {
      this.#setStatus({ kind: 'starting' });
      this.#spawnAgain(CARD_RESET_MS);
      return;
    }
    this.#setStatus({ kind: 'error', error: { code } });
    const lived = performance.now() - this.#startedAt;
    this.#restartMs = lived > HEALTHY_MS ? RESTART_MS : Math.min(this.#restartMs * 2, LONGEST_RESTART_MS);
    this.#spawnAgain(this.#restartMs);
  }

  #spawnAgain(afterMs: number): void {
    this.#restart = setTimeout(() => {
      this.#spawn();
      for (const listener of this.#restartListeners) listener();
    }, afterMs);
  }

  #watch(): void {
    const now = this.#awake.look(performance.now());
    if (this.#child === undefined || this.#ending !== undefined) return;
    const limit = this.#hasStarted ? SILENCE_MS : START_SILENCE_MS;
    if (now - this.#heardAt > limit) void this.#end('hung');
  }

  /** Ends the process; resolves when it is gone. */
  async #end(why: 'hung' | 'logout'): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    this.#ending ??= why;
    const gone = new Promise<void>((done) => this.#whenGone.push(done));
    child.kill();
    await gone;
  }

  #setStatus(status: TokenStatus): void {
    this.#status = status;
    for (const listener of this.#statusListeners) listener(status);
  }

  // ---- messages --------------------------------------------------------------------

  #receive(message: unknown): void {
    if (!isTokenMessage(message)) return;
    this.#heardAt = this.#awake.ms;
    this.#handle(message);
  }

  #handle(message: TokenMessage): void {
    switch (message.kind) {
      case 'alive':
        if (message.stuck && this.#ending === undefined) void this.#end('hung');
        return;
      case 'status':
        this.#hasStarted = true;
        // A process that begins anew must not wipe out why the last one ended.
        if (message.status.kind !== 'starting') this.#setStatus(message.status);
        return;
      case 'logged-in':
        for (const listener of this.#loginListeners) listener(message.certificateId);
        return;
      case 'pin-refused':
        for (const listener of this.#refusalListeners) listener();
        return;
      case 'signed':
        for (const listener of this.#signatureListeners) listener(message.certificateId);
        return;
      case 'answer': {
        const pending = this.#pending.get(message.id);
        this.#pending.delete(message.id);
        pending?.resolve(message.answer);
      }
    }
  }

  #post(command: TokenCommand): void {
    this.#child?.postMessage(command);
  }

  #attach(kind: 'attach-pin-port' | 'attach-sign-port', port: unknown): void {
    if (this.#child !== undefined) this.#child.postMessage({ kind }, [port]);
    else if (typeof port === 'object' && port !== null && 'close' in port && typeof port.close === 'function')
      port.close();
  }

  #request(request: Request): Promise<TokenAnswer> {
    if (this.#child === undefined) return Promise.reject(this.#absence());
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#post({ ...request, id });
    });
  }

  /** Why there is no process to ask. */
  #absence(): AppError {
    const report: ErrorReport =
      this.#status.kind === 'error' ? this.#status.error : { code: 'MODULE_CRASHED' };
    return new AppError(report.code, report.detail);
  }
}

function failure(answer: TokenAnswer): AppError {
  return answer.kind === 'error'
    ? new AppError(answer.error.code, answer.error.detail)
    : new AppError('INTERNAL');
}
