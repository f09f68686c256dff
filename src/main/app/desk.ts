/**
 * Everything that runs under a valid policy: the token and the session process, the sign-in, and the watches over them.
 * Windows talk to it through {@link Desk}.
 */
import { randomBytes } from 'node:crypto';
import { app, MessageChannelMain, type MessagePortMain, shell } from 'electron';
import type { AuditContext } from '../../audit/index.ts';
import { passwordPolicy, sessionConfig, watchPolicy } from '../../client-config/configs.ts';
import { nodeCrypto } from '../../platform/node-crypto.ts';
import type { BuildInfo } from '../../shared/app-state.ts';
import { accountName } from '../../shared/password-contract.ts';
import type { AuditRecord } from '../../shared/session-contract.ts';
import { TokenSupervisor } from '../../token/index.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import { AuditQuota } from '../audit/audit-quota.ts';
import { startForwarding } from '../audit/forwarding.ts';
import { SaveDesk } from '../files/save-desk.ts';
import { ExportDesk } from '../history/export-desk.ts';
import { HistoryDesk } from '../history/history-desk.ts';
import { exportRules, historyOwner } from '../history/rules.ts';
import type { WindowRegistry } from '../ipc/ipc.ts';
import type { Keychain } from '../keychain/keychain.ts';
import { dropLockKeys, lockKeys, stateMacKey } from '../keychain/keys.ts';
import type { PolicyHolder } from '../policy/holder.ts';
import type { PolicyReloader } from '../policy/reloader.ts';
import { startSession, startToken } from '../processes/children.ts';
import { type ChannelPort, SessionHost } from '../processes/session-host.ts';
import type { DesktopRules } from '../security/desktop-rules.ts';
import { openLink } from '../security/open-link.ts';
import { SignInDriver } from '../signin/driver.ts';
import { LastSignInKeeper } from '../signin/last-sign-in.ts';
import { passwordIdentity } from '../signin/password-steps.ts';
import { PrefsStore } from '../watch/prefs-store.ts';
import { TileOwner } from '../watch/tile-owner.ts';
import { announce, announceUnread } from './attention.ts';
import type { AppPaths } from './paths.ts';
import { PolicyDesk } from './policy-desk.ts';
import {
  currentPresentation,
  currentTokenConfig,
  forgetsWhenCovered,
  savePlaces,
  type UserFolders,
} from './policy-now.ts';
import { followPolicy, watchMachineFiles } from './policy-watch.ts';
import { printToPdf } from './print.ts';
import { SessionLimits } from './session-limits.ts';
import { readClock, watchExpiry, watchIdle, watchTime } from './watches.ts';
import type { Windows } from './windows.ts';

export interface DeskOptions {
  readonly build: BuildInfo;
  readonly policy: PolicyHolder;
  readonly reloader: PolicyReloader;
  readonly paths: AppPaths;
  readonly keychain: Keychain;
  readonly registry: WindowRegistry;
  readonly windows: Windows;
  readonly log: AuditLog;
  readonly audit: (record: AuditRecord) => void;
  /** Ends the application; the desk was told to end its session before. */
  readonly quit: () => void;
}

export interface Desk {
  readonly driver: SignInDriver;
  readonly session: SessionHost;
  readonly policyDesk: PolicyDesk;
  readonly exports: ExportDesk;
  /** Whose doing it is what is written down now. */
  readonly auditContext: Pick<AuditContext, 'machine' | 'user'>;
  /** The policy's /audit/stopOnFailure. */
  readonly stopsWithoutAudit: boolean;
  /** The policy's /desktop group. */
  readonly desktopRules: DesktopRules;
  /** Gives a listed link to the browser; throws AppError LINK_REFUSED. */
  openLink(href: string): Promise<void>;
  /** The PIN page is loaded and takes its port to the token process. */
  pinReady(): void;
  /** The password page is loaded and takes its port to the session process. */
  passwordReady(): void;
  /** Ends both processes; settles when they are gone or their time is over. */
  end(): Promise<void>;
}

/** Our channels are Electron's; the host only hands them on. */
function asElectronPorts(ports: readonly ChannelPort[] | undefined): readonly MessagePortMain[] {
  return (ports ?? []) as readonly MessagePortMain[];
}

export function openDesk(options: DeskOptions): Desk {
  const { policy, reloader, registry, windows, audit } = options;
  const children = { bundleDirectory: options.paths.bundleDirectory, build: options.build };

  const tokens = new TokenSupervisor({
    config: currentTokenConfig(policy),
    spawn: () => {
      const child = startToken(children);
      return {
        postMessage: (message, transfer) =>
          child.postMessage(message, (transfer ?? []) as readonly MessagePortMain[]),
        onMessage: child.onMessage,
        onExit: child.onExit,
        kill: child.kill,
      };
    },
  });

  tokens.onRestart(() => session.reconnectToken());
  // The session asks the card without main in between: what it had signed is written down.
  const signatures = new AuditQuota({ audit });
  tokens.onSignature((certificate) =>
    signatures.append({ event: 'card.signed', outcome: 'success', detail: { certificate } }),
  );

  const sessionAudit = new AuditQuota({ audit });
  const forwarding = startForwarding({
    log: options.log,
    rules: policy.loaded.settings.audit,
    positionFile: options.paths.auditPositionFile,
    send: (lines) => session.sendAudit(lines),
    audit,
  });

  const tileOwner = new TileOwner();
  const watchPrefs = new PrefsStore({
    directory: options.paths.watchDirectory,
    onFailure: (what) => audit({ event: 'watch.prefs', outcome: 'failure', detail: { what } }),
  });

  const saves = new SaveDesk({
    places: () => savePlaces(policy, userFolders()),
    audit,
  });

  const history = new HistoryDesk({
    keychain: options.keychain,
    directory: options.paths.historyDirectory,
    rules: () => policy.loaded.settings.history,
    random: (length) => new Uint8Array(randomBytes(length)),
    audit,
  });
  let historyIsFresh = true;

  const session = new SessionHost({
    spawn: () => {
      const child = startSession(children);
      return {
        ...child,
        postMessage: (message, ports) => child.postMessage(message, asElectronPorts(ports)),
      };
    },
    createChannel: () => new MessageChannelMain(),
    giveToChat: (port, window) => registry.pushPort(window, 'chat:port', port as MessagePortMain),
    giveToToken: (port) => tokens.attachSignPort(port),
    giveToPassword: (port) => registry.pushPort('password', 'password:port', port as MessagePortMain),
    onPasswordEntered: (username) => {
      const { domain } = policy.loaded.settings;
      const account = accountName(username, domain);
      if (account === undefined) return;
      driver.dispatch({ type: 'password-entered', identity: passwordIdentity(account, domain) });
    },
    giveToFiles: (port) => saves.attach(port as MessagePortMain),
    onLink: (link) => {
      if (link.kind === 'online') {
        driver.dispatch({ type: 'session-online' });
        forwarding.online();
      } else forwarding.offline();
    },
    onAuditSent: (seq) => forwarding.sent(seq),
    onStopped: (error) => {
      history.stopped(error);
      driver.dispatch({ type: 'session-stopped', error });
    },
    onCrashed: () => driver.dispatch({ type: 'session-crashed' }),
    onLockSuperseded: (epochs) => void forgetLockKeys(options, epochs),
    onUnread: (total) => announceUnread(total, policy.loaded.settings.notifications, windows.attention),
    onNotice: (notice) => announce(notice, policy.loaded.settings.notifications, windows.attention),
    onPrefs: (upn, prefs) => watchPrefs.save(upn, prefs),
    onPolicyDrop: (bundle) => reloader.offer(bundle),
    onAudit: (record) => sessionAudit.append(record),
  });

  const lastSignIn = new LastSignInKeeper({
    file: options.paths.signInRecordFile,
    key: () => stateMacKey(options.keychain, options.paths.signInKeyAccount, nodeCrypto.random),
    crypto: nodeCrypto,
    machine: () => policy.loaded.machine.machineId,
    now: () => Date.now(),
    onChange: () => driver.show(),
    onFailure: (what) => audit({ event: 'signin.record', outcome: 'failure', detail: { what } }),
  });
  tokens.onPinRefused(() => {
    const user = userNow(driver);
    audit({ event: 'pin.refused', outcome: 'failure', detail: { upn: user } });
    lastSignIn.failed(user);
  });

  const driver = new SignInDriver({
    tokens,
    session,
    cardRemoval: policy.loaded.settings.authentication.cardRemoval,
    method: policy.loaded.settings.authentication.method,
    passwordChange: () => {
      const passwords = passwordPolicy(policy.loaded.settings);
      return passwords?.change === true ? passwords.rules : undefined;
    },
    presentation: () => ({ ...currentPresentation(options.build, policy), lastSignIn: lastSignIn.notice }),
    onMoment: (moment) => {
      limits.note(moment);
      if (moment === 'session-ended') lastSignIn.ended();
      if (moment === 'session-began') historyIsFresh = true;
      // The effects that end the session are carried out after this.
      if (moment === 'session-ended') history.ended(() => Promise.resolve().then(() => driver.settled));
    },
    sessionConfig: async (identity, selection) => {
      const { settings, machine } = policy.loaded;
      const kid = machine.machineId;
      const keys = await lockKeys(options.keychain, settings.domain, kid, settings.lock.epochs);
      const prefs = await watchPrefs.load(settings.domain, identity.upn);
      const owner = historyOwner(settings.domain, identity, selection, (request) => tokens.sign(request));
      const access = await history.access(owner, historyIsFresh);
      historyIsFresh = false;
      return {
        ...sessionConfig(settings, { kid, keys, identity, selection, watchPrefs: prefs }),
        history: access,
      };
    },
    windows: {
      openPin: () => windows.openPin(),
      closePin: () => windows.closePin(),
      showState: (state) => {
        // What they say is not to be read beside a covered screen.
        if (state.kind === 'running' && state.screenLocked) windows.notices.takeBack();
        if (tileOwner.mustClose(state)) {
          windows.closeTiles();
          windows.notices.clear();
          windows.attention.badge(0);
        }
        registry.push('chat', 'app:state', state);
        registry.push('tile', 'app:state', state);
      },
      showPrompt: (prompt) => registry.push('pin', 'pin:prompt', prompt),
      openPassword: () => windows.openPassword(),
      closePassword: () => windows.closePassword(),
      showPasswordPrompt: (prompt) => registry.push('password', 'password:prompt', prompt),
    },
    audit: (record) => {
      lastSignIn.note(record);
      audit(record);
    },
    quit: options.quit,
  });

  const limits = new SessionLimits({
    limits: () => {
      const { authentication, session: rules } = policy.loaded.settings;
      return { pinMaxAgeMinutes: authentication.pinMaxAgeMinutes, maxHours: rules.maxHours };
    },
    read: readClock,
    onPinExpired: () => driver.dispatch({ type: 'pin-expired', forgets: forgetsWhenCovered(policy) }),
    onSessionExpired: () => driver.dispatch({ type: 'session-expired' }),
  });
  watchTime(() => {
    limits.check();
    driver.show(); // the policy may be about to expire by now
  });
  watchIdle(
    () => policy.loaded.settings.session.idleLockMinutes,
    () => driver.dispatch({ type: 'idle', forgets: forgetsWhenCovered(policy) }),
  );
  watchExpiry(
    () => policy.loaded.validUntil,
    () => {
      const expires = policy.loaded.validUntil;
      driver.dispatch({ type: 'shut', error: { code: 'EXPIRED', detail: { expires } } });
    },
  );
  followPolicy({
    policy,
    tokenConfig: () => currentTokenConfig(policy),
    followers: {
      dispatch: (event) => driver.dispatch(event),
      show: () => {
        windows.applyDesktopRules();
        session.configureWatch(watchPolicy(policy.loaded.settings));
        driver.show();
      },
      configureToken: (config) => void tokens.configure(config).catch(() => undefined),
    },
  });
  const files = watchMachineFiles(options.paths.machineDirectory, reloader);
  return {
    driver,
    session,
    exports: new ExportDesk({
      rules: () => exportRules(policy, userFolders()),
      signer: () => driver.signer,
      sign: (request) => tokens.sign(request),
      collect: (scope) => session.collect(scope),
      print: printToPdf,
      audit,
    }),
    policyDesk: new PolicyDesk({
      build: options.build,
      policy,
      driver,
      sign: (request) => tokens.sign(request),
      chooseFile: (suggestion) => windows.chooseFile(suggestion),
      audit,
    }),
    get auditContext() {
      return { machine: policy.loaded.machine.machineId, user: userNow(driver) };
    },
    get stopsWithoutAudit() {
      return policy.loaded.settings.audit.stopOnFailure;
    },
    get desktopRules() {
      return policy.loaded.settings.desktop;
    },
    openLink: (href) => followLink(options, href),
    pinReady: () => {
      const { port1, port2 } = new MessageChannelMain();
      tokens.attachPinPort(port2);
      registry.pushPort('pin', 'pin:port', port1);
      session.prepare();
    },
    passwordReady: () => session.attachPassword(policy.loaded.settings.domain),
    end: async () => {
      files.close();
      reloader.close();
      await driver.settled;
      await Promise.all([session.stop(), tokens.stop()]);
      // Quitting leaves the sign-in as it is: nothing else tells the history that the session is over.
      history.ended(() => Promise.resolve());
      await watchPrefs.settled();
      await lastSignIn.settled();
      await history.settled;
    },
  };
}

/** Who is signing in or signed in; empty when nobody is. */
function userNow({ state }: SignInDriver): string {
  const signIn = state.kind === 'running' ? state.signIn : undefined;
  return signIn !== undefined && 'identity' in signIn ? signIn.identity.upn : '';
}

/** Where a message led someone is written down, without the path, which may hold what was said. */
async function followLink({ policy, audit }: DeskOptions, href: string): Promise<void> {
  await openLink(href, policy.loaded.settings.links.hosts, (link) => shell.openExternal(link));
  audit({ event: 'link.opened', outcome: 'success', detail: { host: new URL(href).hostname } });
}

function userFolders(): UserFolders {
  return { home: app.getPath('home'), downloads: app.getPath('downloads') };
}

/** A key that stays although it was replaced is only untidy; the audit log says so. */
async function forgetLockKeys(
  { policy, keychain, audit }: DeskOptions,
  epochs: readonly number[],
): Promise<void> {
  const detail = { epochs: epochs.join(',') };
  try {
    const { settings, machine } = policy.loaded;
    const { domain, lock } = settings;
    await dropLockKeys(keychain, domain, machine.machineId, epochs, lock.epochs);
    audit({ event: 'lock.keys-dropped', outcome: 'success', detail });
  } catch {
    audit({ event: 'lock.keys-dropped', outcome: 'failure', detail });
  }
}
