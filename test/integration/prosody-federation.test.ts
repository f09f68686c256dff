/** Federation by list on the real Prosody: partners that prove themselves by certificate, and nobody else. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect, type TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../build/site/prosody-process.ts';
import { PERSON_NODE } from '../../src/shared/feed-contract.ts';
import { Peer, PeerServer, peerIdentity } from '../support/federation-peer.ts';
import { feedRecords, publishOptions } from '../support/feed-suite.ts';
import {
  boundStream,
  DOMAIN,
  issueCertificate,
  type SoftIdentity,
  startTestSite,
  type TestSite,
  testUser,
} from '../support/prosody-site.ts';

const USERS = [testUser('alice', 1), testUser('bob', 2)];
const PROSODY = {
  accounts: [
    { account: 'alice', upn: '1000000001@mil' },
    { account: 'bob', upn: '1000000002@mil' },
  ],
  machines: [{ kid: 'WS-1' }],
};

const bound = (site: TestSite, account: string, resource = 'kit') => boundStream(site, account, resource);

const pem = (...files: readonly string[]) => files.map((file) => readFileSync(file, 'utf8')).join('\n');

describe('federation', () => {
  let site: TestSite;
  let port: number;
  let theirs: PeerServer;
  const PARTNER = 'partner.example.mil';
  const open = new Set<TLSSocket>();

  beforeAll(async () => {
    port = await freePort();
    const theirPort = await freePort();
    site = await startTestSite({
      users: USERS,
      epochs: [1],
      prosody: (pki) => {
        const authorities = join(pki.directory, 'partners.pem');
        const { server, root } = pki.ca;
        writeFileSync(authorities, pem(server.certificate, root.certificate, server.crl, root.crl));
        return {
          ...PROSODY,
          federation: { partners: [PARTNER], port, authorities, ports: { [PARTNER]: theirPort } },
        };
      },
    });
    theirs = await PeerServer.listen(site, PARTNER, theirPort);
  });
  afterAll(async () => {
    for (const socket of open) socket.destroy();
    await theirs?.stop();
    await site?.stop();
  });

  function partner(domain: string, by = site.pki.ca.server): SoftIdentity {
    return issueCertificate(site.directory, {
      commonName: domain,
      subjectAltName: `DNS:${domain}`,
      extendedKeyUsage: 'serverAuth,clientAuth',
      by,
    });
  }

  /** Says `lines` in turn, each after an answer that matches; everything that came until then or until the end. */
  function converse(
    identity: SoftIdentity | undefined,
    lines: readonly { readonly say: string; readonly until: RegExp }[],
  ): Promise<string> {
    return new Promise((done) => {
      let text = '';
      let from = 0;
      let step = 0;
      const socket = connect({
        host: '127.0.0.1',
        port,
        servername: DOMAIN,
        ca: readFileSync(site.pki.ca.root.certificate),
        ...(identity === undefined ? {} : { cert: identity.certificate, key: identity.key }),
      });
      open.add(socket);
      const end = (note = '') => {
        socket.destroy();
        done(text + note);
      };
      socket.setEncoding('utf8');
      socket.on('secureConnect', () => socket.write(lines[0]?.say ?? ''));
      socket.on('data', (chunk: string) => {
        text += chunk;
        while (lines[step]?.until.test(text.slice(from))) {
          from = text.length;
          step += 1;
          const next = lines[step];
          if (next === undefined) return end();
          socket.write(next.say);
        }
      });
      socket.on('error', (error) => end(` ${error.message}`));
      socket.on('close', () => end());
    });
  }

  const header = (from: string) =>
    `<?xml version='1.0'?><stream:stream xmlns='jabber:server' xmlns:stream='http://etherx.jabber.org/streams' from='${from}' to='${DOMAIN}' version='1.0'>`;
  const auth = (domain: string) =>
    `<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='EXTERNAL'>${Buffer.from(domain).toString('base64')}</auth>`;
  const features = /<stream:features>.*?<\/stream:features>|<stream:features\/>/s;

  it('takes messages of a listed domain that proves itself by certificate, and logs them', async () => {
    const alice = await bound(site, 'alice');
    alice.send('<presence/>');
    await alice.take(/<presence [^>]*from=/);
    const said = converse(partner(PARTNER), [
      { say: header(PARTNER), until: features },
      { say: auth(PARTNER), until: /<success/ },
      { say: header(PARTNER), until: features },
      {
        say: `<message from='eve@${PARTNER}' to='alice@${DOMAIN}' type='chat' id='fed1'><body>from the partner</body></message><iq type='get' id='i' from='${PARTNER}' to='${DOMAIN}'><ping xmlns='urn:xmpp:ping'/></iq>`,
        until: /never/,
      },
    ]);
    expect(await alice.take(/<message .*?<\/message>/s)).toContain('from the partner');
    expect(site.server.records('messages')).toContainEqual(
      expect.objectContaining({ id: 'fed1', from: `eve@${PARTNER}`, to: `alice@${DOMAIN}` }),
    );
    for (const socket of open) socket.destroy();
    await said;
    alice.close();
  });

  it.each([
    ['a domain that is not listed', 'other.example.mil', 'other.example.mil', /policy-violation/],
    [
      'a listed domain with another’s certificate',
      PARTNER,
      'other.example.mil',
      /not-authorized|failure|stream:error/,
    ],
  ])('refuses %s', async (_what, claimed, certified, answer) => {
    const text = await converse(partner(certified), [
      { say: header(claimed), until: features },
      { say: auth(claimed), until: /<success|<failure/ },
    ]);
    expect(text).toMatch(answer);
    expect(text).not.toContain('<success');
  });

  it('refuses a certificate of an authority that is not trusted, and none at all, in TLS', async () => {
    const hello = [{ say: header(PARTNER), until: features }];
    expect(await converse(partner(PARTNER, site.pki.ca.other), hello)).toMatch(/alert unknown ca/);
    expect(await converse(undefined, hello)).toMatch(/alert certificate required/);
  });

  it('says no to messages for any other domain, and tells the sender', async () => {
    const alice = await bound(site, 'alice');
    alice.send("<message type='chat' to='x@elsewhere.example' id='out'><body>x</body></message>");
    const answer = await alice.take(/<message [^>]*id='out'.*?<\/message>/s);
    expect(answer).toContain('<not-allowed ');
    alice.close();
  });

  it('tells partners nothing of what people publish, whether they ask for it by +notify, subscribe or read', async () => {
    const [me, them] = [`alice@${DOMAIN}`, `eve@${PARTNER}`];
    const GEOLOC = 'http://jabber.org/protocol/geoloc';
    const alice = await bound(site, 'alice');
    const eve = await Peer.connect(site, {
      port,
      domain: PARTNER,
      identity: peerIdentity(site, PARTNER),
    });
    await eve.signIn();
    const before = theirs.received.length;
    const told = () => theirs.received.slice(before);
    const reached = (what: RegExp) => expect.poll(told, { timeout: 15_000 }).toMatch(what);
    alice.send("<iq type='get' id='r'><query xmlns='jabber:iq:roster'/></iq>");
    await alice.take(/<iq [^>]*id='r'.*?(?:<\/iq>|\/>)/s);
    alice.send('<presence/>');
    // She sees alice's presence, which is all that a contact of this server needs to read alice's feed.
    for (const type of ['unsubscribe', 'subscribe'])
      eve.stream.send(`<presence type='${type}' from='${them}' to='${me}'/>`);
    await alice.take(/<presence [^>]*type='subscribe'/);
    alice.send(`<presence type='subscribed' to='${them}'/>`);
    await reached(/<presence [^>]*type='subscribed'/);

    const publish = async (id: string, node: string, payload: string) => {
      alice.send(
        `<iq type='set' id='${id}'><pubsub xmlns='http://jabber.org/protocol/pubsub'><publish node='${node}'><item id='i-${id}'>${payload}</item></publish>${publishOptions('presence')}</pubsub></iq>`,
      );
      expect(await alice.take(new RegExp(`<iq [^>]*id='${id}'.*?</iq>`, 's'))).toContain("type='result'");
    };
    const entry = (title: string) =>
      `<entry xmlns='http://www.w3.org/2005/Atom'><title>${title}</title></entry>`;
    // The last item is told to whoever comes; the next one to whoever is there.
    await publish('p1', PERSON_NODE, entry('Ours alone'));
    eve.stream.send(
      `<presence from='${them}/x' to='${me}'><c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='urn:x' ver='v'/></presence>`,
    );
    await reached(/<query [^>]*node='urn:x#v'/);
    const wanted = [PERSON_NODE, GEOLOC].map((node) => `<feature var='${node}+notify'/>`).join('');
    eve.stream.send(
      `<iq type='result' id='disco' from='${them}/x' to='${me}'><query xmlns='http://jabber.org/protocol/disco#info' node='urn:x#v'><identity category='client' type='pc'/>${wanted}</query></iq>`,
    );

    const pubsub = (children: string, owner = '') =>
      `<pubsub xmlns='http://jabber.org/protocol/pubsub${owner}'>${children}</pubsub>`;
    const refused = [
      ['set', pubsub(`<subscribe node='${PERSON_NODE}' jid='${them}'/>`)],
      ['set', pubsub(`<unsubscribe node='${PERSON_NODE}' jid='${them}'/>`)],
      ['set', pubsub(`<subscribe node='${PERSON_NODE}' jid='${them}'/><options/>`)],
      ['set', pubsub(`<publish node='${PERSON_NODE}'><item id='i-p1'>${entry('Lies')}</item></publish>`)],
      ['set', pubsub(`<retract node='${PERSON_NODE}' notify='true'><item id='i-p1'/></retract>`)],
      ['get', pubsub(`<items node='${PERSON_NODE}'/>`)],
      ['get', pubsub(`<items node='${PERSON_NODE}'><item id='i-p1'/></items>`)],
      ['get', pubsub(`<items node='${PERSON_NODE}' max_items='1'/>`)],
      ['get', pubsub(`<items node='other'/><items node='${PERSON_NODE}'/>`)],
      ['get', pubsub(`<subscriptions node='${PERSON_NODE}'/>`, '#owner')],
      ['get', pubsub(`<configure node='${PERSON_NODE}'/>`, '#owner')],
      ['set', pubsub(`<purge node='${PERSON_NODE}'/>`, '#owner')],
    ] as const;
    const logged = feedRecords(site.server).length;
    for (const [index, [type, wish]] of refused.entries()) {
      for (const to of [me, `${me.toUpperCase()}`]) {
        const id = `no-${index}-${to === me ? 'plain' : 'capitals'}`;
        eve.stream.send(`<iq type='${type}' id='${id}' from='${them}/x' to='${to}'>${wish}</iq>`);
        await reached(new RegExp(`<iq (?=[^>]*id='${id}')[^>]*type='error'`));
      }
    }
    expect(feedRecords(site.server)).toHaveLength(logged);

    await publish('p2', PERSON_NODE, entry('Ours alone, too'));
    alice.send(
      `<iq type='set' id='p3'><pubsub xmlns='http://jabber.org/protocol/pubsub'><retract node='${PERSON_NODE}' notify='true'><item id='i-p2'/></retract></pubsub></iq>`,
    );
    expect(await alice.take(/<iq [^>]*id='p3'.*?(?:<\/iq>|\/>)/s)).toContain("type='result'");
    // What partners may have comes by the same way: she would have had the rest before it.
    await publish('p4', GEOLOC, `<geoloc xmlns='${GEOLOC}'><text>Gate 2</text></geoloc>`);
    await reached(/<event [^>]*pubsub#event'>.*Gate 2/s);
    expect(told()).not.toContain('Ours alone');
    expect(told()).not.toMatch(/i-p[123]|<retract/);
    eve.stream.close();
    alice.close();
  });
});
