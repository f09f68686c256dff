/** The kill switch for a partner's domain on the real Prosody: streams end, nothing passes either way, contacts there are gone. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../build/site/prosody-process.ts';
import { Peer, PeerServer, peerIdentity } from '../support/federation-peer.ts';
import { DOMAIN, startTestSite, type TestSite, testUser } from '../support/prosody-site.ts';
import type { RawXmpp } from '../support/raw-xmpp.ts';
import { type ServerTool, serverTool } from '../support/server-tool.ts';

const PARTNER = 'partner.example.mil';
const ROOMS = `rooms.${PARTNER}`;
const ALLY = 'ally.example.mil';
const STRANGER = 'other.example.mil';
const OFF = new RegExp(`Communication with (?:rooms\\.)?${PARTNER.replaceAll('.', '\\.')} is switched off`);

let site: TestSite;
let tool: ServerTool;
let port: number;
let theirs: PeerServer;
const open: (RawXmpp | Peer)[] = [];

beforeAll(async () => {
  port = await freePort();
  const theirPort = await freePort();
  site = await startTestSite({
    users: [testUser('alice', 1)],
    epochs: [1],
    prosody: (pki) => {
      const authorities = join(pki.directory, 'partners.pem');
      const { server, root } = pki.ca;
      const files = [server.certificate, root.certificate, server.crl, root.crl];
      writeFileSync(authorities, files.map((file) => readFileSync(file, 'utf8')).join('\n'));
      return {
        accounts: [{ account: 'alice', upn: '1000000001@mil' }],
        machines: [{ kid: 'WS-1' }],
        federation: {
          partners: [PARTNER, ROOMS, ALLY],
          port,
          authorities,
          ports: { [PARTNER]: theirPort, [ALLY]: theirPort },
        },
      };
    },
  });
  tool = serverTool(site.server);
  theirs = await PeerServer.listen(site, PARTNER, theirPort);
});
afterEach(async () => {
  for (const one of open.splice(0)) (one instanceof Peer ? one.stream : one).close();
  await site.server.setSwitch({});
});
afterAll(async () => {
  await theirs?.stop();
  await site?.stop();
});

async function online(): Promise<RawXmpp> {
  const client = await site.connect(site.card('alice'));
  open.push(client);
  await client.passLock(site.machine('WS-1', 1));
  expect(await client.external()).toContain('<success');
  await client.bind('desk');
  client.send("<iq type='get' id='r'><query xmlns='jabber:iq:roster'/></iq>");
  await client.take(/<iq [^>]*id='r'.*?(?:<\/iq>|\/>)/s);
  client.send('<presence/>');
  await client.take(/<presence [^>]*from='alice@/);
  return client;
}

async function connect(domain: string, to = DOMAIN): Promise<Peer> {
  const peer = await Peer.connect(site, { port, domain, to, identity: peerIdentity(site, domain) });
  open.push(peer);
  return peer;
}

async function partner(domain = PARTNER): Promise<Peer> {
  const peer = await connect(domain);
  await peer.signIn();
  return peer;
}

/** A message of the partner's user reaches alice. */
async function reaches(peer: Peer, alice: RawXmpp, id: string): Promise<void> {
  peer.stream.send(
    `<message from='eve@${peer.domain}/x' to='alice@${DOMAIN}' type='chat' id='${id}'><body>hello</body></message>`,
  );
  expect(await alice.take(new RegExp(`<message [^>]*id='${id}'.*?</message>`, 's'))).toContain('hello');
}

describe('a partner’s domain that is switched off', () => {
  it('ends its streams, takes its contacts away, and lets nothing pass; on again it is back', async () => {
    const alice = await online();
    const eve = await partner();
    const ally = await partner(ALLY);
    await reaches(eve, alice, 'before');
    // a contact there, seen and seeing
    alice.send(`<presence type='subscribe' to='eve@${PARTNER}'/>`);
    await alice.take(/<iq [^>]*type='set'.*?ask='subscribe'.*?<\/iq>/s);
    eve.stream.send(
      `<presence type='subscribed' from='eve@${PARTNER}' to='alice@${DOMAIN}'/><presence from='eve@${PARTNER}/x' to='alice@${DOMAIN}'/>`,
    );
    await alice.take(new RegExp(`<presence [^>]*from='eve@${PARTNER}/x'`));
    alice.send(`<presence to='war@${ROOMS}/alice'><x xmlns='http://jabber.org/protocol/muc'/></presence>`);

    const off = await tool.run('off', '--partner', 'Partner.Example.mil', '--reason', 'leak');
    expect(off).toMatchObject({ code: 0, err: '' });
    expect(off.out).toContain(`The partner ${PARTNER} is off`);
    expect(off.out).toMatch(/ended \d streams? to partners/);
    const ending = await eve.stream.rest();
    expect(ending).toContain('<policy-violation ');
    expect(ending).toMatch(OFF);
    await alice.take(
      new RegExp(
        `<presence [^>]*type='unavailable'[^>]*from='eve@${PARTNER}'|<presence [^>]*from='eve@${PARTNER}'[^>]*type='unavailable'`,
      ),
    );
    expect(await alice.take(new RegExp(`from='war@${ROOMS}/alice'.*?</presence>`, 's'))).toContain(
      "code='332'",
    );
    // out: the domain, what is below it, in whatever case, presence too
    for (const [i, to] of [`eve@${PARTNER}`, `eve@${PARTNER.toUpperCase()}/x`, `war@${ROOMS}`].entries()) {
      alice.send(`<message type='chat' id='o${i}' to='${to}'><body>x</body></message>`);
      const refusal = await alice.take(new RegExp(`<message [^>]*id='o${i}'.*?</message>`, 's'));
      expect(refusal).toContain('<not-allowed ');
      expect(refusal).toMatch(OFF);
    }
    // in: as itself, as one of its services, to the domain and to its rooms
    for (const [domain, to] of [
      [PARTNER, DOMAIN],
      [ROOMS, DOMAIN],
      [PARTNER, `conference.${DOMAIN}`],
    ] as const) {
      const again = await connect(domain, to);
      again.header();
      const refusal = await again.stream.rest();
      expect(refusal).toContain('<policy-violation ');
      expect(refusal).toMatch(OFF);
    }
    await reaches(ally, alice, 'ally');
    expect((await tool.run('status')).out).toContain(`partners off  ${PARTNER}`);
    expect(await tool.records('events', '--event', 'federation.refused')).toContainEqual(
      expect.objectContaining({ domain: PARTNER, reason: 'switched-off' }),
    );
    expect(await tool.records('events', '--event', 'admin.switch')).toContainEqual(
      expect.objectContaining({ position: 'off', target: 'partner', name: PARTNER, reason: 'leak' }),
    );

    const before = theirs.received.length;
    expect((await tool.run('on', '--partner', PARTNER)).code).toBe(0);
    await reaches(await partner(), alice, 'after');
    // alice need not sign in again to see who is there
    await expect
      .poll(() => theirs.received.slice(before), { timeout: 15_000 })
      .toMatch(new RegExp(`<presence (?=[^>]*type='probe')[^>]*to='eve@${PARTNER}'`));
  });

  it('ends the streams that this server opened, and puts its people out of rooms', async () => {
    const room = `joint@conference.${DOMAIN}`;
    const alice = await online();
    const eve = await partner();
    alice.send(`<presence to='${room}/alice'><x xmlns='http://jabber.org/protocol/muc'/></presence>`);
    await alice.take(/<subject/);
    eve.stream.send(
      `<presence from='eve@${PARTNER}/x' to='${room}/eve'><x xmlns='http://jabber.org/protocol/muc'/></presence>`,
    );
    await alice.take(/<presence [^>]*from='joint@[^>]*\/eve'/);
    alice.send(`<message type='groupchat' to='${room}' id='in'><body>to both of us</body></message>`);
    await expect.poll(() => theirs.received, { timeout: 15_000 }).toContain('to both of us');
    expect(theirs.streams).toBeGreaterThan(0);

    const off = await tool.run('off', '--partner', PARTNER, '--reason', 'leak');
    expect(off.out).toContain('put 1 occupant out of rooms');
    const left = await alice.take(
      /<presence [^>]*from='joint@[^>]*\/eve'[^>]*>(?:(?!<\/presence>).)*role='none'.*?<\/presence>/s,
    );
    expect(left).toMatch(OFF);
    await expect.poll(() => theirs.streams, { timeout: 15_000 }).toBe(0);
    const before = theirs.received.length;
    alice.send(`<message type='groupchat' to='${room}' id='alone'><body>to me alone</body></message>`);
    await alice.take(/<message [^>]*id='alone'/);
    alice.send(`<message type='chat' to='eve@${PARTNER}' id='to'><body>to eve</body></message>`);
    expect(await alice.take(/<message [^>]*id='to'.*?<\/message>/s)).toMatch(OFF);
    expect(theirs.received.slice(before)).not.toMatch(/to me alone|to eve/);

    await tool.run('on', '--partner', PARTNER);
    alice.send(`<message type='chat' to='eve@${PARTNER}' id='back'><body>back again</body></message>`);
    await expect.poll(() => theirs.received, { timeout: 15_000 }).toContain('back again');
  });

  it('stays off over a restart, and the switch makes no partner of a domain that is none', async () => {
    await tool.run('off', '--partner', PARTNER, '--reason', 'exercise');
    await tool.run('off', '--partner', STRANGER, '--reason', 'exercise');
    await site.server.restart();
    const early = await connect(PARTNER);
    early.header();
    expect(await early.stream.rest()).toMatch(OFF);
    await tool.run('on', '--partner', STRANGER);
    const stranger = await connect(STRANGER);
    stranger.header();
    expect(await stranger.stream.rest()).toContain('No communication with this domain');
  });

  it('is refused in the middle of a sign-in', async () => {
    const peer = await connect(PARTNER);
    peer.header();
    await peer.stream.take(/<stream:features>.*?<\/stream:features>/s);
    await tool.run('off', '--partner', PARTNER, '--reason', 'exercise');
    peer.external();
    const rest = await peer.stream.rest();
    expect(rest).not.toContain('<success');
    expect(rest).toContain('<policy-violation ');
  });
});

describe('federation', () => {
  it('delivers to a partner over TLS with certificates on both sides, and to nobody who is not who he should be', async () => {
    const alice = await online();
    alice.send(`<message type='chat' to='eve@${PARTNER}' id='f1'><body>there and back</body></message>`);
    await expect.poll(() => theirs.received, { timeout: 15_000 }).toContain('there and back');
    alice.send(`<message type='chat' to='eve@${ALLY}' id='f2'><body>to the ally</body></message>`);
    expect(await alice.take(/<message [^>]*id='f2'.*?<\/message>/s)).toContain("type='error'");
    expect(theirs.received).not.toContain('to the ally');
  });

  it('refuses a stranger’s stream to the rooms as it does one to the domain', async () => {
    for (const to of [DOMAIN, `conference.${DOMAIN}`, `directory.${DOMAIN}`]) {
      const stranger = await connect(STRANGER, to);
      stranger.header();
      const rest = await stranger.stream.rest();
      expect(rest).toContain('<policy-violation ');
      expect(rest).not.toContain('mechanism');
    }
  });
});
