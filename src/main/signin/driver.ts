/** Carries out what the sign-in machine decides, and tells it what came of it. */
import type { AppState, CertificateChoice, PinPrompt } from '../../shared/app-state.ts';
import { AppError, type ErrorReport, toErrorReport } from '../../shared/errors.ts';
import type { PasswordPrompt, PasswordRules } from '../../shared/password-contract.ts';
import type { AuditRecord, SessionConfig } from '../../shared/session-contract.ts';
import type { TokenStatus } from '../../token/index.ts';
import { knowsTheCard } from './card-search.ts';
import { initialState, reduce } from './machine.ts';
import type {
  CardRemovalAction,
  SignInEffect,
  SignInEvent,
  SignInMachine,
  SignInMethod,
  SignInMoment,
  Step,
} from './model.ts';
import { momentsBetween } from './moments.ts';
import { isPasswordIdentity } from './password-steps.ts';
import { type Presentation, presentPasswordPrompt, presentPrompt, presentState } from './present.ts';

/** Longer than a hung module takes to be noticed, ended and started anew. */
const TOKEN_SILENCE_MS = 20_000;

/** Whether the session process that was started while the PIN is typed may be needed. */
const signsIn = (step: Step): boolean =>
  step.at === 'connecting' || step.at === 'online' || (step.at === 'pin' && step.windowOpen);

/** A selected certificate with what TLS sends along, DER. */
export interface Selection {
  readonly certificate: Uint8Array;
  readonly chain: readonly Uint8Array[];
}

/** The token supervisor, as far as signing in uses it. */
export interface TokenPort {
  start(): void;
  stop(): Promise<void>;
  readonly status: TokenStatus;
  onStatus(listener: (status: TokenStatus) => void): () => void;
  onLogin(listener: (certificateId: string) => void): () => void;
  select(certificateId: string): Promise<Selection>;
  /** Makes the card forget the PIN; the token process is started anew for it. */
  logout(): Promise<void>;
}

/** The session host, as far as signing in uses it. */
export interface SessionPort {
  start(config: SessionConfig): void;
  suspend(): void;
  /** Nobody signs in just now: a process that was started ahead and holds nothing ends. */
  release(): void;
  stop(): Promise<void>;
}

export interface SignInDriverOptions {
  readonly tokens: TokenPort;
  readonly session: SessionPort;
  readonly cardRemoval: CardRemovalAction;
  /** `card` by default. */
  readonly method?: SignInMethod;
  /** What a new password has to be; `undefined` where passwords are not changed. */
  readonly passwordChange?: () => PasswordRules | undefined;
  /** What the windows show of the policy; asked each time, because the policy may change. */
  readonly presentation: () => Presentation;
  /** Collects what the session process gets. Rejects with an AppError (LOCK_KEY_MISSING, KEYCHAIN_UNAVAILABLE). */
  readonly sessionConfig: (
    identity: CertificateChoice,
    /** `undefined`: sign-in by password. */
    selection: Selection | undefined,
  ) => Promise<SessionConfig>;
  readonly windows: {
    openPin(): void;
    closePin(): void;
    showState(state: AppState): void;
    showPrompt(prompt: PinPrompt): void;
    openPassword(): void;
    closePassword(): void;
    showPasswordPrompt(prompt: PasswordPrompt): void;
  };
  /** Must not throw: a failed log is reported by `shut`. */
  readonly audit: (record: AuditRecord) => void;
  /** Told when a PIN was accepted and when a session begins and ends: what the policy's time limits count from. */
  readonly onMoment?: (moment: SignInMoment) => void;
  /** Ends the application; called after the session was asked to end. */
  readonly quit: () => void;
  /** How long it may be unknown whether the card is there, milliseconds. */
  readonly tokenSilenceMs?: number;
}

export class SignInDriver {
  readonly #options: SignInDriverOptions;
  readonly #events: SignInEvent[] = [];
  #machine: SignInMachine;
  #selection: { readonly id: string; readonly selection: Selection } | undefined;
  #shownState = '';
  #shownPrompt: string | undefined;
  #shownPasswordPrompt: string | undefined;
  #tokenStarted = false;
  /** The password window is open to change the password. */
  #changing = false;
  #running = false;
  /** Counts starts, so that one that was overtaken by a stop or another start does nothing. */
  #startTurn = 0;
  /** Logouts under way. */
  #logouts = 0;
  #stopping: Promise<void> = Promise.resolve();
  /** Runs while nobody knows whether the card is there. */
  #silence: NodeJS.Timeout | undefined;

  constructor(options: SignInDriverOptions) {
    this.#options = options;
    this.#machine = initialState(options.cardRemoval, options.method);
  }

  /** The token process is warm when the user has read the banner. */
  start(): void {
    const { tokens } = this.#options;
    tokens.onStatus((status) => {
      this.#watchToken(status);
      if (this.#logouts === 0) this.dispatch({ type: 'token', status });
    });
    tokens.onLogin((id) => this.dispatch({ type: 'logged-in', id }));
    this.#startToken();
  }

  /** Where only passwords are used no card's driver is loaded. */
  #startToken(): void {
    if (this.#tokenStarted || this.#machine.method === 'password') return;
    this.#tokenStarted = true;
    const { tokens } = this.#options;
    tokens.start();
    this.dispatch({ type: 'token', status: tokens.status });
  }

  /**
   * A token process that is started anew says within seconds where the card is. One that does not come back, because its
   * module crashes again and again, must not keep a session open whose card may be gone.
   */
  #watchToken(status: TokenStatus): void {
    if (knowsTheCard(status)) {
      clearTimeout(this.#silence);
      this.#silence = undefined;
      return;
    }
    this.#silence ??= setTimeout(() => {
      this.#silence = undefined;
      this.dispatch({ type: 'token-silent' });
    }, this.#options.tokenSilenceMs ?? TOKEN_SILENCE_MS);
  }

  get state(): AppState {
    return presentState(this.#machine, this.#options.presentation());
  }

  get prompt(): PinPrompt | undefined {
    return presentPrompt(this.#machine, this.#options.presentation().policy);
  }

  get passwordPrompt(): PasswordPrompt | undefined {
    const { presentation, passwordChange } = this.#options;
    const change = this.#changing ? passwordChange?.() : undefined;
    return presentPasswordPrompt(this.#machine, presentation().policy, change);
  }

  /** Opens the password window for a change, where the session and the policy allow one. */
  changePassword(): void {
    this.#changing = true;
    if (this.passwordPrompt?.ask === 'change') this.#options.windows.openPassword();
    else this.#changing = false;
    this.show();
  }

  /** The password window was closed by the user. */
  passwordClosed(): void {
    if (this.#changing) this.#endChange();
    else this.dispatch({ type: 'password-cancelled' });
  }

  #endChange(): void {
    this.#changing = false;
    this.#shownPasswordPrompt = undefined;
    this.#options.windows.closePassword();
  }

  /** Whose certificate is selected, while a session under it is there and the screen is not covered. */
  get signer(): (Selection & { readonly name: string }) | undefined {
    const { held, covered } = this.#machine;
    const selected = this.#selection;
    if (held === undefined || covered !== undefined || selected?.id !== held.identity.id) return undefined;
    return { name: held.identity.commonName, ...selected.selection };
  }

  /** Settles when no orderly end of a session is under way. */
  get settled(): Promise<void> {
    return this.#stopping;
  }

  /** Takes one event after the other, also those that effects cause at once. */
  dispatch(event: SignInEvent): void {
    this.#events.push(event);
    if (this.#running) return;
    this.#running = true;
    try {
      for (let next = this.#events.shift(); next !== undefined; next = this.#events.shift()) {
        const before = this.#machine;
        const { state, effects } = reduce(before, next);
        this.#machine = state;
        for (const moment of momentsBetween(before, next, state)) this.#options.onMoment?.(moment);
        for (const effect of effects) this.#perform(effect);
      }
    } finally {
      this.#running = false;
    }
    if (this.#changing && this.#machine.step.at === 'password') this.#changing = false;
    if (this.#changing && this.passwordPrompt === undefined) this.#endChange();
    if (event.type === 'policy') this.#startToken();
    if (!signsIn(this.#machine.step)) this.#options.session.release();
    this.show();
  }

  /** Tells the windows what has changed for them, if anything has. */
  show(): void {
    const { windows } = this.#options;
    const { state, prompt } = this;
    const [stateText, promptText] = [JSON.stringify(state), JSON.stringify(prompt)];
    if (stateText !== this.#shownState) windows.showState(state);
    if (prompt !== undefined && promptText !== this.#shownPrompt) windows.showPrompt(prompt);
    this.#shownState = stateText;
    this.#shownPrompt = promptText;
    const { passwordPrompt } = this;
    const passwordText = JSON.stringify(passwordPrompt);
    if (passwordPrompt !== undefined && passwordText !== this.#shownPasswordPrompt) {
      windows.showPasswordPrompt(passwordPrompt);
    }
    this.#shownPasswordPrompt = passwordText;
  }

  #perform(effect: SignInEffect): void {
    const { tokens, session, windows, audit, quit } = this.#options;
    switch (effect.type) {
      case 'select':
        void this.#select(effect.id);
        return;
      case 'open-pin':
        windows.openPin();
        return;
      case 'close-pin':
        windows.closePin();
        return;
      case 'open-password':
        windows.openPassword();
        return;
      case 'close-password':
        windows.closePassword();
        return;
      case 'start-session':
        void this.#startSession(effect.identity, effect.delayMs);
        return;
      case 'suspend-session':
        this.#startTurn++;
        session.suspend();
        return;
      case 'stop-session':
        this.#startTurn++;
        this.#stopping = Promise.all([this.#stopping, session.stop()]).then(() => undefined);
        return;
      case 'logout':
        void this.#logout();
        return;
      case 'stop-token':
        tokens.stop().catch(() => undefined);
        return;
      case 'audit':
        audit(effect.record);
        return;
      case 'quit':
        quit();
        return;
    }
  }

  /** What the process that is about to end still says about the card is not heard. */
  async #logout(): Promise<void> {
    const { tokens } = this.#options;
    if (!this.#tokenStarted) return;
    this.#logouts++;
    await tokens.logout().catch(() => undefined);
    this.#logouts--;
    if (this.#logouts === 0) this.dispatch({ type: 'token', status: tokens.status });
  }

  async #select(id: string): Promise<void> {
    try {
      this.#selection = { id, selection: await this.#options.tokens.select(id) };
      this.dispatch({ type: 'selected', id });
    } catch (error) {
      this.dispatch({ type: 'select-failed', id, error: toErrorReport(error) });
    }
  }

  async #startSession(identity: CertificateChoice, delayMs: number): Promise<void> {
    const turn = ++this.#startTurn;
    const { sessionConfig, session } = this.#options;
    try {
      if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
      await this.#stopping;
      if (turn !== this.#startTurn) return;
      const config = await sessionConfig(identity, this.#selectionOf(identity));
      if (turn === this.#startTurn) session.start(config);
    } catch (error) {
      const report: ErrorReport = toErrorReport(error);
      if (turn === this.#startTurn) this.dispatch({ type: 'session-stopped', error: report });
    }
  }

  #selectionOf(identity: CertificateChoice): Selection | undefined {
    if (isPasswordIdentity(identity)) return undefined;
    const selected = this.#selection;
    if (selected?.id !== identity.id) throw new AppError('INTERNAL');
    return selected.selection;
  }
}
