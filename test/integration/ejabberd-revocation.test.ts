/** Revocation lists at the real ejabberd, which by itself looks at none. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openssl } from '../../build/site/pki-openssl.ts';
import { BINDING, type EjabberdSite, startEjabberdSite } from '../support/ejabberd-site.ts';
import { DOMAIN, type SoftIdentity, testUser } from '../support/prosody-site.ts';
import type { RawXmpp } from '../support/raw-xmpp.ts';

let site: EjabberdSite;
const NOT_ACCEPTED = /<stream:error><not-authorized .*<\/stream:error><\/stream:stream>$/s;

beforeAll(async () => {
  site = await startEjabberdSite({
    users: [testUser('alice', 1), testUser('bob', 2), testUser('frank', 3, { state: 'revoked' })],
    epochs: [1],
    ejabberd: {
      accounts: ['alice', 'bob', 'frank'].map((account, at) => ({
        account,
        upn: `${1_000_000_001 + at}@mil`,
      })),
      machines: [{ kid: 'WS-1' }],
    },
  });
});
afterAll(() => site?.stop());

async function beforeSasl(identity: SoftIdentity): Promise<RawXmpp> {
  const client = await site.connect(identity);
  await client.passLock(site.machine('WS-1', 1), BINDING);
  return client;
}

async function signIn(identity: SoftIdentity, authzid: string): Promise<string> {
  const client = await beforeSasl(identity);
  expect(await client.external(authzid)).toContain('<success');
  const jid = await client.bind();
  client.close();
  return jid;
}

/** What a connection gets that ends at its first stream header. */
async function refusedAtOnce(identity: SoftIdentity): Promise<string> {
  const client = await site.connect(identity);
  client.send(
    `<stream:stream to='${DOMAIN}' version='1.0' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>`,
  );
  return client.rest();
}

describe('revocation lists', () => {
  const pem = (file: string) => readFileSync(file, 'utf8');
  const current = () => {
    const { pki } = site;
    return [pki.chain, pki.ca.root.crl, pki.ca.id.crl, pki.ca.email.crl].map(pem).join('\n');
  };

  /** An ID authority's list with these dates, signed by its own key or another's. */
  async function list(name: string, options: readonly string[], by = site.pki.ca.id): Promise<string> {
    const base = join(site.directory, name);
    writeFileSync(`${base}.txt`, '');
    writeFileSync(`${base}.number`, '09\n');
    const config = `[ca]\ndefault_ca=x\n[x]\ndatabase=${base}.txt\ncrlnumber=${base}.number\ndefault_md=sha256\n`;
    writeFileSync(`${base}.cnf`, config);
    const files = ['-config', `${base}.cnf`, '-cert', by.certificate, '-keyfile', by.key];
    await openssl('ca', ...files, '-gencrl', '-out', `${base}.crl`, ...options);
    return pem(`${base}.crl`);
  }
  const dates = (last: string, next: string) => ['-crl_lastupdate', last, '-crl_nextupdate', next];

  it('that have run out refuse everybody, and end live sessions', async () => {
    const alice = await beforeSasl(site.card('alice'));
    await alice.external(`alice@${DOMAIN}`);
    await alice.bind('live');
    const { chain, ca } = site.pki;
    const old = await list('expired', dates('20200101000000Z', '20200201000000Z'));
    await site.server.setClientAuthorities([pem(chain), pem(ca.root.crl), old, pem(ca.email.crl)].join('\n'));
    expect(await alice.rest()).toContain('<not-authorized ');
    expect(await refusedAtOnce(site.card('alice'))).toMatch(NOT_ACCEPTED);
    await site.server.setClientAuthorities(current());
    expect(await signIn(site.card('alice'), `alice@${DOMAIN}`)).toBe(`alice@${DOMAIN}/raw`);
  });

  const broken: readonly (readonly [string, () => Promise<string>])[] = [
    ['is missing', async () => ''],
    ['is the root’s, and missing', async () => pem(site.pki.ca.id.crl)],
    ['is of the future', () => list('future', dates('20400101000000Z', '20400201000000Z'))],
    ['is signed by another authority of the same name', async () => pem(site.pki.ca.other.crl)],
  ];
  it.each(broken)('when one %s, nobody is let in', async (what, make) => {
    const { chain, ca } = site.pki;
    const lists = [await make(), what.includes('root') ? '' : pem(ca.root.crl), pem(ca.email.crl)];
    await site.server.setClientAuthorities([pem(chain), ...lists].join('\n'));
    expect(await refusedAtOnce(site.card('alice'))).toMatch(NOT_ACCEPTED);
    await site.server.setClientAuthorities(current());
  });

  it('that name a card end its live session, and no other', async () => {
    const live = async (account: string): Promise<RawXmpp> => {
      const client = await beforeSasl(site.card(account));
      await client.external(`${account}@${DOMAIN}`);
      await client.bind('live');
      return client;
    };
    const [alice, bob] = [await live('alice'), await live('bob')];
    const base = join(site.directory, 'revoking');
    writeFileSync(`${base}.txt`, '');
    writeFileSync(`${base}.number`, '0a\n');
    writeFileSync(
      `${base}.cnf`,
      `[ca]\ndefault_ca=x\n[x]\ndatabase=${base}.txt\ncrlnumber=${base}.number\ndefault_md=sha256\ndefault_crl_days=3\n`,
    );
    const { chain, ca, cards } = site.pki;
    const files = ['-config', `${base}.cnf`, '-cert', ca.id.certificate, '-keyfile', ca.id.key];
    await openssl('ca', ...files, '-revoke', cards.alice?.slots['9a'].certificate ?? '');
    await openssl('ca', ...files, '-gencrl', '-out', `${base}.crl`);
    const lists = [pem(`${base}.crl`), pem(ca.root.crl), pem(ca.email.crl)];
    await site.server.setClientAuthorities([pem(chain), ...lists].join('\n'));
    expect(await alice.rest()).toContain('<not-authorized ');
    bob.send("<iq type='get' id='p'><ping xmlns='urn:xmpp:ping'/></iq>");
    expect(await bob.take(/<iq [^>]*id='p'[^>]*\/>/)).toContain("type='result'");
    bob.close();
    await site.server.setClientAuthorities(current());
  });

  it('of a file that breaks leave the last good ones in force', async () => {
    const path = join(site.directory, 'prosody', 'client-authorities.pem');
    writeFileSync(path, 'not a certificate');
    await expect.poll(() => site.server.log(), { timeout: 10_000 }).toContain('holds no authorities');
    expect(await signIn(site.card('bob'), `bob@${DOMAIN}`)).toBe(`bob@${DOMAIN}/raw`);
    await site.server.setClientAuthorities(current());
    expect(await refusedAtOnce(site.card('frank'))).toMatch(NOT_ACCEPTED);
  });
});
