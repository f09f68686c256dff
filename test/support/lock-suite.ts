/** What the lock of every server of the kit lets through, and every way around it that we could think of. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LockBinding } from '../../src/lock/index.ts';
import { nodeCrypto } from '../../src/platform/node-crypto.ts';
import { AppError } from '../../src/shared/errors.ts';
import { DOMAIN, type TestSite, testUser } from './prosody-site.ts';
import { attribute, type LockIdentity, type RawXmpp } from './raw-xmpp.ts';

const NONCE = Buffer.alloc(32, 7).toString('base64');
export const REFUSED = "<refused xmlns='urn:sallyport:lock:1'/></stream:stream>";
const VIOLATION =
  "<stream:error><policy-violation xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>";

/** The site that the lock is tried on; epochs 2 to 4. */
export const LOCK_SITE = {
  users: [testUser('alice', 1), testUser('bob', 2)],
  epochs: [2, 3, 4],
};

/** What the server under test is set up with. */
export const LOCK_SERVER = {
  lockTimeoutSeconds: 3,
  accounts: [
    { account: 'alice', upn: '1000000001@mil' },
    { account: 'bob', upn: '1000000002@mil' },
  ],
  machines: [
    { kid: 'WS-1' },
    { kid: 'WS-GONE', revoked: true },
    { kid: 'WS-BOB', users: ['bob'] },
    { kid: 'WS-LATER' },
  ],
};

/** A server, and wherein it differs from others. */
export interface LockServer {
  /** Starts a site with {@link LOCK_SITE} and {@link LOCK_SERVER}. */
  start(): Promise<TestSite>;
  /** The one channel binding it can give (XEP-0440's names). */
  readonly binding: LockBinding;
  readonly notOffered: LockBinding;
  /** After how much of one element it has surely given up. */
  readonly endlessKilobytes: number;
  /** The stream error for a stream that is begun anew to another host (RFC 6120 4.9.3). */
  readonly onChangedHost: string;
}

/** For the tests that are a server's own. */
export interface LockSite {
  site(): TestSite;
  /** A connection of Alice's, its stream opened. */
  openStream(): Promise<RawXmpp>;
}

/** Defines the tests; those of one server come after it, first of all those that only wait (`describe.concurrent`). */
export function testLock(server: LockServer): LockSite {
  const { binding, notOffered } = server;
  let running: TestSite;
  const site = () => running;
  beforeAll(async () => {
    running = await server.start();
  });
  afterAll(() => running?.stop());

  async function openStream(): Promise<RawXmpp> {
    const client = await site().connect(site().card('alice'));
    await client.open();
    return client;
  }

  /** Goes as far as the proof and sends it; `spoil` changes it on the way. */
  async function prove(identity: LockIdentity, spoil = (mac: string) => mac): Promise<RawXmpp> {
    const client = await openStream();
    const lock = client.lockClient(identity, [binding]);
    const nonce = await client.hello(lock.begin([binding]));
    client.proof(spoil(lock.challenge(nonce).mac));
    return client;
  }

  describe('the lock', () => {
    it('is all that a server offers at first, and opens for a machine that knows its key', async () => {
      const client = await site().connect(site().card('alice'));
      expect(await client.open()).toBe(
        `<stream:features><lock xmlns='urn:sallyport:lock:1'><cb type='${binding}'/></lock></stream:features>`,
      );
      client.close();

      const other = await site().connect(site().card('alice'));
      const features = await other.passLock(site().machine('WS-1', 4), binding);
      expect(features).toContain('<mechanism>EXTERNAL</mechanism>');
      expect(features).not.toContain('lock');
      expect(await other.external(`alice@${DOMAIN}`)).toContain('<success');
      expect(await other.bind()).toBe(`alice@${DOMAIN}/raw`);
      other.close();
    });

    it('accepts the newest epoch and the one before it, and no older one', async () => {
      for (const epoch of [4, 3]) {
        const client = await prove(site().machine('WS-1', epoch));
        expect(await client.take(/<verified [^>]*\/>/)).toContain('mac=');
        client.close();
      }
      const old = await prove(site().machine('WS-1', 2));
      expect(await old.rest()).toBe(REFUSED);
      expect(site().server.log()).toContain('epoch 2 of chat.example.mil is outside the window');
    });

    it('proves the server: a client that would expect another key notices', async () => {
      const client = await openStream();
      const right = client.lockClient(site().machine('WS-1', 4), [binding]);
      const hello = right.begin([binding]);
      const nonce = await client.hello(hello);
      client.proof(right.challenge(nonce).mac);
      const mac = attribute(await client.take(/<verified [^>]*\/>/), 'mac');
      expect(right.verify(mac).epoch).toBe(4);
      const wrong = client.lockClient({ kid: 'WS-1', keys: [{ epoch: 4, key: nodeCrypto.random(32) }] }, [
        binding,
      ]);
      wrong.begin([binding]);
      wrong.challenge(nonce);
      expect(() => wrong.verify(mac)).toThrow(AppError);
      client.close();
    });
  });

  describe('a machine that may not in', () => {
    it('gets the same bytes whatever is wrong', async () => {
      const stranger: LockIdentity = { kid: 'WS-NOBODY', keys: [{ epoch: 4, key: nodeCrypto.random(32) }] };
      const flip = (mac: string) => `${mac.startsWith('A') ? 'B' : 'A'}${mac.slice(1)}`;
      const attempts: Record<string, () => Promise<RawXmpp>> = {
        'unknown kid': () => prove(stranger),
        'unknown kid with a key of the right master': () => prove(site().machine('WS-NEVER', 4)),
        'revoked kid': () => prove(site().machine('WS-GONE', 4)),
        'kid in another case': () => prove(site().machine('ws-1', 4)),
        'epoch that is not there': () =>
          prove({ kid: 'WS-1', keys: [{ epoch: 9, key: nodeCrypto.random(32) }] }),
        'highest epoch': () =>
          prove({ kid: 'WS-1', keys: [{ epoch: 4294967295, key: nodeCrypto.random(32) }] }),
        'wrong MAC': () => prove(site().machine('WS-1', 4), flip),
        'MAC of zeros': () => prove(site().machine('WS-1', 4), () => Buffer.alloc(32).toString('base64')),
        'short MAC': () => prove(site().machine('WS-1', 4), (mac) => mac.slice(0, -4)),
        'MAC without padding': () => prove(site().machine('WS-1', 4), (mac) => mac.slice(0, -1)),
        'empty MAC': () => prove(site().machine('WS-1', 4), () => ''),
      };
      const shapes = new Set<string>();
      for (const [what, attempt] of Object.entries(attempts)) {
        const client = await attempt();
        expect(await client.rest(), what).toBe(REFUSED);
        shapes.add(client.received.replaceAll(/ id='[^']*'/g, '').replace(/nonce='[^']{44}'/, "nonce=''"));
      }
      expect([...shapes]).toHaveLength(1);
      expect([...shapes][0]).toContain('<challenge ');
    });

    it('cannot replay another connection’s proof', async () => {
      const first = await openStream();
      const lock = first.lockClient(site().machine('WS-1', 4), [binding]);
      const hello = lock.begin([binding]);
      const proof = lock.challenge(await first.hello(hello));
      first.proof(proof.mac);
      await first.take(/<verified /);
      first.close();

      const replay = await openStream();
      await replay.hello(hello);
      replay.proof(proof.mac);
      expect(await replay.rest()).toBe(REFUSED);
    });

    it.each([
      ['no kid', `epoch='4' cb='${binding}' nonce='${NONCE}'`],
      ['a kid with a space', `kid='a b' epoch='4' cb='${binding}' nonce='${NONCE}'`],
      ['a kid with a line break', `kid='a&#10;b' epoch='4' cb='${binding}' nonce='${NONCE}'`],
      ['a kid of 65', `kid='${'x'.repeat(65)}' epoch='4' cb='${binding}' nonce='${NONCE}'`],
      ['epoch 04', `kid='WS-1' epoch='04' cb='${binding}' nonce='${NONCE}'`],
      ['epoch -1', `kid='WS-1' epoch='-1' cb='${binding}' nonce='${NONCE}'`],
      ['an epoch of words', `kid='WS-1' epoch='four' cb='${binding}' nonce='${NONCE}'`],
      ['an epoch in exponents', `kid='WS-1' epoch='4e0' cb='${binding}' nonce='${NONCE}'`],
      ['no binding', `kid='WS-1' epoch='4' nonce='${NONCE}'`],
      ['a binding that is not offered', `kid='WS-1' epoch='4' cb='${notOffered}' nonce='${NONCE}'`],
      ['tls-unique', `kid='WS-1' epoch='4' cb='tls-unique' nonce='${NONCE}'`],
      ['no nonce', `kid='WS-1' epoch='4' cb='${binding}'`],
      ['a short nonce', `kid='WS-1' epoch='4' cb='${binding}' nonce='AAAA'`],
      ['a nonce without padding', `kid='WS-1' epoch='4' cb='${binding}' nonce='${NONCE.slice(0, -1)}'`],
      ['a nonce with white space', `kid='WS-1' epoch='4' cb='${binding}' nonce=' ${NONCE.slice(1)}'`],
    ])('is refused a hello with %s', async (_what, attributes) => {
      const client = await openStream();
      client.send(`<hello xmlns='urn:sallyport:lock:1' ${attributes}/>`);
      expect(await client.rest()).toBe(REFUSED);
    });
  });

  describe('while the lock is shut', () => {
    const HELLO = `<hello xmlns='urn:sallyport:lock:1' kid='WS-1' epoch='4' cb='${binding}' nonce='${NONCE}'/>`;
    const SASL = "xmlns='urn:ietf:params:xml:ns:xmpp-sasl'";
    it.each([
      ['SASL', `<auth ${SASL} mechanism='EXTERNAL'>=</auth>`],
      ['SASL to another host', `<auth ${SASL} mechanism='EXTERNAL' to='other.example.mil'>=</auth>`],
      ['SASL to the room service', `<auth ${SASL} mechanism='EXTERNAL' to='conference.${DOMAIN}'>=</auth>`],
      ['a SASL response', `<response ${SASL}>=</response>`],
      ['SASL abort', `<abort ${SASL}/>`],
      ['SASL2', "<authenticate xmlns='urn:xmpp:sasl:2' mechanism='EXTERNAL'/>"],
      ['STARTTLS', "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"],
      ['an iq', "<iq type='get' id='1'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>"],
      ['registration', "<iq type='get' id='1'><query xmlns='jabber:iq:register'/></iq>"],
      ['legacy sign-in', "<iq type='get' id='1'><query xmlns='jabber:iq:auth'/></iq>"],
      ['a resource', "<iq type='set' id='1'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>"],
      ['a message', `<message to='bob@${DOMAIN}'><body>x</body></message>`],
      ['presence', '<presence/>'],
      ['an XEP-0198 resume', "<resume xmlns='urn:xmpp:sm:3' h='0' previd='x'/>"],
      ['a proof without a hello', `<proof xmlns='urn:sallyport:lock:1' mac='${NONCE}'/>`],
      ['the server’s own words', `<verified xmlns='urn:sallyport:lock:1' mac='${NONCE}'/>`],
      ['a hello with a child', HELLO.replace('/>', '><x/></hello>')],
      ['a hello with text', HELLO.replace('/>', '>x</hello>')],
      ['a hello to another host', HELLO.replace('<hello', "<hello to='other.example.mil'")],
      ['a hello of another namespace', HELLO.replace('lock:1', 'lock:2')],
      [
        'a second stream to another host',
        "<stream:stream to='other.example.mil' version='1.0' xmlns='jabber:client'></stream:stream>",
      ],
    ])('%s ends the stream', async (_what, text) => {
      const client = await openStream();
      client.send(text);
      expect(await client.rest()).toBe(VIOLATION);
    });

    it('a second hello ends the stream', async () => {
      const client = await openStream();
      client.send(HELLO);
      await client.take(/<challenge [^>]*>/);
      client.send(HELLO);
      expect(await client.rest()).toBe(VIOLATION);
    });

    it('SASL in place of the proof ends the stream', async () => {
      const client = await openStream();
      client.send(HELLO);
      await client.take(/<challenge [^>]*>/);
      client.send(`<auth ${SASL} mechanism='EXTERNAL'>=</auth>`);
      expect(await client.rest()).toBe(VIOLATION);
    });

    it('everything sent ahead in one go with the hello is refused', async () => {
      const client = await openStream();
      client.send(`${HELLO}<auth ${SASL} mechanism='EXTERNAL'>=</auth>`);
      const rest = await client.rest();
      expect(rest).toContain('<challenge ');
      expect(rest.endsWith(VIOLATION)).toBe(true);
      expect(rest).not.toMatch(/success|failure/);
    });

    it('SASL in one go with a good proof is refused: the stream must begin anew first', async () => {
      const client = await openStream();
      const lock = client.lockClient(site().machine('WS-1', 4), [binding]);
      const { mac } = lock.challenge(await client.hello(lock.begin([binding])));
      client.send(
        `<proof xmlns='urn:sallyport:lock:1' mac='${mac}'/><auth ${SASL} mechanism='EXTERNAL'>=</auth>`,
      );
      const rest = await client.rest();
      expect(rest).toContain('<verified ');
      expect(rest).toMatch(/<stream:error>.*<\/stream:error><\/stream:stream>$/s);
      expect(rest).not.toMatch(/success|failure/);
    });

    it.each([8_200, 20_000, 200_000])('a hello of %i bytes ends the stream', async (size) => {
      const client = await openStream();
      client.send(HELLO.replace("kid='WS-1'", `kid='WS-1' pad='${'x'.repeat(size)}'`));
      expect(await client.rest()).toContain('<policy-violation ');
      expect(client.received).not.toContain('<challenge');
    });

    it('an element that never ends is cut off', async () => {
      const client = await openStream();
      client.send("<hello xmlns='urn:sallyport:lock:1' pad='");
      for (let part = 0; part < server.endlessKilobytes; part += 1) client.send('x'.repeat(1000));
      expect(await client.rest()).toContain('<policy-violation ');
    });

    // A server that takes no notice of a comment ends the stream when the time for the lock is over.
    it.concurrent.each([
      ['a DTD', '<!DOCTYPE x [<!ENTITY a "b">]><hello/>'],
      ['a comment', '<!-- x -->'],
      ['a processing instruction', '<?x y?>'],
      ['broken XML', '<hello <'],
    ])('%s ends the stream', async (_what, text) => {
      const client = await openStream();
      client.send(text);
      expect(await client.rest()).toMatch(/<stream:error>.*<\/stream:stream>$/s);
      expect(client.received).not.toMatch(/<challenge|mechanism/);
    });
  });

  describe('behind the lock', () => {
    const SASL = "xmlns='urn:ietf:params:xml:ns:xmpp-sasl'";

    it('the stream’s `to` may not change', async () => {
      const client = await site().connect(site().card('alice'));
      await client.passLock(site().machine('WS-1', 4), binding);
      const other = await openStream();
      const lock = other.lockClient(site().machine('WS-1', 4), [binding]);
      other.proof(lock.challenge(await other.hello(lock.begin([binding]))).mac);
      await other.take(/<verified [^>]*\/>/);
      other.send(
        `<stream:stream to='conference.${DOMAIN}' version='1.0' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>`,
      );
      expect(await other.rest()).toContain(`<${server.onChangedHost} `);
      client.close();
    });

    it.each([`conference.${DOMAIN}`, 'other.example.mil'])('SASL to %s ends the stream', async (host) => {
      const client = await site().connect(site().card('alice'));
      await client.passLock(site().machine('WS-1', 4), binding);
      client.send(`<abort ${SASL} to='${host}'/><auth ${SASL} to='${host}' mechanism='EXTERNAL'>=</auth>`);
      expect(await client.rest()).toBe(VIOLATION);
    });

    it('a stream to a host that is not served never gets as far as a lock', async () => {
      const client = await site().connect(site().card('alice'));
      client.send(
        "<stream:stream to='other.example.mil' version='1.0' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>",
      );
      expect(await client.rest()).toContain('<host-unknown ');
    });

    it('a machine signs in only the users of its list', async () => {
      const bob = await site().connect(site().card('bob'));
      await bob.passLock(site().machine('WS-BOB', 4), binding);
      expect(await bob.external(`bob@${DOMAIN}`)).toContain('<success');
      bob.close();
      const alice = await site().connect(site().card('alice'));
      await alice.passLock(site().machine('WS-BOB', 4), binding);
      expect(await alice.external(`alice@${DOMAIN}`)).toContain('<not-authorized/>');
      alice.close();
    });
  });

  describe('revocation', () => {
    it('ends the machine’s live sessions and no others, and refuses it from then on', async () => {
      const bound = await site().connect(site().card('bob'));
      await bound.passLock(site().machine('WS-LATER', 4), binding);
      await bound.external(`bob@${DOMAIN}`);
      await bound.bind('bound');
      const waiting = await site().connect(site().card('bob'));
      await waiting.passLock(site().machine('WS-LATER', 4), binding);
      const bystander = await site().connect(site().card('alice'));
      await bystander.passLock(site().machine('WS-1', 4), binding);
      await bystander.external(`alice@${DOMAIN}`);
      await bystander.bind('bystander');

      await site().server.revokeMachine('WS-LATER');
      expect(await bound.rest()).toContain('<policy-violation ');
      expect(await waiting.rest()).toContain('<policy-violation ');
      bystander.send("<iq type='get' id='p'><ping xmlns='urn:xmpp:ping'/></iq>");
      expect(await bystander.take(/<iq [^>]*id='p'[^>]*\/>/)).toContain("type='result'");
      const again = await prove(site().machine('WS-LATER', 4));
      expect(await again.rest()).toBe(REFUSED);
      bystander.close();
    });
  });

  // Nothing but waiting: beside the slow clients of the file that comes after it.
  describe.concurrent('a machine that was moved to the next epoch', () => {
    it('may use the earlier one until the grace is over; then its session ends and it is refused', async () => {
      const others = LOCK_SERVER.machines.filter(({ kid }) => kid !== 'WS-LATER');
      const graceUntil = `${new Date(Date.now() + 12_000).toISOString().slice(0, 19)}Z`;
      await site().server.setMachines([...others, { kid: 'WS-LATER', epoch: 4, graceUntil }]);
      const open = async (epoch: number) => {
        const client = await site().connect(site().card('alice'));
        await client.passLock(site().machine('WS-LATER', epoch), binding);
        return client;
      };
      const [old, moved] = [await open(3), await open(4)];
      // Nobody writes anything: the end of the grace alone does it.
      expect(await old.rest()).toContain('<policy-violation ');
      expect(await moved.external(`alice@${DOMAIN}`)).toContain('<success');
      (await open(4)).close();
      const refused = await prove(site().machine('WS-LATER', 3));
      expect(await refused.rest()).toBe(REFUSED);
      const left = { event: 'lock.refused', machine: 'WS-LATER', epoch: '3', reason: 'epoch-left-behind' };
      expect(site().server.records('audit')).toContainEqual(expect.objectContaining(left));
    });
  });

  return { site, openStream };
}
