import { isDeepStrictEqual } from 'node:util';
import type { CryptoPort } from '../shared/crypto.ts';
import { type AppError, toErrorReport } from '../shared/errors.ts';
import type { ExportScope } from '../shared/export-contract.ts';
import { toBareJid } from '../shared/jid.ts';
import type {
  ApprovedServer,
  HistoryAccess,
  SessionConfig,
  SessionReport,
  SessionRequest,
} from '../shared/session-contract.ts';
import { connectTls, type TlsConnection } from '../tls/index.ts';
import { type PasswordSignIn, XmppClient, type XmppSession } from '../xmpp/index.ts';
import { AuditLink } from './audit-link.ts';
import { ChatDesk } from './chat-desk.ts';
import { connectionInfo } from './connection-info.ts';
import { Connector, type OpenConnection } from './connector.ts';
import type { GateAccess } from './files/gate-client.ts';
import { SaveChannel } from './files/save-channel.ts';
import { Lasting } from './lasting.ts';
import { PasswordDesk } from './password/password-desk.ts';
import { PolicyDrop, type PolicyDropOptions } from './policy-drop.ts';
import type { Port } from './ports.ts';
import { RemoteSigner } from './remote-signer.ts';
import { tlsOptionsFor } from './tls-options.ts';

/** The main process hears of the number of unread messages at most once in this time, milliseconds. */
const UNREAD_INTERVAL_MS = 500;

export interface SessionOptions {
  readonly report: (report: SessionReport) => void;
  readonly crypto: CryptoPort;
  /** The bundled TLS worker. */
  readonly workerFile: string;
  /** The bundled thread of the local history's store; without it nothing can be kept. */
  readonly storeWorkerFile?: string;
  /** Other times than the usual ones between two questions to the policy's drop. */
  readonly drop?: Pick<PolicyDropOptions, 'firstMs' | 'intervalMs'>;
}

type ClientMaking = Pick<SessionConfig, 'domain' | 'guard' | 'resourcePrefix' | 'lock' | 'password'> & {
  readonly history: Pick<HistoryAccess, 'mode' | 'days'>;
};

/** Where the policy does not say otherwise. */
const IN_MEMORY: HistoryAccess = { mode: 'memory', days: 30 };

/** One sign-in: the XMPP client and the desk live until `stop`, the connections come and go. */
interface SignIn {
  readonly upn: string;
  /** What the client was made with; with anything else it has to be made anew. */
  readonly made: ClientMaking;
  readonly xmpp: XmppClient;
  readonly desk: ChatDesk;
  readonly unread: Lasting;
  /** Settles when this computer's history is there, or is known not to be. */
  readonly historyOpened: Promise<void>;
  /** The policy's rooms are entered once: a user who leaves one is not put back by the next connection. */
  autojoined: boolean;
}

/** The session process's one object: carries out what the main process asks and reports what comes of it. */
export class Session {
  readonly #options: SessionOptions;
  readonly #signer = new RemoteSigner();
  readonly #saveChannel = new SaveChannel();
  readonly #passwords: PasswordDesk;
  /** Windows that wait for somebody to sign in. */
  readonly #chatPorts = new Map<string, Port>();
  #signIn: SignIn | undefined;
  #connector: Connector | undefined;
  #drop: PolicyDrop | undefined;
  #auditLink: AuditLink | undefined;
  #turn: Promise<void> = Promise.resolve();

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#passwords = new PasswordDesk({
      crypto: options.crypto,
      onEntered: (username) => options.report({ kind: 'password-entered', username }),
      policy: () => this.#signIn?.made.password,
      change: async (next) => this.#signIn?.xmpp.changePassword(next),
      audit: (record) => options.report({ kind: 'audit', record }),
    });
  }

  /** Carries out one request after the other; what arrives while one is under way waits for its turn. */
  handle(request: SessionRequest, port: Port | undefined): void {
    this.#turn = this.#turn
      .then(() => this.#carryOut(request, port))
      .catch((error: unknown) => this.#fail(error));
  }

  async #carryOut(request: SessionRequest, port: Port | undefined): Promise<void> {
    switch (request.kind) {
      case 'start':
        return this.#start(request.config);
      case 'suspend':
        this.#passwords.keys.forget();
        await this.#disconnect();
        if (this.#signIn?.made.history.mode === 'off') await this.#forget();
        await this.#signIn?.desk.past.local.settle();
        this.#options.report({ kind: 'link', link: { kind: 'offline' } });
        return;
      case 'stop':
        this.#passwords.keys.forget();
        await this.#disconnect();
        await this.#forget();
        this.#options.report({ kind: 'stopped' });
        return;
      case 'audit-lines':
        this.#auditLink?.send(request.lines);
        return;
      case 'export':
        // Nobody's turn waits for it.
        void this.#export(request.id, request.scope);
        return;
      case 'attach-chat':
        if (port !== undefined) this.#attachChat(port, request.window);
        return;
      case 'watch-policy':
        this.#signIn?.desk.watch.configure(request.policy);
        return;
      case 'attach-token':
        if (port !== undefined) this.#signer.attach(port);
        return;
      case 'attach-password':
        if (port !== undefined) this.#passwords.attach(port, request.domain);
        return;
      case 'attach-files':
        if (port !== undefined) this.#saveChannel.attach(port);
        return;
    }
  }

  async #export(id: number, scope: ExportScope): Promise<void> {
    try {
      const records = await this.#signIn?.desk.past.records(scope);
      this.#options.report({ kind: 'exported', id, records: records ?? [] });
    } catch (error) {
      this.#options.report({ kind: 'exported', id, error: toErrorReport(error) });
    }
  }

  /** Signs in, or goes on after `suspend` when it is the same user. */
  async #start(config: SessionConfig): Promise<void> {
    await this.#disconnect();
    // Without a principal name nobody can tell one user from another.
    if (config.identity.upn === '' || this.#signIn?.upn !== config.identity.upn) await this.#forget();
    // What the policy allowed the old client it may not allow any more: nothing of it goes on.
    if (!isDeepStrictEqual(this.#signIn?.made, clientMaking(config))) await this.#forget();
    const signIn = this.#signIn ?? this.#open(config);
    this.#signIn = signIn;
    signIn.desk.files.configure(this.#gateAccess(config));
    signIn.desk.watch.configure(config.watch.policy);
    const connector = new Connector({
      servers: config.servers,
      open: (server, signal) => this.#connect(config, signIn, server, signal),
      onLink: (link) => {
        signIn.desk.setLink(link);
        this.#options.report({ kind: 'link', link });
      },
      onFailure: (server, error) =>
        this.#audit('connection', 'failure', { host: server.host, port: server.port, code: error.code }),
      random: Math.random,
    });
    this.#connector = connector;
    this.#auditLink = this.#linkToCollector(config);
    void connector.run().then((error) => this.#ended(connector, signIn, error));
  }

  /** The connector gave up: only the user, the card or IT can mend what it met. */
  #ended(connector: Connector, signIn: SignIn, error: AppError | undefined): void {
    if (this.#connector !== connector || error === undefined) return;
    this.#connector = undefined;
    if (error.code === 'PASSWORD_WRONG') this.#passwords.failed();
    this.#passwords.keys.forget();
    this.#drop?.close();
    this.#drop = undefined;
    signIn.desk.setLink({ kind: 'offline' });
    this.#options.report({ kind: 'stopped', error: error.toReport() });
  }

  #fail(error: unknown): void {
    this.#options.report({ kind: 'stopped', error: toErrorReport(error) });
  }

  #attachChat(port: Port, window: string): void {
    if (this.#signIn === undefined) this.#chatPorts.set(window, port);
    else this.#signIn.desk.attach(port, window);
  }

  #open(config: SessionConfig): SignIn {
    const xmpp = new XmppClient({
      policy: config.guard,
      resourcePrefix: config.resourcePrefix,
      lock: config.lock,
      crypto: this.#options.crypto,
      ...this.#passwordSignIn(config),
    });
    xmpp.on('audit', (record) => this.#options.report({ kind: 'audit', record }));
    const unread = new Lasting(UNREAD_INTERVAL_MS, (total) =>
      this.#options.report({ kind: 'unread', total }),
    );
    const desk = new ChatDesk({
      domain: config.domain,
      displayName: config.identity.commonName,
      xmpp,
      labels: config.guard,
      templates: config.guard.templates,
      whiteboards: config.guard.whiteboard,
      acknowledgements: config.guard.acknowledgements === true,
      onUnread: (total) => unread.set(total),
      onReconnectNow: () => this.#connector?.reconnectNow(),
      saveChannel: this.#saveChannel,
      storeWorkerFile: this.#options.storeWorkerFile ?? '',
      onAudit: (record) => this.#options.report({ kind: 'audit', record }),
      watch: config.watch,
      feeds: config.guard.feeds,
      onNotice: (notice) => this.#options.report({ kind: 'notice', notice }),
      onPrefs: (prefs) => this.#options.report({ kind: 'watch-prefs', upn: config.identity.upn, prefs }),
    });
    for (const [window, port] of this.#chatPorts) desk.attach(port, window);
    this.#chatPorts.clear();
    const made = clientMaking(config);
    const historyOpened = desk.openHistory(config.history ?? IN_MEMORY);
    return { upn: config.identity.upn, made, xmpp, desk, unread, historyOpened, autojoined: false };
  }

  #passwordSignIn({ password }: SessionConfig): { readonly password?: PasswordSignIn } {
    if (password === undefined) return {};
    const { keys } = this.#passwords;
    return {
      password: {
        ...password,
        keys: (hash, salt, iterations) => keys.derive(password.username, hash, salt, iterations),
      },
    };
  }

  /** Asks the policy's drop from the first connection on until the connection is given up. */
  #askDrop(config: SessionConfig): void {
    const { policyDrop } = config;
    if (policyDrop === undefined || this.#drop !== undefined) return;
    const { sign } = this.#signer;
    this.#drop = new PolicyDrop({
      tls: tlsOptionsFor(config, policyDrop, sign, this.#options.workerFile, policyDrop.host),
      path: policyDrop.path,
      onBundle: (bundle) => this.#options.report({ kind: 'policy-drop', bundle }),
      onFailure: ({ code }) => this.#audit('policy-drop', 'failure', { host: policyDrop.host, code }),
      random: Math.random,
      ...this.#options.drop,
    });
  }

  #linkToCollector(config: SessionConfig): AuditLink | undefined {
    const { collector } = config;
    if (collector === undefined) return undefined;
    const { sign } = this.#signer;
    const tls = tlsOptionsFor(config, collector, sign, this.#options.workerFile, collector.host);
    return new AuditLink({
      connect: (signal) => connectTls(tls, signal),
      onSent: (seq) => this.#options.report({ kind: 'audit-sent', seq }),
      audit: (record) => this.#options.report({ kind: 'audit', record }),
      random: Math.random,
    });
  }

  #gateAccess(config: SessionConfig): GateAccess | undefined {
    const { files } = config;
    if (files === undefined) return undefined;
    const tls = tlsOptionsFor(config, files, this.#signer.sign, this.#options.workerFile, files.host);
    return { policy: files, tls };
  }

  async #forget(): Promise<void> {
    const signIn = this.#signIn;
    this.#signIn = undefined;
    signIn?.unread.close();
    await signIn?.historyOpened;
    await signIn?.desk.close();
  }

  async #disconnect(): Promise<void> {
    const connector = this.#connector;
    this.#connector = undefined;
    connector?.stop();
    this.#drop?.close();
    this.#drop = undefined;
    this.#auditLink?.close();
    this.#auditLink = undefined;
    this.#signIn?.desk.setLink({ kind: 'offline' });
    this.#signIn?.desk.files.suspend();
    await this.#signIn?.xmpp.disconnect();
  }

  async #connect(
    config: SessionConfig,
    signIn: SignIn,
    server: ApprovedServer,
    signal: AbortSignal,
  ): Promise<OpenConnection> {
    const { xmpp, desk } = signIn;
    // What ends the attempt must not cut the connection that came of it: that one is closed with a farewell, or the
    // server would show this user as present for minutes.
    const attempt = new AbortController();
    const onAbort = () => attempt.abort(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort);
    const closed = nextClose(xmpp);
    const { tls, session } = await this.#establish(config, signIn, server, attempt.signal)
      .catch((error: unknown) => {
        closed.cancel();
        throw error;
      })
      .finally(() => signal.removeEventListener('abort', onAbort));
    // Suspended or signed out while the presence was on its way: it is being closed already, and nothing begins on it.
    if (signal.aborted) {
      closed.cancel();
      throw signal.reason;
    }
    this.#passwords.accepted();
    desk.setConnection(connectionInfo(config, server, tls, session));
    this.#options.report({ kind: 'bound', jid: session.jid });
    const { supersededEpochs } = session.lock;
    if (supersededEpochs.length > 0)
      this.#options.report({ kind: 'lock-superseded', epochs: supersededEpochs });
    if (!signIn.autojoined) joinRooms(desk, config.rooms.autojoin);
    signIn.autojoined = true;
    this.#askDrop(config);
    this.#audit('connection', 'success', {
      host: server.host,
      port: server.port,
      method: config.password === undefined ? 'card' : 'password',
      protocol: tls.info.protocol,
      cipherSuite: tls.info.cipherSuite,
      lockBinding: session.lock.binding,
      lockEpoch: session.lock.epoch,
      resumed: session.resumed,
    });
    return { closed: closed.promise };
  }

  /** TLS, lock and sign-in. */
  async #establish(
    config: SessionConfig,
    { xmpp, historyOpened }: SignIn,
    server: ApprovedServer,
    signal: AbortSignal,
  ): Promise<{ readonly tls: TlsConnection; readonly session: XmppSession }> {
    const options = tlsOptionsFor(config, server, this.#signer.sign, this.#options.workerFile);
    const tls = await connectTls(options, signal);
    // What comes now is compared with what is known already.
    await historyOpened;
    return { tls, session: await xmpp.connect(tls, signal) };
  }

  #audit(
    event: string,
    outcome: 'success' | 'failure',
    detail: Readonly<Record<string, string | number | boolean>>,
  ): void {
    this.#options.report({ kind: 'audit', record: { event, outcome, detail } });
  }
}

function clientMaking(config: SessionConfig): ClientMaking {
  const { domain, guard, resourcePrefix, lock, password } = config;
  const { mode, days } = config.history ?? IN_MEMORY;
  const history = { mode, days };
  return { domain, guard, resourcePrefix, lock, history, ...(password === undefined ? {} : { password }) };
}

/** Enters the policy's rooms. */
function joinRooms(desk: ChatDesk, rooms: readonly string[]): void {
  for (const room of rooms) {
    const jid = toBareJid(room);
    if (jid !== undefined) desk.joinRoom(jid);
  }
}

/** Settles when the connection that is about to be made has ended. */
function nextClose(xmpp: XmppClient): {
  readonly promise: Promise<AppError | undefined>;
  readonly cancel: () => void;
} {
  let cancel = (): void => undefined;
  const promise = new Promise<AppError | undefined>((resolve) => {
    const end = xmpp.on('closed', (error) => {
      end();
      resolve(error);
    });
    cancel = end;
  });
  return { promise, cancel };
}
