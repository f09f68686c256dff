/**
 * A bare XMPP client over TLS with a software key, for tests: it sends exactly the text it is told to and hands out
 * exactly the text that came back. Nothing of the product's XMPP or TLS code is in it.
 */
import { connect, type TLSSocket } from 'node:tls';
import { createLockClient, type LockBinding, type LockClient, type LockKey } from '../../src/lock/index.ts';
import { nodeCrypto } from '../../src/platform/node-crypto.ts';

export interface RawXmppOptions {
  readonly port: number;
  readonly domain: string;
  /** PEM. */
  readonly ca: string;
  readonly certificate?: string;
  readonly key?: string;
  readonly maxVersion?: 'TLSv1.2' | 'TLSv1.3';
}

/** Longer than any server leaves open what it is going to close, on a busy machine too. */
const WAIT_MS = 45_000;
const EXPORTER_LABEL = 'EXPORTER-Channel-Binding';

export interface LockIdentity {
  readonly kid: string;
  readonly keys: readonly LockKey[];
}

/** The text of attribute `name` in `xml`; throws when it is missing. */
export function attribute(xml: string, name: string): string {
  const found = new RegExp(`\\b${name}=(?:'([^']*)'|"([^"]*)")`).exec(xml);
  const value = found?.[1] ?? found?.[2];
  if (value === undefined) throw new Error(`no attribute ${name} in ${xml}`);
  return value;
}

export class RawXmpp {
  readonly domain: string;
  readonly #socket: TLSSocket;
  #received = '';
  #taken = 0;
  #ended: Error | true | undefined;
  readonly #waiters = new Set<() => void>();

  private constructor(socket: TLSSocket, domain: string) {
    this.#socket = socket;
    this.domain = domain;
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => {
      this.#received += text;
      this.#wake();
    });
    socket.on('error', (error) => {
      this.#ended ??= error;
      this.#wake();
    });
    socket.on('close', () => {
      this.#ended ??= true;
      this.#wake();
    });
  }

  /** Resolves once TLS is up. With TLS 1.3 a server that refuses our certificate says so only afterwards. */
  static connect(options: RawXmppOptions): Promise<RawXmpp> {
    return new Promise((done, failed) => {
      const socket = connect({
        host: '127.0.0.1',
        port: options.port,
        servername: options.domain,
        ca: options.ca,
        maxVersion: options.maxVersion ?? 'TLSv1.3',
        ...(options.certificate === undefined ? {} : { cert: options.certificate }),
        ...(options.key === undefined ? {} : { key: options.key }),
      });
      socket.once('error', failed);
      socket.once('secureConnect', () => {
        socket.off('error', failed);
        done(new RawXmpp(socket, options.domain));
      });
    });
  }

  /** Everything that came, from the first byte. */
  get received(): string {
    return this.#received;
  }

  /** The error that ended the connection, if one did. */
  get error(): Error | undefined {
    return this.#ended instanceof Error ? this.#ended : undefined;
  }

  get protocol(): string | null {
    return this.#socket.getProtocol();
  }

  /** RFC 9266: 32 bytes. */
  get tlsExporter(): Uint8Array {
    return new Uint8Array(this.#socket.exportKeyingMaterial(32, EXPORTER_LABEL, Buffer.alloc(0)));
  }

  /** RFC 5929 4.1 for a certificate whose signature is made with SHA-256. */
  get tlsServerEndPoint(): Uint8Array {
    return nodeCrypto.sha256(this.#socket.getPeerCertificate().raw);
  }

  send(text: string): void {
    if (!this.#socket.destroyed) this.#socket.write(text);
  }

  #wake(): void {
    for (const waiter of this.#waiters) waiter();
  }

  /** Waits until `ready` gives something; throws when the connection ends first or nothing comes within 15 seconds. */
  #wait<Value>(what: string, ready: () => Value | undefined): Promise<Value> {
    return new Promise((done, failed) => {
      const finish = (act: () => void) => {
        clearTimeout(timer);
        this.#waiters.delete(check);
        act();
      };
      const rest = () => this.#received.slice(this.#taken);
      const timer = setTimeout(
        () => finish(() => failed(new Error(`waited in vain for ${what}; have: ${rest()}`))),
        WAIT_MS,
      );
      const check = () => {
        const value = ready();
        if (value !== undefined) finish(() => done(value));
        else if (this.#ended !== undefined) {
          const cause = this.#ended === true ? 'closed' : this.#ended.message;
          finish(() => failed(new Error(`connection ended (${cause}) before ${what}; have: ${rest()}`)));
        }
      };
      this.#waiters.add(check);
      check();
    });
  }

  /** The next text that matches, from what was not taken before; takes everything up to its end. */
  take(pattern: RegExp): Promise<string> {
    return this.#wait(String(pattern), () => {
      const found = pattern.exec(this.#received.slice(this.#taken));
      if (found === null) return undefined;
      this.#taken += found.index + found[0].length;
      return found[0];
    });
  }

  /** Everything not taken before, when the server has closed the connection. */
  async rest(): Promise<string> {
    await this.#wait('the end', () => (this.#ended === undefined ? undefined : true));
    const rest = this.#received.slice(this.#taken);
    this.#taken = this.#received.length;
    return rest;
  }

  close(): void {
    this.#socket.destroy();
  }

  /** From now on nothing is read: what the server sends piles up there. */
  stopReading(): void {
    this.#socket.pause();
  }

  /** Opens a stream and returns its features. */
  open(to = this.domain): Promise<string> {
    this.send(
      `<?xml version='1.0'?><stream:stream to='${to}' version='1.0' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>`,
    );
    return this.take(/<stream:features>.*?<\/stream:features>|<stream:features\/>/s);
  }

  /** The lock's client for this connection. */
  lockClient(identity: LockIdentity, bindings: readonly LockBinding[] = ['tls-exporter']): LockClient {
    return createLockClient({
      domain: this.domain,
      kid: identity.kid,
      keys: identity.keys,
      bindings,
      channel: { tlsExporter: this.tlsExporter, tlsServerEndPoint: this.tlsServerEndPoint },
      crypto: nodeCrypto,
    });
  }

  /** Sends a `<hello/>` and takes the challenge's nonce. */
  async hello(attributes: { kid: string; epoch: string; cb: LockBinding; nonce: string }): Promise<string> {
    const text = Object.entries(attributes).map(([name, value]) => `${name}='${value}'`);
    this.send(`<hello xmlns='urn:sallyport:lock:1' ${text.join(' ')}/>`);
    return attribute(await this.take(/<challenge [^>]*\/>/), 'nonce');
  }

  proof(mac: string): void {
    this.send(`<proof xmlns='urn:sallyport:lock:1' mac='${mac}'/>`);
  }

  /** The whole lock on a fresh connection; returns the features behind it. */
  async passLock(identity: LockIdentity, binding: LockBinding = 'tls-exporter'): Promise<string> {
    await this.open();
    const lock = this.lockClient(identity, [binding]);
    const nonce = await this.hello(lock.begin([binding]));
    this.proof(lock.challenge(nonce).mac);
    lock.verify(attribute(await this.take(/<verified [^>]*\/>/), 'mac'));
    return this.open();
  }

  /** SASL EXTERNAL; returns `<success…>` or the whole `<failure>`. `authzid` undefined sends `=` (empty). */
  external(authzid?: string): Promise<string> {
    const text = authzid === undefined ? '=' : Buffer.from(authzid).toString('base64');
    this.send(`<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='EXTERNAL'>${text}</auth>`);
    return this.take(/<success[^>]*>|<failure.*?<\/failure>/s);
  }

  /** Opens the stream after SASL and binds a resource; returns the full JID. */
  async bind(resource = 'raw'): Promise<string> {
    await this.open();
    this.send(
      `<iq type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>${resource}</resource></bind></iq>`,
    );
    const reply = await this.take(/<iq [^>]*id='bind'.*?<\/iq>/s);
    const jid = /<jid>([^<]*)<\/jid>/.exec(reply)?.[1];
    if (jid === undefined) throw new Error(`not bound: ${reply}`);
    return jid;
  }

  /** A round trip: what was sent before it has been dealt with. */
  async settled(): Promise<void> {
    this.send("<iq type='get' id='settled'><ping xmlns='urn:xmpp:ping'/></iq>");
    await this.take(/<iq [^>]*id='settled'[^>]*\/>/);
  }
}
