/** Federation by list on the real Prosody: partners that prove themselves by certificate, and nobody else. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect, type TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../build/site/prosody-process.ts';
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
  const PARTNER = 'partner.example.mil';
  const open = new Set<TLSSocket>();

  beforeAll(async () => {
    port = await freePort();
    site = await startTestSite({
      users: USERS,
      epochs: [1],
      prosody: (pki) => {
        const authorities = join(pki.directory, 'partners.pem');
        const { server, root } = pki.ca;
        writeFileSync(authorities, pem(server.certificate, root.certificate, server.crl, root.crl));
        return { ...PROSODY, federation: { partners: [PARTNER], port, authorities } };
      },
    });
  });
  afterAll(async () => {
    for (const socket of open) socket.destroy();
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
});
