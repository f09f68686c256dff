/**
 * Clients that are not ours, for tests of the servers: xmpp.js as it comes, and openings in the manner of Gajim, Psi+
 * and a script of our own, played to the server whatever it answers.
 */
import { execFile } from 'node:child_process';
import { connect as connectInTheClear } from 'node:net';
import { join } from 'node:path';
import { connect, type TLSSocket } from 'node:tls';
import type { SoftIdentity } from './prosody-site.ts';

export interface RogueTarget {
  readonly port: number;
  readonly domain: string;
  /** PEM. */
  readonly ca: string;
}

/** What a rogue got out of the server. */
export interface Loot {
  /** Every byte that came, as text. */
  readonly received: string;
  /** Why the connection ended; empty when the server just closed it. */
  readonly error: string;
}

const XMPP_JS = join(import.meta.dirname, 'rogue-xmpp-js.mjs');
const WAIT_MS = 20_000;
/** A rogue that gets nothing back sends its next step all the same. */
const PATIENCE_MS = 400;

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

const SASL = "xmlns='urn:ietf:params:xml:ns:xmpp-sasl'";
const SCRAM_FIRST = base64('n,,n=alice,r=fyko+d2lbbFgONRv9qkxdawL');

/**
 * Written in Gajim's manner, from RFC 6120 (5.4.3, 6.4), not recorded from it: stream header with xml:lang, STARTTLS also where
 * TLS is there already, SASL EXTERNAL with the bare address, then weaker mechanisms, then a bind and an XEP-0198 resume as if
 * all had been granted.
 */
function gajim(domain: string): readonly string[] {
  const header = `<?xml version='1.0'?><stream:stream xmlns="jabber:client" xmlns:stream="http://etherx.jabber.org/streams" to="${domain}" version="1.0" xml:lang="en" >`;
  return [
    header,
    '<starttls xmlns="urn:ietf:params:xml:ns:xmpp-tls" />',
    header,
    `<auth ${SASL} mechanism="EXTERNAL">${base64(`alice@${domain}`)}</auth>`,
    `<auth ${SASL} mechanism="SCRAM-SHA-256">${SCRAM_FIRST}</auth>`,
    `<auth ${SASL} mechanism="PLAIN">${base64('\0alice\0secret')}</auth>`,
    '<iq xmlns="jabber:client" type="set" id="b1"><bind xmlns="urn:ietf:params:xml:ns:xmpp-bind"><resource>gajim.X8GL3QQ2</resource></bind></iq>',
    '<resume xmlns="urn:xmpp:sm:3" h="0" previd="x" />',
  ];
}

/**
 * Written in Psi's manner, not recorded from it: lines of their own, STARTTLS, SASL SCRAM-SHA-1 and EXTERNAL without an address,
 * and the sign-in for old servers of XEP-0078.
 */
function psi(domain: string): readonly string[] {
  const header = `<?xml version="1.0"?>\n<stream:stream xmlns:stream="http://etherx.jabber.org/streams" version="1.0" xmlns="jabber:client" to="${domain}" xml:lang="en" xmlns:xml="http://www.w3.org/XML/1998/namespace" >\n`;
  return [
    header,
    '<starttls xmlns="urn:ietf:params:xml:ns:xmpp-tls"/>\n',
    header,
    `<auth xmlns="urn:ietf:params:xml:ns:xmpp-sasl" mechanism="SCRAM-SHA-1">${SCRAM_FIRST}</auth>\n`,
    `<auth xmlns="urn:ietf:params:xml:ns:xmpp-sasl" mechanism="EXTERNAL">=</auth>\n`,
    `<iq type="get" to="${domain}" id="auth_1"><query xmlns="jabber:iq:auth"><username>alice</username></query></iq>\n`,
    `<iq type="set" to="${domain}" id="auth_2"><query xmlns="jabber:iq:auth"><username>alice</username><password>secret</password><resource>Psi+</resource></query></iq>\n`,
  ];
}

/** A script that has read our documents: it knows the names of everything and no secret. */
function script(domain: string): readonly string[] {
  const header = `<stream:stream to='${domain}' version='1.0' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>`;
  const zeros = Buffer.alloc(32).toString('base64');
  return [
    header,
    `<hello xmlns='urn:sallyport:lock:1' kid='WS-1' epoch='1' cb='tls-exporter' nonce='${zeros}'/>`,
    `<proof xmlns='urn:sallyport:lock:1' mac='${zeros}'/>`,
    header,
    `<auth ${SASL} mechanism='EXTERNAL'>=</auth>`,
    "<iq type='get' id='r'><query xmlns='jabber:iq:register'/></iq>",
    `<message to='bob@${domain}' type='chat'><body>got in</body></message>`,
  ];
}

/** Everything at once, before the server can have answered anything. */
function volley(domain: string): readonly string[] {
  return [script(domain).join('')];
}

/** What each client says, in turn. */
export const OPENINGS = {
  Gajim: gajim,
  'Psi+': psi,
  'a script': script,
  'a script in one go': volley,
} as const;

type Socket = TLSSocket | ReturnType<typeof connectInTheClear>;

/** Plays `lines` and collects what comes back until the server ends the connection. */
function play(socket: Socket, ready: 'connect' | 'secureConnect', lines: readonly string[]): Promise<Loot> {
  return new Promise((done) => {
    let received = '';
    let step = 0;
    let timer: NodeJS.Timeout | undefined;
    const next = () => {
      clearTimeout(timer);
      const line = lines[step];
      step += 1;
      if (line === undefined || socket.destroyed) return;
      socket.write(line);
      timer = setTimeout(next, PATIENCE_MS);
    };
    const giveUp = setTimeout(() => finish('the server kept the connection'), WAIT_MS);
    const finish = (error: string) => {
      clearTimeout(timer);
      clearTimeout(giveUp);
      socket.destroy();
      done({ received, error });
    };
    socket.setEncoding('utf8');
    socket.once(ready, next);
    socket.on('data', (text) => {
      received += String(text);
      clearTimeout(timer);
      timer = setTimeout(next, 20);
    });
    socket.once('error', (error) => finish(error.message));
    socket.once('close', () => finish(''));
  });
}

/** A TLS connection that shows `identity`, or no certificate. */
function overTls({ port, domain, ca }: RogueTarget, identity: SoftIdentity | undefined): TLSSocket {
  const shown = identity === undefined ? {} : { cert: identity.certificate, key: identity.key };
  return connect({ host: '127.0.0.1', port, servername: domain, ca, ...shown });
}

export function playOverTls(
  target: RogueTarget,
  identity: SoftIdentity | undefined,
  lines: readonly string[],
): Promise<Loot> {
  return play(overTls(target, identity), 'secureConnect', lines);
}

export function playInTheClear({ port }: RogueTarget, lines: readonly string[]): Promise<Loot> {
  return play(connectInTheClear({ host: '127.0.0.1', port }), 'connect', lines);
}

/** xmpp.js, with a certificate where it has one (rogue-xmpp-js.mjs). */
export function plainXmppJs(target: RogueTarget, identity: SoftIdentity | undefined): Promise<Loot> {
  return new Promise((done, failed) => {
    const child = execFile(process.execPath, [XMPP_JS], { timeout: 2 * WAIT_MS }, (error, out) => {
      if (error === null) done(JSON.parse(out) as Loot);
      else failed(error);
    });
    child.stdin?.end(JSON.stringify({ ...target, ...identity }));
  });
}
