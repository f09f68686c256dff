/** An XMPP server in memory that does what a test tells it to, right or wrong. */
import { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  buildTranscript,
  clientMac,
  deriveClientKey,
  deriveMachineKey,
  deriveServerKey,
  serverMac,
} from '../../src/lock/index.ts';
import { nodeCrypto } from '../../src/platform/node-crypto.ts';
import { type SecureChannel, XmppClient, type XmppClientOptions } from '../../src/xmpp/index.ts';
import { guardPolicy } from './guard-policy.ts';

export const DOMAIN = 'chat.mil';
export const ROOMS = 'rooms.chat.mil';
export const KEY = deriveMachineKey(nodeCrypto, new Uint8Array(32), DOMAIN, 'WS-1', 1);
export const EXPORTER = new Uint8Array(32).fill(7);
const WAIT_MS = 30_000;

const STREAM =
  "<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' " +
  `id='s' from='${DOMAIN}' version='1.0'>`;
const features = (inner: string) => `<stream:features>${inner}</stream:features>`;
export const LOCK_FEATURE = "<lock xmlns='urn:sallyport:lock:1'><cb type='tls-exporter'/></lock>";
export const SASL_FEATURE =
  "<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN</mechanism><mechanism>EXTERNAL</mechanism></mechanisms>";
export const SM = 'urn:xmpp:sm:3';
const SESSION_FEATURES = `<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/><sm xmlns='${SM}'/>`;

class MemoryChannel extends Duplex implements SecureChannel {
  readonly tlsExporter = EXPORTER;
  readonly tlsServerEndPoint = new Uint8Array(32);
  /** Everything the client wrote. */
  written = '';

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.written += chunk.toString('utf8');
    done();
  }
}

/** The server's side of one connection. */
export class ScriptedServer {
  readonly channel = new MemoryChannel();
  #taken = 0;

  /** Everything the client wrote. */
  get received(): string {
    return this.channel.written;
  }

  /** Writes text or bytes to the client; what stands in one call arrives at once. */
  send(data: string | Uint8Array): void {
    this.channel.push(typeof data === 'string' ? Buffer.from(data) : data);
  }

  /** Waits for the next text of the client that matches, and takes everything up to its end. */
  async take(pattern: RegExp): Promise<string> {
    const match = await this.#find(pattern);
    this.#taken += match.index + match[0].length;
    return match[0];
  }

  async #find(pattern: RegExp): Promise<RegExpExecArray> {
    const deadline = Date.now() + WAIT_MS;
    for (;;) {
      const text = this.channel.written.slice(this.#taken);
      const match = pattern.exec(text);
      if (match !== null) return match;
      if (Date.now() > deadline) throw new Error(`the client did not write ${pattern}; it wrote: ${text}`);
      await sleep(1);
    }
  }

  async opened(inner: string): Promise<void> {
    await this.take(/<stream:stream [^>]*>/);
    this.send(STREAM + features(inner));
  }

  /** Plays the lock to its end with `key`. */
  async lock(key: Uint8Array = KEY): Promise<void> {
    await this.opened(LOCK_FEATURE);
    const hello = await this.take(/<hello [^>]*\/>/);
    const nonce = (text: string, name: string) => Buffer.from(attribute(text, name), 'base64');
    const serverNonce = nodeCrypto.random(32);
    this.send(
      `<challenge xmlns='urn:sallyport:lock:1' nonce='${Buffer.from(serverNonce).toString('base64')}'/>`,
    );
    await this.take(/<proof [^>]*\/>/);
    const transcript = buildTranscript({
      domain: DOMAIN,
      kid: attribute(hello, 'kid'),
      epoch: Number(attribute(hello, 'epoch')),
      binding: 'tls-exporter',
      bindingData: EXPORTER,
      clientNonce: nonce(hello, 'nonce'),
      serverNonce,
    });
    const proof = clientMac(nodeCrypto, deriveClientKey(nodeCrypto, key), transcript);
    const mac = serverMac(nodeCrypto, deriveServerKey(nodeCrypto, key), transcript, proof);
    this.send(`<verified xmlns='urn:sallyport:lock:1' mac='${Buffer.from(mac).toString('base64')}'/>`);
  }

  /** Lock and SASL; the features of the session are offered after it. */
  async signIn(session = SESSION_FEATURES): Promise<void> {
    await this.lock();
    await this.opened(SASL_FEATURE);
    await this.take(/<auth [^>]*>=<\/auth>/);
    this.send("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>");
    await this.opened(session);
  }

  async bind(): Promise<void> {
    const text = await this.take(/<iq [^>]*id="bind".*?<resource>[^<]*<\/resource><\/bind><\/iq>/s);
    const resource = /<resource>([^<]*)</.exec(text)?.[1] ?? '';
    this.send(
      `<iq type='result' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>alice@${DOMAIN}/${resource}</jid></bind></iq>`,
    );
  }

  /** A new session, with stream management as `id`; the initial requests are taken but not answered. */
  async session(id = 'sm1'): Promise<void> {
    await this.signIn();
    await this.bind();
    await this.take(/<enable [^>]*\/>/);
    this.send(`<enabled xmlns='${SM}' id='${id}' resume='true'/>`);
    await this.take(/<iq [^>]*><query [^>]*"jabber:iq:roster".*?<\/iq>/s);
    // The first bytes after that let the presence go; what waited is written before it.
    this.send(' ');
    await this.#find(/<presence xmlns="jabber:client">.*?<\/presence>/s);
  }

  /** Lock, SASL and the client's wish to resume; returns its `h`. */
  async resumeAsked(): Promise<number> {
    await this.signIn();
    return Number(attribute(await this.take(/<resume [^>]*\/>/), 'h'));
  }

  /** How many stanzas the client has written since the last `<enable/>`. */
  stanzasSinceEnable(): number {
    const text = this.received.slice(Math.max(this.received.lastIndexOf('<enable xmlns="urn:xmpp:sm:3"'), 0));
    return (text.match(/<(?:message|presence|iq) /g) ?? []).length;
  }

  close(): void {
    this.channel.push(null);
  }
}

export function attribute(text: string, name: string): string {
  const value = new RegExp(`\\b${name}=["']([^"']*)["']`).exec(text)?.[1];
  if (value === undefined) throw new Error(`no ${name} in ${text}`);
  return value;
}

export function makeClient(changes: Partial<XmppClientOptions> = {}): XmppClient {
  return new XmppClient({
    policy: guardPolicy(DOMAIN, [ROOMS]),
    resourcePrefix: 'desk',
    lock: { kid: 'WS-1', keys: [{ epoch: 1, key: KEY }], bindings: ['tls-exporter'] },
    crypto: nodeCrypto,
    ...changes,
    timeouts: { step: 2_000, close: 50, ...changes.timeouts },
  });
}

/** Starts a connection attempt of `client` at a new server. */
export function attempt(client: XmppClient): {
  readonly server: ScriptedServer;
  readonly outcome: ReturnType<XmppClient['connect']>;
} {
  const server = new ScriptedServer();
  const outcome = client.connect(server.channel, new AbortController().signal);
  // Tests look at the outcome when they are done with the server.
  outcome.catch(() => undefined);
  return { server, outcome };
}

/** Lets everything that is under way arrive. */
export const settled = (): Promise<void> => sleep(20);
