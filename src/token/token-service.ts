/**
 * The token process's work: watches the readers, reads cards, takes the PIN, signs. All calls into the module go through
 * one queue; whatever goes wrong ends in an error of the catalogue, never in a signature of the wrong key.
 */
import type { PinPortReply } from '../shared/app-state.ts';
import { AppError, type ErrorReport, toErrorReport } from '../shared/errors.ts';
import type { SignRequest } from '../shared/signing.ts';
import { type Card, type CardCertificate, isCard, readCard } from './card.ts';
import { CALM_POLL_MS, CardWatcher, POLL_MS, type SlotView } from './card-watcher.ts';
import { type CompiledRules, compileRules, toChoice } from './certificates.ts';
import { CKR, CkrError, saysGone } from './ckr.ts';
import { type Handle, Pkcs11Module } from './module.ts';
import { findApprovedModule } from './module-file.ts';
import { OPERATION_LIMIT_MS, OperationQueue, PIN_PAD_LIMIT_MS } from './operation-queue.ts';
import { isPin, loginFailure } from './pin.ts';
import { isSignatureOf, prepareInput, signatureBytes } from './signature.ts';
import type { SelectedCertificate, TokenConfig, TokenStatus } from './types.ts';

/** How long after a missing or wrong module it is looked for again. */
const MODULE_RETRY_MS = 3_000;
/** After an error the card may be on its way out: only the slot list is asked for so long (OpenSC would hang). */
const SETTLE_MS = 1_000;
const SETTLE_STEP_MS = 100;
/** How often a card that could not be read is tried again. */
const READ_ATTEMPTS = 5;

const sleep = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));

export interface TokenServiceOptions {
  readonly config: TokenConfig;
  /** The certificate that was selected before the process was started anew. */
  readonly selected?: string;
  readonly onStatus: (status: TokenStatus) => void;
  readonly onLogin: (certificateId: string) => void;
  /** The card refused a PIN. */
  readonly onPinRefused: (certificateId: string) => void;
  /** The card made a signature that is handed out. */
  readonly onSignature: (certificateId: string) => void;
}

export class TokenService {
  readonly #options: TokenServiceOptions;
  readonly #rules: CompiledRules;
  readonly #queue = new OperationQueue();
  #module: Pkcs11Module | undefined;
  #watcher: CardWatcher | undefined;
  #card: Card | undefined;
  #loggedIn = false;
  #selected: string | undefined;
  /** Why there is no card to sign in with. */
  #problem: ErrorReport | undefined;
  #readAttempts = 0;
  #lastStatus = '';
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(options: TokenServiceOptions) {
    this.#options = options;
    this.#rules = compileRules(options.config.certificate);
    this.#selected = options.selected;
  }

  /** True when the module does not come back from a call. */
  isStuck(): boolean {
    return this.#queue.isOverdue();
  }

  start(): void {
    this.#schedule(0);
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  /** Chooses the certificate that login and signatures are for; CERTIFICATE_NOT_FOUND when the card has it not. */
  select(certificateId: string): SelectedCertificate {
    const certificate = this.#card?.certificates.find((candidate) => candidate.facts.id === certificateId);
    if (certificate === undefined) throw new AppError('CERTIFICATE_NOT_FOUND');
    this.#selected = certificateId;
    return { certificate: certificate.facts.der, chain: certificate.chain };
  }

  /**
   * Logs in with a PIN, or with `null` lets the reader's PIN pad ask for it. A PIN that cannot be one is refused before
   * the card sees it. Does not throw; erases `pin`.
   */
  async login(pin: Uint8Array | null): Promise<PinPortReply> {
    try {
      if (pin !== null && !isPin(pin)) throw new AppError('PIN_FORMAT');
      const limit = pin === null ? PIN_PAD_LIMIT_MS : OPERATION_LIMIT_MS;
      const certificateId = await this.#queue.run(limit, () => this.#login(pin));
      this.#options.onLogin(certificateId);
      return { kind: 'accepted' };
    } catch (error) {
      const { finalTry = false, locked = false } = this.#card ?? {};
      return { kind: 'refused', error: toErrorReport(error), finalTry, locked };
    } finally {
      pin?.fill(0);
      this.#report();
    }
  }

  /** Signs with the selected certificate's key; the signature has been checked against the certificate. */
  async sign(request: SignRequest): Promise<Uint8Array> {
    try {
      return await this.#queue.run(OPERATION_LIMIT_MS, () => this.#sign(request));
    } finally {
      this.#report();
    }
  }

  async logout(): Promise<void> {
    await this.#queue.run(OPERATION_LIMIT_MS, () => {
      if (!this.#loggedIn || !this.#module || !this.#card) return;
      this.#loggedIn = false;
      this.#tolerate(() => this.#module?.logout(this.#card?.session ?? Buffer.alloc(0)));
    });
    this.#report();
  }

  // ---- watching ----------------------------------------------------------------

  #schedule(ms: number): void {
    clearTimeout(this.#timer);
    if (this.#stopped) return;
    this.#timer = setTimeout(() => void this.#tick(), ms);
  }

  async #tick(): Promise<void> {
    let next = this.#loggedIn ? CALM_POLL_MS : POLL_MS;
    try {
      if (this.#module === undefined) await this.#open();
      // While somebody logs in or signs there is nothing to look for.
      if (this.#queue.length === 0) await this.#queue.run(OPERATION_LIMIT_MS, () => this.#watch());
    } catch (error) {
      this.#problem = toErrorReport(error);
      this.#card = undefined;
      next = MODULE_RETRY_MS;
    }
    this.#report();
    this.#schedule(next);
  }

  async #open(): Promise<void> {
    const { config } = this.#options;
    const path = await findApprovedModule(config.modules);
    Object.assign(process.env, config.environment ?? {});
    this.#module = Pkcs11Module.load(path);
    this.#watcher = new CardWatcher(this.#module);
  }

  /** Looks at the slots; while a card is there that was read, only where a glance finds that something may have changed. */
  async #watch(): Promise<void> {
    if (this.#card !== undefined && this.#watcher?.isUnchanged() === true) return;
    await this.#look();
  }

  /** Looks at the slots and reads the cards anew where something changed. */
  async #look(): Promise<void> {
    const view = this.#watcher?.look();
    if (view === undefined) return;
    const current = this.#card?.slot.toString('hex');
    if (current !== undefined && !view.changed.has(current)) return;
    const unreadable = this.#problem?.code === 'CARD_UNREADABLE' && this.#readAttempts < READ_ATTEMPTS;
    if (current === undefined && view.changed.size === 0 && this.#problem && !unreadable) {
      if (view.present.length === 0) this.#problem = absence(view);
      return;
    }
    if (view.changed.size > 0) this.#readAttempts = 0;
    this.#forgetCard();
    await this.#readCards(view);
  }

  #forgetCard(): void {
    // No C_CloseSession: with the card gone the module has dropped the session, and OpenSC would hang.
    this.#card = undefined;
    this.#loggedIn = false;
  }

  /** Takes the first card that may sign in, or keeps the first card's reason why not. */
  async #readCards(view: SlotView): Promise<void> {
    this.#problem = undefined;
    for (const slot of view.present) {
      const result = await this.#readSlot(slot);
      if (isCard(result)) {
        this.#card = result;
        this.#problem = undefined;
        return;
      }
      this.#problem ??= result;
    }
    this.#problem ??= absence(view);
  }

  async #readSlot(slot: Handle): Promise<Card | ErrorReport> {
    try {
      if (this.#module === undefined) throw new AppError('INTERNAL');
      return await readCard(this.#module, slot, this.#rules, () => this.#queue.progress());
    } catch (error) {
      if (!(error instanceof CkrError)) throw error;
      this.#readAttempts++;
      return { code: 'CARD_UNREADABLE' };
    }
  }

  #report(): void {
    const status = this.#status();
    const text = JSON.stringify(status);
    if (text === this.#lastStatus) return;
    this.#lastStatus = text;
    this.#options.onStatus(status);
  }

  #status(): TokenStatus {
    const card = this.#card;
    if (card === undefined) {
      return this.#problem ? { kind: 'error', error: this.#problem } : { kind: 'starting' };
    }
    const { cardId, certificates, finalTry, locked, pinPad } = card;
    const choices = certificates.map(toChoice);
    return {
      kind: 'card',
      cardId,
      certificates: choices,
      finalTry,
      locked,
      pinPad,
      loggedIn: this.#loggedIn,
    };
  }

  // ---- PIN -----------------------------------------------------------------------

  /**
   * The selected certificate, or the only one where none was selected. Another card than the one that was selected from
   * gets no PIN: it was typed for that one, would cost this one a try, or be told to it.
   */
  #certificate(card: Card): CardCertificate {
    if (this.#selected === undefined) {
      const [only, ...others] = card.certificates;
      if (only === undefined || others.length > 0) throw new AppError('CERTIFICATE_NOT_FOUND');
      return only;
    }
    const chosen = card.certificates.find((candidate) => candidate.facts.id === this.#selected);
    if (chosen === undefined) throw new AppError('CARD_REMOVED');
    return chosen;
  }

  /** The card that is there now; throws the reason why there is none. */
  async #presentCard(): Promise<{ module: Pkcs11Module; card: Card }> {
    await this.#look();
    const module = this.#module;
    const card = this.#card;
    if (module === undefined || card === undefined) {
      const { code, detail } = this.#problem ?? { code: 'NO_CARD' };
      throw new AppError(code, detail);
    }
    return { module, card };
  }

  async #login(pin: Uint8Array | null): Promise<string> {
    const { module, card } = await this.#presentCard();
    const certificate = this.#certificate(card);
    if (card.locked) throw new AppError('PIN_LOCKED');
    if (pin === null && !card.pinPad) throw new AppError('PIN_FORMAT');
    try {
      await this.#askCard(module, card, pin);
      if (module.privateKey(card.session, certificate.keyId) === undefined) {
        module.logout(card.session);
        throw new AppError('CERTIFICATE_NOT_FOUND', { reason: 'no-private-key' });
      }
    } catch (error) {
      throw error instanceof CkrError ? await this.#loginFailed(module, card, error.code) : error;
    }
    this.#loggedIn = true;
    // OpenSC keeps the final-try flag after a success.
    card.finalTry = false;
    return certificate.facts.id;
  }

  /** Has the PIN checked by the card; throws a CkrError when that does not succeed. */
  async #askCard(module: Pkcs11Module, card: Card, pin: Uint8Array | null): Promise<void> {
    // Logged in already, C_Login would accept any PIN without asking the card.
    if (this.#loggedIn) module.logout(card.session);
    this.#loggedIn = false;
    let rv = await module.login(card.session, pin);
    if (rv === CKR.USER_ALREADY_LOGGED_IN) {
      module.logout(card.session);
      rv = await module.login(card.session, pin);
    }
    if (rv !== CKR.OK) throw new CkrError('C_Login', rv);
  }

  async #loginFailed(module: Pkcs11Module, card: Card, rv: number): Promise<AppError> {
    if (rv === CKR.PIN_INCORRECT || rv === CKR.PIN_LOCKED) {
      const flags = module.tokenFacts(card.slot);
      card.finalTry = flags.finalTry;
      card.locked = flags.locked || rv === CKR.PIN_LOCKED;
      this.#options.onPinRefused(this.#selected ?? '');
      return loginFailure(rv, card);
    }
    if (await this.#cardWent(rv)) return new AppError('CARD_REMOVED');
    return loginFailure(rv, card);
  }

  // ---- signatures ----------------------------------------------------------------

  async #sign(request: SignRequest): Promise<Uint8Array> {
    const { module, card } = await this.#presentCard();
    const certificate = this.#certificate(card);
    if (!this.#loggedIn) throw new AppError('LOGIN_REQUIRED');
    const { publicKey } = certificate.facts;
    const input = prepareInput(request, publicKey);
    const signature = await this.#signOnCard(module, card, certificate, request.mechanism, input);
    if (!isSignatureOf(publicKey, request.mechanism, input, signature)) {
      this.#beginAnew(module);
      throw new AppError('SIGNATURE_INVALID');
    }
    this.#options.onSignature(certificate.facts.id);
    return signature;
  }

  async #signOnCard(
    module: Pkcs11Module,
    card: Card,
    certificate: CardCertificate,
    mechanism: SignRequest['mechanism'],
    input: Uint8Array,
  ): Promise<Uint8Array> {
    try {
      const key = module.privateKey(card.session, certificate.keyId);
      if (key === undefined) throw new CkrError('C_FindObjects', CKR.USER_NOT_LOGGED_IN);
      const length = signatureBytes(certificate.facts.publicKey);
      return await module.sign(card.session, mechanism, key, input, length);
    } catch (error) {
      if (!(error instanceof CkrError)) throw error;
      if (await this.#cardWent(error.code)) throw new AppError('CARD_REMOVED', undefined, { cause: error });
      if (error.code === CKR.USER_NOT_LOGGED_IN) {
        this.#loggedIn = false;
        throw new AppError('LOGIN_REQUIRED', undefined, { cause: error });
      }
      this.#beginAnew(module);
      throw new AppError('SIGN_FAILED', { code: error.code }, { cause: error });
    }
  }

  /**
   * Forgets the card and all that the module has kept of it. After a card was swapped unseen, the module goes on showing
   * the old one's certificates until then.
   */
  #beginAnew(module: Pkcs11Module): void {
    this.#forgetCard();
    module.reinitialize();
    this.#watcher = new CardWatcher(module);
  }

  /**
   * After an error: is the card gone? Asks for the slot list alone for a while, since any other call could hang. True
   * also when the card was swapped or our session with it is lost.
   */
  async #cardWent(code: number): Promise<boolean> {
    if (code === CKR.USER_NOT_LOGGED_IN) return false;
    const before = this.#card;
    for (let waited = 0; waited < SETTLE_MS; waited += SETTLE_STEP_MS) {
      await sleep(SETTLE_STEP_MS);
      await this.#look();
      if (this.#card !== before) return true;
    }
    if (!saysGone(code)) return false;
    this.#forgetCard();
    return true;
  }

  /** For what may fail because the card is gone; the next look finds out. */
  #tolerate(run: () => void): void {
    try {
      run();
    } catch (error) {
      if (!(error instanceof CkrError)) throw error;
    }
  }
}

function absence(view: SlotView): ErrorReport {
  if (!view.hasReader) return { code: 'NO_READER' };
  return { code: view.present.length === 0 ? 'NO_CARD' : 'CARD_UNREADABLE' };
}
