/** The product's own session code signing in with a password, as the password window and the main process would have it. */
import { createHash, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { nodeCrypto } from '../../src/platform/node-crypto.ts';
import { Session } from '../../src/session/index.ts';
import type { Port } from '../../src/session/ports.ts';
import type { PasswordPolicy, PasswordPortReply } from '../../src/shared/password-contract.ts';
import type { SessionConfig, SessionReport } from '../../src/shared/session-contract.ts';
import { NO_PREFS, NOTHING_WATCHED } from '../../src/shared/watch-contract.ts';
import { guardPolicy } from './guard-policy.ts';
import type { TestSite } from './prosody-site.ts';
import { readCertificates } from './software-identity.ts';
import { until } from './xmpp-analyst.ts';

export const PASSWORD_POLICY: PasswordPolicy = {
  rules: { minLength: 15, minClasses: 3 },
  mechanisms: ['SCRAM-SHA-512-PLUS', 'SCRAM-SHA-256-PLUS'],
  change: true,
};

export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** What a policy for passwords makes of the site's server. */
export function passwordConfig(
  site: TestSite,
  username: string,
  changes: { readonly policy?: Partial<PasswordPolicy>; readonly port?: number } = {},
): SessionConfig {
  const key = new X509Certificate(readFileSync(site.server.certificate)).publicKey;
  const pin = createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('base64');
  const policy = { ...PASSWORD_POLICY, ...changes.policy };
  const { domain } = site.server;
  return {
    domain,
    servers: [{ host: '127.0.0.1', port: changes.port ?? site.server.port, pins: [`sha256/${pin}`] }],
    trustAnchors: readCertificates(site.pki.ca.root.certificate),
    tls: {
      minVersion: '1.3',
      maxVersion: '1.3',
      groups: ['P-384', 'P-256'],
      cipherSuites: ['TLS_AES_256_GCM_SHA384'],
      cipherList: [],
      requireFips: false,
      integrityOnly: false,
    },
    lock: { ...site.machine('WS-1', 4), bindings: ['tls-exporter'] },
    password: { ...policy, username },
    identity: {
      certificate: new Uint8Array(),
      chain: [],
      commonName: username,
      upn: `${username}@${domain}`,
      issuer: '',
      notAfter: '',
    },
    rooms: { autojoin: [] },
    guard: { ...guardPolicy(domain, []), passwordChange: policy.change },
    resourcePrefix: 'desk',
    watch: { policy: NOTHING_WATCHED, prefs: NO_PREFS },
  };
}

/** The window's end of the port. */
export class TypedPort implements Port {
  readonly replies: PasswordPortReply[] = [];
  #receive: (data: unknown) => void = () => undefined;

  postMessage(message: unknown): void {
    this.replies.push(message as PasswordPortReply);
  }

  onMessage(listener: (data: unknown) => void): void {
    this.#receive = listener;
  }

  onClose(): void {}
  close(): void {}

  /** Sends a request as the window would and waits for its answer. */
  async ask(request: unknown): Promise<PasswordPortReply> {
    const count = this.replies.length;
    this.#receive(request);
    return await until('a reply', () => this.replies[count]);
  }
}

export class PasswordSession {
  readonly reports: SessionReport[] = [];
  readonly port = new TypedPort();
  readonly session: Session;
  #seen = 0;

  constructor(workerFile: string, domain: string) {
    this.session = new Session({
      report: (report) => this.reports.push(report),
      crypto: nodeCrypto,
      workerFile,
    });
    this.session.handle({ kind: 'attach-password', domain }, this.port);
  }

  /** `online`, or the code of what the user is shown. */
  async signIn(config: SessionConfig, password: Uint8Array): Promise<string> {
    const username = config.password?.username ?? '';
    await until('the port', () => true);
    await new Promise(setImmediate);
    const reply = await this.port.ask({ kind: 'sign-in', username, password });
    if (reply.kind === 'refused') return reply.error.code;
    return await this.start(config);
  }

  /** As {@link signIn}, with what the session process holds. */
  async start(config: SessionConfig): Promise<string> {
    this.#seen = this.reports.length;
    this.session.handle({ kind: 'start', config }, undefined);
    return await until('online or refused', () =>
      this.reports
        .slice(this.#seen)
        .map(outcomeOf)
        .find((found) => found),
    );
  }

  async stop(): Promise<void> {
    const from = this.reports.length;
    this.session.handle({ kind: 'stop' }, undefined);
    await until('the end', () => this.reports.slice(from).find((report) => report.kind === 'stopped'));
  }
}

function outcomeOf(report: SessionReport): string | undefined {
  if (report.kind === 'stopped') return report.error?.code ?? 'stopped';
  if (report.kind !== 'link') return undefined;
  if (report.link.kind === 'online') return 'online';
  return report.link.kind === 'waiting' ? report.link.error.code : undefined;
}
