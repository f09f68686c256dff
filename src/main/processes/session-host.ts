/**
 * Owns the session process: starts it when somebody signs in, gives it its ports, ends it when its data must go. It
 * knows nothing of Electron but the shape of ports, so that it is tested with a process that is none.
 */
import type { LinkState } from '../../shared/chat-model.ts';
import { AppError, type ErrorReport } from '../../shared/errors.ts';
import type { ExportScope } from '../../shared/export-contract.ts';
import type {
  AuditLines,
  AuditRecord,
  SessionConfig,
  SessionReport,
  SessionRequest,
} from '../../shared/session-contract.ts';
import type { Notice, WatchPolicy } from '../../shared/watch-contract.ts';
import { isSessionReport } from './session-report.ts';

/** A port of a channel between two other processes. */
export interface ChannelPort {
  close(): void;
}

export interface SessionProcess {
  postMessage(message: SessionRequest, ports?: readonly ChannelPort[]): void;
  onMessage(listener: (message: unknown) => void): void;
  onExit(listener: (code: number | null) => void): void;
  kill(): void;
}

export interface SessionHostOptions {
  readonly spawn: () => SessionProcess;
  readonly createChannel: () => { readonly port1: ChannelPort; readonly port2: ChannelPort };
  /** Gives a port to a window that shows the chat; it closes the port itself where there is none. */
  readonly giveToChat: (port: ChannelPort, window: string) => void;
  /** Gives a port to the token process. */
  readonly giveToToken: (port: ChannelPort) => void;
  /** Gives a port to the password window; it closes the port itself where there is none. */
  readonly giveToPassword: (port: ChannelPort) => void;
  /** A password was typed for this account; nothing about the name is known. */
  readonly onPasswordEntered: (username: string) => void;
  /** Gives a port to whoever writes received files. */
  readonly giveToFiles: (port: ChannelPort) => void;
  readonly onLink: (link: LinkState) => void;
  /** The session gave up by itself. */
  readonly onStopped: (error: ErrorReport) => void;
  readonly onCrashed: () => void;
  readonly onUnread: (total: number) => void;
  readonly onNotice: (notice: Notice) => void;
  /** What this user chose is to be kept; nothing about it is known but its size. */
  readonly onPrefs: (upn: string, prefs: unknown) => void;
  readonly onLockSuperseded: (epochs: readonly number[]) => void;
  /** The policy's drop delivered a bundle; nothing about it is known. */
  readonly onPolicyDrop: (bundle: Uint8Array) => void;
  /** The collector has the audit log's lines up to this one. */
  readonly onAuditSent: (seq: number) => void;
  readonly onAudit: (record: AuditRecord) => void;
  /** How long an orderly end may take, milliseconds. */
  readonly stopMs?: number;
}

interface Running {
  readonly process: SessionProcess;
  /** It was given something to hold: a sign-in, or a password that is typed. */
  used?: true;
  /** Settles the wait for an orderly end, while there is one. */
  stopped?: () => void;
}

export class SessionHost {
  readonly #options: SessionHostOptions;
  #running: Running | undefined;
  /** Windows that show the chat, or will as soon as there is a session. */
  readonly #chatWanted = new Set<string>();
  readonly #exports = new Map<number, { resolve(records: unknown): void; reject(error: AppError): void }>();
  #exportId = 0;

  constructor(options: SessionHostOptions) {
    this.#options = options;
  }

  /** Connects; a process that is there goes on with what it holds. */
  start(config: SessionConfig): void {
    this.#use().postMessage({ kind: 'start', config });
  }

  /** Somebody is about to sign in: the process starts while they type, and holds nothing yet. */
  prepare(): void {
    if (this.#running === undefined) this.#spawn();
  }

  /** Nobody signs in after all: a process that holds nothing ends. */
  release(): void {
    if (this.#running?.used === undefined) void this.stop();
  }

  /** Gives lines of the audit log on their way to the collector; lost where there is no session process. */
  sendAudit(lines: AuditLines): void {
    this.#running?.process.postMessage({ kind: 'audit-lines', lines });
  }

  /** Has the session collect the records of an export. Rejects with its error, or NOT_CONNECTED without a session. */
  collect(scope: ExportScope): Promise<unknown> {
    const running = this.#running;
    if (running === undefined) return Promise.reject(new AppError('NOT_CONNECTED'));
    this.#exportId += 1;
    const id = this.#exportId;
    return new Promise((resolve, reject) => {
      this.#exports.set(id, { resolve, reject });
      running.process.onExit(() =>
        this.#exported({ kind: 'exported', id, error: { code: 'SESSION_CRASHED' } }),
      );
      running.process.postMessage({ kind: 'export', id, scope });
    });
  }

  /** Ends the connection and keeps the conversations. */
  suspend(): void {
    this.#running?.process.postMessage({ kind: 'suspend' });
  }

  /** Ends the process and with it everything it holds; at once for us, orderly for the server within the limit. */
  async stop(): Promise<void> {
    const running = this.#running;
    if (running === undefined) return;
    this.#running = undefined;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      running.stopped = resolve;
      timer = setTimeout(resolve, this.#options.stopMs ?? 3_000);
      running.process.onExit(() => resolve());
      running.process.postMessage({ kind: 'stop' });
    });
    clearTimeout(timer);
    running.process.kill();
  }

  /** A window wants a port: it gets one now, or as soon as there is a session. */
  connectChat(window: string): void {
    this.#chatWanted.add(window);
    if (this.#running !== undefined) this.#attachChat(this.#running, window);
  }

  /** Tells a session that goes on what the policy now says about watching. */
  configureWatch(policy: WatchPolicy): void {
    this.#running?.process.postMessage({ kind: 'watch-policy', policy });
  }

  /** The password window is there: what is typed in it goes to the session process, which is started for it. */
  attachPassword(domain: string): void {
    const { port1, port2 } = this.#options.createChannel();
    this.#use().postMessage({ kind: 'attach-password', domain }, [port2]);
    this.#options.giveToPassword(port1);
  }

  /** A window is gone or loads anew. */
  forgetChat(window: string): void {
    this.#chatWanted.delete(window);
  }

  /** The token process is a new one: its end of the channel is gone. */
  reconnectToken(): void {
    if (this.#running !== undefined) this.#attachToken(this.#running);
  }

  #use(): SessionProcess {
    const running = this.#running ?? this.#spawn();
    running.used = true;
    return running.process;
  }

  #spawn(): Running {
    const running: Running = { process: this.#options.spawn() };
    this.#running = running;
    running.process.onMessage((message) => {
      if (isSessionReport(message)) this.#report(running, message);
    });
    running.process.onExit(() => {
      if (this.#running !== running) return;
      this.#running = undefined;
      this.#options.onCrashed();
    });
    this.#attachToken(running);
    this.#attachFiles(running);
    for (const window of this.#chatWanted) this.#attachChat(running, window);
    return running;
  }

  #attachChat(running: Running, window: string): void {
    const { port1, port2 } = this.#options.createChannel();
    running.process.postMessage({ kind: 'attach-chat', window }, [port2]);
    this.#options.giveToChat(port1, window);
  }

  #attachToken(running: Running): void {
    const { port1, port2 } = this.#options.createChannel();
    running.process.postMessage({ kind: 'attach-token' }, [port2]);
    this.#options.giveToToken(port1);
  }

  #attachFiles(running: Running): void {
    const { port1, port2 } = this.#options.createChannel();
    running.process.postMessage({ kind: 'attach-files' }, [port2]);
    this.#options.giveToFiles(port1);
  }

  #exported({ id, records, error }: Extract<SessionReport, { kind: 'exported' }>): void {
    const waiting = this.#exports.get(id);
    this.#exports.delete(id);
    if (error === undefined) waiting?.resolve(records);
    else waiting?.reject(new AppError(error.code, error.detail));
  }

  /** A process that was told to end is heard for its audit records and for what is to be kept. */
  #report(running: Running, report: SessionReport): void {
    if (report.kind === 'audit') {
      this.#options.onAudit(report.record);
      return;
    }
    if (report.kind === 'watch-prefs') {
      this.#options.onPrefs(report.upn, report.prefs);
      return;
    }
    if (report.kind === 'stopped' && running.stopped !== undefined) {
      running.stopped();
      return;
    }
    if (this.#running !== running) return;
    if (report.kind === 'exported') this.#exported(report);
    else if (report.kind === 'link') this.#options.onLink(report.link);
    else if (report.kind === 'password-entered') this.#options.onPasswordEntered(report.username);
    else if (report.kind === 'unread') this.#options.onUnread(report.total);
    else if (report.kind === 'notice') this.#options.onNotice(report.notice);
    else if (report.kind === 'audit-sent') this.#options.onAuditSent(report.seq);
    else if (report.kind === 'policy-drop') this.#options.onPolicyDrop(report.bundle);
    else if (report.kind === 'lock-superseded') this.#options.onLockSuperseded(report.epochs);
    else if (report.kind === 'stopped' && report.error !== undefined) this.#options.onStopped(report.error);
  }
}
