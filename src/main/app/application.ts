/** The running application: its windows, its log, and the desk once there is a valid policy. */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { app } from 'electron';
import type { AuditContext } from '../../audit/index.ts';
import type { AppState, BuildInfo } from '../../shared/app-state.ts';
import { AppError, type ErrorCode, toErrorReport } from '../../shared/errors.ts';
import type { WindowKind } from '../../shared/ipc-contract.ts';
import type { AuditRecord } from '../../shared/session-contract.ts';
import { AuditLog } from '../audit/audit-log.ts';
import { AuditQuota } from '../audit/audit-quota.ts';
import { type CallHandlers, registerCalls, WindowRegistry } from '../ipc/ipc.ts';
import { openKeychain } from '../keychain/keychain.ts';
import { PreferenceFile } from '../preferences/preference-file.ts';
import { RULES_WITHOUT_POLICY } from '../security/desktop-rules.ts';
import { HIDDEN_SWITCH } from '../security/start-guard.ts';
import type { SignInEvent } from '../signin/model.ts';
import { type Desk, openDesk } from './desk.ts';
import { lockedState, openUnderPolicy } from './open.ts';
import type { AppPaths } from './paths.ts';
import type { PolicyDesk } from './policy-desk.ts';
import { Windows } from './windows.ts';

/** How long an orderly end may take before the program ends anyway, milliseconds. */
const QUIT_MS = 5_000;

export interface ApplicationOptions {
  readonly paths: AppPaths;
  readonly build: BuildInfo;
  /** Sets up what serves the pages of a kind of window, before its first window. */
  readonly servePages: (kind: WindowKind) => void;
  /** Started without showing the window. */
  readonly hidden: boolean;
  /** Milliseconds since 1970. */
  readonly buildTime: number;
}

export class Application {
  readonly #options: ApplicationOptions;
  readonly #registry = new WindowRegistry();
  readonly #keychain = openKeychain();
  readonly #preferences: PreferenceFile;
  readonly #windows: Windows;
  /** Tells the runs of the program apart in the audit log. */
  readonly #run = randomUUID();
  #log: AuditLog | undefined;
  #desk: Desk | undefined;
  #quitting = false;

  constructor(options: ApplicationOptions) {
    this.#options = options;
    this.#preferences = new PreferenceFile(options.paths.preferencesFile);
    this.#windows = new Windows({
      registry: this.#registry,
      servePages: options.servePages,
      bundleDirectory: options.paths.bundleDirectory,
      devTools: options.build.testBuild,
      desktopRules: () => this.#desk?.desktopRules ?? RULES_WITHOUT_POLICY,
      windowFile: options.paths.windowFile,
      tileWindowsFile: options.paths.tileWindowsFile,
      preferences: () => this.#preferences.current,
      onChatClose: () => this.#requestQuit(),
      onChatGone: (reason) => this.#chatGone(reason),
      onTilesGone: (key) => this.#desk?.session.forgetChat(key),
      onPinReady: () => this.#desk?.pinReady(),
      onPinClosed: () => this.#dispatch({ type: 'pin-cancelled' }),
      onPasswordReady: () => this.#desk?.passwordReady(),
      onPasswordClosed: () => this.#desk?.driver.passwordClosed(),
    });
  }

  /** Opens the policy and, at the same time, the window that will show what came of it. */
  run(): void {
    const opening = this.#open().catch((error: unknown) =>
      lockedState(this.#options.build, toErrorReport(error)),
    );
    const refusals = new AuditQuota({ audit: (record) => this.#audit(record) });
    registerCalls(this.#registry, this.#handlers(opening), (channel, reason) =>
      refusals.append({ event: 'ipc.refused', outcome: 'failure', detail: { channel, reason } }),
    );
    app.on('before-quit', (event) => {
      event.preventDefault();
      this.#requestQuit();
    });
    app.on('window-all-closed', () => this.#requestQuit());
    // A desktop that starts its programs again asks for no window either.
    app.on('second-instance', (_event, argv) => {
      if (!argv.includes(HIDDEN_SWITCH)) this.#windows.showChat();
    });
    this.#windows.applyPreferences();
    this.#windows.openChat(this.#options.hidden);
  }

  async #open(): Promise<Desk> {
    const { paths, build, buildTime } = this.#options;
    const log = new AuditLog({ directory: paths.auditDirectory, context: () => this.#auditContext() });
    this.#log = log;
    const { policy, reloader } = await openUnderPolicy({
      paths,
      build,
      buildTime,
      keychain: this.#keychain,
      audit: (record) => log.append(record),
      auditLater: (record) => this.#audit(record),
    });
    const desk = openDesk({
      build,
      policy,
      reloader,
      paths,
      keychain: this.#keychain,
      registry: this.#registry,
      windows: this.#windows,
      log,
      audit: (record) => this.#audit(record),
      quit: () => this.#quit(),
    });
    this.#desk = desk;
    this.#windows.applyDesktopRules();
    desk.driver.start();
    return desk;
  }

  #handlers(opening: Promise<Desk | AppState>): CallHandlers {
    return {
      'app:get-state': async () => {
        const opened = await opening;
        return 'driver' in opened ? opened.driver.state : opened;
      },
      'app:accept-consent': () => {
        this.#dispatch({ type: 'consent-accepted' });
      },
      'app:choose-certificate': (id) => {
        this.#dispatch({ type: 'certificate-chosen', id });
      },
      'app:sign-in': () => {
        this.#dispatch({ type: 'sign-in' });
      },
      'app:use-password': () => {
        this.#dispatch({ type: 'use-password' });
      },
      'app:change-password': () => {
        this.#desk?.driver.changePassword();
      },
      'app:sign-out': () => {
        this.#dispatch({ type: 'sign-out' });
      },
      'app:quit': () => {
        this.#requestQuit();
      },
      'app:connect-chat': ({ key }) => {
        this.#desk?.session.connectChat(key);
      },
      'app:get-preferences': () => this.#preferences.current,
      'app:set-preferences': async (preferences) => {
        const kept = this.#preferences.set(preferences);
        this.#windows.applyPreferences();
        await kept;
        return undefined;
      },
      'app:tear-off': (tiles) => {
        const state = this.#desk?.driver.state;
        if (state?.kind !== 'running' || state.signIn.step !== 'online' || state.screenLocked) {
          throw new AppError('IPC_REFUSED');
        }
        this.#windows.openTiles(tiles);
      },
      'tile:get-tiles': ({ key }) => this.#windows.tilesOf(key),
      'policy:get-page': () => this.#policyDesk().page(),
      'policy:export': () => this.#policyDesk().export(),
      'history:export': (scope, format) => {
        if (this.#desk === undefined) throw new AppError('IPC_REFUSED');
        return this.#desk.exports.export(scope, format);
      },
      'app:open-link': async (href) => {
        if (this.#desk === undefined) throw new AppError('LINK_REFUSED');
        await this.#desk.openLink(href);
        return undefined;
      },
      'pin:get-prompt': () => {
        const prompt = this.#desk?.driver.prompt;
        if (prompt === undefined) throw new AppError('IPC_REFUSED');
        return prompt;
      },
      'pin:cancel': () => {
        this.#dispatch({ type: 'pin-cancelled' });
      },
      'password:get-prompt': () => {
        const prompt = this.#desk?.driver.passwordPrompt;
        if (prompt === undefined) throw new AppError('IPC_REFUSED');
        return prompt;
      },
      'password:cancel': () => {
        this.#desk?.driver.passwordClosed();
      },
    };
  }

  #policyDesk(): PolicyDesk {
    if (this.#desk === undefined) throw new AppError('IPC_REFUSED');
    return this.#desk.policyDesk;
  }

  #dispatch(event: SignInEvent): void {
    this.#desk?.driver.dispatch(event);
  }

  #auditContext(): AuditContext {
    const { machine, user } = this.#desk?.auditContext ?? { machine: hostname(), user: '' };
    return { machine, user, session: this.#run };
  }

  /** Once there is a desk, a failing log ends the work instead of going unnoticed, where the policy says so. */
  #audit(record: AuditRecord): void {
    try {
      this.#log?.append(record);
    } catch (error) {
      if (this.#quitting || this.#desk?.stopsWithoutAudit === false) return;
      this.#dispatch({ type: 'shut', error: toErrorReport(error) });
    }
  }

  /** Writes down that the program ends because of an error that nobody caught. */
  fail(code: ErrorCode): void {
    this.#quitting = true;
    this.#audit({ event: 'app.failed', outcome: 'failure', detail: { code } });
    this.#log?.close();
  }

  #chatGone(reason: string): void {
    this.#desk?.session.forgetChat('chat');
    this.#audit({ event: 'window.gone', outcome: 'failure', detail: { window: 'chat', reason } });
  }

  #requestQuit(): void {
    if (this.#desk === undefined) this.#quit();
    else this.#dispatch({ type: 'quit' });
  }

  /** Ends everything in an orderly way, once. */
  #quit(): void {
    if (this.#quitting) return;
    this.#quitting = true;
    const late = new Promise((resolve) => setTimeout(resolve, QUIT_MS));
    void Promise.race([this.#desk?.end() ?? Promise.resolve(), late]).finally(() => {
      this.#log?.close();
      app.exit(0);
    });
  }
}
