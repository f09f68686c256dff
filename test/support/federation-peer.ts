/** A partner's server, as far as a stream to the site's one goes: a TLS client with a certificate that says what it is told to. */
import { readFileSync } from 'node:fs';
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
