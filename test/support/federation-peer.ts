/** A partner's server, as far as streams to and from the site's one go: it says what it is told to, and keeps what it gets. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import { DOMAIN, issueCertificate, type SoftIdentity, type TestSite } from './prosody-site.ts';
import { RawXmpp } from './raw-xmpp.ts';

const FEATURES = /<stream:features>.*?<\/stream:features>|<stream:features\/>/s;

/** The certificate of `domain`'s server, issued by the authority of the site's own server unless `by` is another. */
export function peerIdentity(site: TestSite, domain: string, by = site.pki.ca.server): SoftIdentity {
  return issueCertificate(site.directory, {
    commonName: domain,
    subjectAltName: `DNS:${domain}`,
    extendedKeyUsage: 'serverAuth,clientAuth',
    by,
  });
}

export class Peer {
  readonly domain: string;
  readonly stream: RawXmpp;
  readonly #to: string;

  private constructor(domain: string, to: string, stream: RawXmpp) {
    this.domain = domain;
    this.stream = stream;
    this.#to = to;
  }

  /** A TLS connection to the site's port for servers; nothing is said yet. */
  static async connect(
    site: TestSite,
    options: {
      readonly port: number;
      readonly domain: string;
      readonly identity: SoftIdentity;
      /** Which of the site's domains the stream is for. */
      readonly to?: string;
    },
  ): Promise<Peer> {
    const { port, domain, identity, to = DOMAIN } = options;
    const ca = readFileSync(site.pki.ca.root.certificate, 'utf8');
    const stream = await RawXmpp.connect({ port, domain: DOMAIN, ca, ...identity });
    return new Peer(domain, to, stream);
  }

  header(): void {
    this.stream.send(
      `<?xml version='1.0'?><stream:stream xmlns='jabber:server' xmlns:stream='http://etherx.jabber.org/streams' from='${this.domain}' to='${this.#to}' version='1.0'>`,
    );
  }

  external(): void {
    const authzid = Buffer.from(this.domain).toString('base64');
    this.stream.send(`<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='EXTERNAL'>${authzid}</auth>`);
  }

  /** Opens the stream and signs in with the certificate. */
  async signIn(): Promise<void> {
    this.header();
    await this.stream.take(FEATURES);
    this.external();
    await this.stream.take(/<success/);
    this.header();
    await this.stream.take(FEATURES);
  }
}

const MECHANISMS =
  "<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>EXTERNAL</mechanism></mechanisms></stream:features>";

/** Where the site's server opens its own streams to: takes its certificate for what it is, and every stanza. */
export class PeerServer {
  readonly #server: Server;
  readonly #open = new Set<TLSSocket>();
  /** Everything that came, over all streams. */
  received = '';
  /** How many streams are open. */
  get streams(): number {
    return this.#open.size;
  }

  private constructor(server: Server) {
    this.#server = server;
  }

  static async listen(site: TestSite, domain: string, port: number): Promise<PeerServer> {
    const { certificate: cert, key } = peerIdentity(site, domain);
    const ca = readFileSync(site.pki.ca.root.certificate);
    // Node takes no client's certificate that is made for servers only, as this one may be: it is looked at below.
    const server = createServer({ cert, key, ca, requestCert: true, rejectUnauthorized: false });
    const peer = new PeerServer(server);
    server.on('secureConnection', (socket) => peer.#serve(socket, domain));
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return peer;
  }

  #serve(socket: TLSSocket, domain: string): void {
    const { subjectaltname = '' } = socket.getPeerCertificate();
    if (!subjectaltname.split(', ').includes(`DNS:${DOMAIN}`)) {
      socket.destroy();
      return;
    }
    this.#open.add(socket);
    let text = '';
    let known = false;
    socket.setEncoding('utf8');
    socket.on('error', () => undefined);
    socket.on('close', () => this.#open.delete(socket));
    socket.on('data', (chunk: string) => {
      text += chunk;
      this.received += chunk;
      if (/<stream:stream [^>]*>/.test(text)) {
        text = '';
        socket.write(
          `<?xml version='1.0'?><stream:stream xmlns='jabber:server' xmlns:stream='http://etherx.jabber.org/streams' from='${domain}' to='${DOMAIN}' id='s${Math.random()}' version='1.0'>${known ? '<stream:features/>' : MECHANISMS}`,
        );
      } else if (/<auth [^>]*(?:\/>|>[^<]*<\/auth>)/.test(text)) {
        text = '';
        known = true;
        socket.write("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>");
      } else if (text.includes('</stream:stream>')) socket.end('</stream:stream>');
    });
  }

  async stop(): Promise<void> {
    for (const socket of this.#open) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
