/** Sign-in by card against the real Prosody: whose certificate is whose account, and what a disabled account gets. */
import { createHash, X509Certificate } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { byIssuerSerial, bySubjectKeyId, numberedCards } from '../support/numbered-cards.ts';
import {
  DOMAIN,
  issueCertificate,
  type SoftIdentity,
  startTestSite,
  type TestSite,
  testUser,
} from '../support/prosody-site.ts';
import { attribute, type RawXmpp } from '../support/raw-xmpp.ts';

let site: TestSite;
const UPN = '1.3.6.1.4.1.311.20.2.3;UTF8:';
const XMPP_ADDR = '1.3.6.1.5.5.7.8.5;UTF8:';

const ACCOUNTS = [
  { account: 'alice', upn: '1000000001@mil' },
  { account: 'bob', upn: '1000000002@mil', xmppAddr: `bob@${DOMAIN}` },
  { account: 'carol', upn: '1000000003@mil', disabled: true },
  { account: 'erin', upn: '1000000005@mil' },
  { account: 'frank', upn: '1000000006@mil' },
  { account: 'gus', upn: '1000000007@mil' },
];

beforeAll(async () => {
  site = await startTestSite({
    users: [
      testUser('alice', 1, { keyType: 'rsa2048' }),
      testUser('bob', 2, { keyType: 'p384' }),
      testUser('carol', 3),
      testUser('mallory', 4),
      testUser('erin', 5, { state: 'expired' }),
      testUser('frank', 6, { state: 'revoked' }),
      testUser('gus', 7, { state: 'not-yet-valid' }),
    ],
    epochs: [1],
    prosody: { accounts: ACCOUNTS, machines: [{ kid: 'WS-1' }] },
  });
});
afterAll(() => site?.stop());

function issue(commonName: string, subjectAltName: string, extendedKeyUsage = 'clientAuth'): SoftIdentity {
  return issueCertificate(site.directory, {
    commonName,
    subjectAltName,
    extendedKeyUsage,
    by: site.pki.ca.id,
  });
}

/** Connects and passes the lock. */
async function beforeSasl(identity: SoftIdentity | undefined): Promise<RawXmpp> {
  const client = await site.connect(identity);
  await client.passLock(site.machine('WS-1', 1));
  return client;
}

async function signIn(identity: SoftIdentity, authzid?: string): Promise<string> {
  const client = await beforeSasl(identity);
  const answer = await client.external(authzid);
  if (!answer.startsWith('<success')) {
    client.close();
    return /<failure[^>]*><([a-z-]+)\/>/.exec(answer)?.[1] ?? answer;
  }
  const jid = await client.bind();
  client.close();
  return jid;
}

describe('a card', () => {
  it.each([
    ['without an authzid', undefined],
    ['with its own address', `alice@${DOMAIN}`],
    ['with its own address in capitals', `Alice@${DOMAIN.toUpperCase()}`],
  ])('signs its owner in %s', async (_what, authzid) => {
    expect(await signIn(site.card('alice'), authzid)).toBe(`alice@${DOMAIN}/raw`);
  });

  it('with a P-384 key signs its owner in', async () => {
    expect(await signIn(site.card('bob'))).toBe(`bob@${DOMAIN}/raw`);
  });

  it.each([
    ['another user’s', `bob@${DOMAIN}`],
    ['its own UPN', '1000000001@mil'],
    ['its address on another host', 'alice@other.example.mil'],
    ['its address with a resource', `alice@${DOMAIN}/x`],
    ['the domain', DOMAIN],
    ['no address at all', '@@'],
    ['one with a NUL', `alice@${DOMAIN}\0`],
  ])('may not ask for %s address', async (_what, authzid) => {
    expect(await signIn(site.card('alice'), authzid)).toBe('invalid-authzid');
  });

  it('that is in no list signs nobody in', async () => {
    expect(await signIn(site.card('mallory'))).toBe('not-authorized');
    expect(await signIn(site.card('mallory'), `alice@${DOMAIN}`)).toBe('not-authorized');
    expect(await signIn(site.card('mallory'), `mallory@${DOMAIN}`)).toBe('not-authorized');
  });

  it('of a disabled account is told so, whatever it asks for', async () => {
    expect(await signIn(site.card('carol'))).toBe('account-disabled');
    expect(await signIn(site.card('carol'), `alice@${DOMAIN}`)).toBe('account-disabled');
  });

  it('may answer the challenge that follows an auth without a text', async () => {
    const client = await beforeSasl(site.card('alice'));
    client.send("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='EXTERNAL'/>");
    await client.take(/<challenge [^>]*>(=<\/challenge>)?/);
    client.send("<response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>");
    expect(await client.take(/<success[^>]*>|<failure.*?<\/failure>/s)).toContain('<success');
    client.close();
  });

  it.each(['PLAIN', 'ANONYMOUS', 'SCRAM-SHA-256', 'external', ''])(
    'is the only way in: mechanism "%s" is refused',
    async (mechanism) => {
      const client = await beforeSasl(site.card('alice'));
      client.send(`<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='${mechanism}'>=</auth>`);
      expect(await client.take(/<success[^>]*>|<failure.*?<\/failure>/s)).toContain('<invalid-mechanism/>');
      client.close();
    },
  );
});

describe('a certificate', () => {
  it('is never mapped by its e-mail address or its name', async () => {
    expect(await signIn(issue('alice', `email:alice@${DOMAIN}`))).toBe('not-authorized');
    expect(await signIn(issue('1000000001@mil', 'email:1000000001@mil'))).toBe('not-authorized');
    expect(await signIn(issue('ALLEN.ALICE.A.1000000001', `DNS:${DOMAIN}`))).toBe('not-authorized');
  });

  it('is mapped by a listed xmppAddr, and by no other', async () => {
    expect(await signIn(issue('by address', `otherName:${XMPP_ADDR}bob@${DOMAIN}`))).toBe(
      `bob@${DOMAIN}/raw`,
    );
    expect(await signIn(issue('by another address', `otherName:${XMPP_ADDR}alice@${DOMAIN}`))).toBe(
      'not-authorized',
    );
    expect(await signIn(issue('by the domain', `otherName:${XMPP_ADDR}${DOMAIN}`), `alice@${DOMAIN}`)).toBe(
      'not-authorized',
    );
  });

  it('is not mapped by a UPN that only resembles a listed one', async () => {
    for (const upn of ['1000000001@mil.evil', 'x1000000001@mil', '1000000001', ' 1000000001@mil']) {
      expect(await signIn(issue(`like ${upn}`, `otherName:${UPN}${upn}`)), upn).toBe('not-authorized');
    }
  });

  it('that names two people signs nobody in', async () => {
    const two = issue('two UPNs', `otherName:${UPN}1000000001@mil,otherName:${UPN}1000000002@mil`);
    expect(await signIn(two)).toBe('not-authorized');
    expect(await signIn(two, `alice@${DOMAIN}`)).toBe('not-authorized');
    const mixed = issue(
      'UPN and address',
      `otherName:${UPN}1000000001@mil,otherName:${XMPP_ADDR}bob@${DOMAIN}`,
    );
    expect(await signIn(mixed)).toBe('not-authorized');
  });

  it.each([
    ['expired', () => site.card('erin'), /alert certificate expired/],
    ['not yet valid', () => site.card('gus'), /alert bad certificate/],
    ['revoked', () => site.card('frank'), /alert certificate revoked/],
    ['the card’s own (9E)', () => site.card('alice', '9e'), /alert unsupported certificate/],
    ['for decryption (9D)', () => site.card('alice', '9d'), /alert unsupported certificate/],
    [
      'for servers only',
      () => issue('server only', `otherName:${UPN}1000000001@mil`, 'serverAuth'),
      /alert unsupported certificate/,
    ],
    [
      'for e-mail only',
      () => issue('mail only', `otherName:${UPN}1000000001@mil`, 'emailProtection'),
      /alert unsupported certificate/,
    ],
    [
      'of an authority that is not trusted',
      () =>
        issueCertificate(site.directory, {
          commonName: 'foreign',
          subjectAltName: `otherName:${UPN}1000000001@mil`,
          by: site.pki.ca.other,
        }),
      /alert unknown ca/,
    ],
    [
      'of its own making',
      () =>
        issueCertificate(site.directory, {
          commonName: 'self-signed',
          subjectAltName: `otherName:${UPN}1000000001@mil`,
        }),
      /alert unknown ca/,
    ],
  ] as const)('that is %s ends in TLS', async (_what, identity, alert) => {
    const client = await site.connect(identity());
    await expect(client.open()).rejects.toThrow(alert);
    expect(client.received).toBe('');
  });

  it('has to be shown', async () => {
    const client = await site.connect();
    await expect(client.open()).rejects.toThrow(/alert certificate required/);
  });
});

describe('TLS', () => {
  it('is 1.3 and nothing older', async () => {
    const client = await site.connect(site.card('alice'));
    expect(client.protocol).toBe('TLSv1.3');
    client.close();
    await expect(site.connect(site.card('alice'), { maxVersion: 'TLSv1.2' })).rejects.toThrow(
      /alert protocol version/,
    );
  });
});

describe('the table of accounts', () => {
  async function bound(account: string, resource: string): Promise<RawXmpp> {
    const client = await beforeSasl(site.card(account));
    await client.external();
    await client.bind(resource);
    return client;
  }

  it('ends the sessions of an account that is disabled, and lets it in again afterwards', async () => {
    const alice = await bound('alice', 'ends');
    const bob = await bound('bob', 'stays');
    await site.server.disableAccount('alice');
    expect(await alice.rest()).toContain('<not-authorized ');
    expect(await signIn(site.card('alice'))).toBe('account-disabled');
    bob.send("<iq type='get' id='p'><ping xmlns='urn:xmpp:ping'/></iq>");
    expect(await bob.take(/<iq [^>]*id='p'[^>]*\/>/)).toContain("type='result'");
    bob.close();
    await site.server.enableAccount('alice');
    expect(await signIn(site.card('alice'))).toBe(`alice@${DOMAIN}/raw`);
  });

  it('ends what a disabled account has signed in but keeps unbound, or waiting to be resumed', async () => {
    const unbound = await beforeSasl(site.card('alice'));
    expect(await unbound.external()).toContain('<success');
    const sleeping = await bound('alice', 'sleeps');
    sleeping.send("<enable xmlns='urn:xmpp:sm:3' resume='true'/>");
    const id = attribute(await sleeping.take(/<enabled [^>]*>/), 'id');
    sleeping.close();
    await site.server.disableAccount('alice');
    expect(await unbound.rest()).toContain('<not-authorized ');
    await site.server.enableAccount('alice');
    const again = await beforeSasl(site.card('alice'));
    await again.external();
    await again.open();
    again.send(`<resume xmlns='urn:xmpp:sm:3' previd='${id}' h='0'/>`);
    expect(await again.take(/<(?:resumed|failed)[^>]*>/)).toContain('<failed');
    again.close();
  });

  it('maps by issuer and serial number, and by key identifier, as they stand in the certificate', async () => {
    const cards = numberedCards(site.directory, site.pki);
    for (const map of [byIssuerSerial, bySubjectKeyId]) {
      await site.server.setAccounts([...ACCOUNTS, map('mallory', cards)]);
      expect(await signIn(cards.good)).toBe(`mallory@${DOMAIN}/raw`);
      for (const [what, card] of Object.entries(cards.tricks))
        expect([what, await signIn(card)]).toEqual([what, 'not-authorized']);
    }
    const { card, issuerSerial } = cards.otherLetters;
    await site.server.setAccounts([...ACCOUNTS, { account: 'mallory', issuerSerial }]);
    expect(await signIn(card)).toBe(`mallory@${DOMAIN}/raw`);
    expect(await signIn(cards.good)).toBe('not-authorized');
    // One certificate of two accounts is nobody's, whichever kinds lead to them.
    const two = [byIssuerSerial('mallory', cards), bySubjectKeyId('nan', cards)];
    await site.server.setAccounts([...ACCOUNTS, ...two]);
    expect(await signIn(cards.good)).toBe('not-authorized');
    await site.server.setAccounts(ACCOUNTS);
  });

  it('maps by public key where it lists one', async () => {
    const card = site.card('mallory');
    const spki = new X509Certificate(card.certificate).publicKey.export({ format: 'der', type: 'spki' });
    const spkiSha256 = createHash('sha256').update(spki).digest('base64');
    await site.server.setAccounts([...ACCOUNTS, { account: 'mallory', spkiSha256 }]);
    expect(await signIn(card)).toBe(`mallory@${DOMAIN}/raw`);
    await site.server.setAccounts(ACCOUNTS);
    expect(await signIn(card)).toBe('not-authorized');
  });

  it('survives a restart of the server', async () => {
    await site.server.disableAccount('bob');
    const { pid, port } = site.server;
    await site.server.restart();
    expect(site.server.pid).not.toBe(pid);
    expect(site.server.port).toBe(port);
    expect(await signIn(site.card('bob'))).toBe('account-disabled');
    expect(await signIn(site.card('alice'))).toBe(`alice@${DOMAIN}/raw`);
    await site.server.enableAccount('bob');
  });

  it('keeps its last good state when the file breaks', async () => {
    const path = join(site.directory, 'prosody', 'accounts.json');
    const head = `{"format":"sallyport.card-accounts/1","domain":"${DOMAIN}","accounts":`;
    const twice = `${head}[{"account":"alice","upns":["x@mil"]},{"account":"alice"}]}`;
    const shared = `${head}[{"account":"alice","upns":["x@mil"]},{"account":"bob","upns":["X@MIL"]}]}`;
    for (const [text, complaint] of [
      [twice, 'names the account alice twice'],
      [shared, 'two accounts share upn:x@mil'],
      [`${head}[{"account":"Alice","upns":["x@mil"]}]}`, 'no localpart in its prepared form'],
      [`${head}[{"account":"alice","upns":"x@mil"}]}`, 'upns of alice is not a list'],
      [`${head}[{"account":"alice","disabled":"no"}]}`, 'disabled of alice is not true or false'],
      ['{"accounts":', 'is not a JSON object'],
      ['{}', 'is not of the format'],
      ['', 'is empty or unreadable'],
      ['[]'.padEnd(65 * 1024 * 1024), 'is too large'],
    ] as const) {
      writeFileSync(path, text);
      await expect
        .poll(() => site.server.log(), { timeout: 10_000 })
        .toContain(
          `${complaint}${complaint.startsWith('is not of') ? ' sallyport.card-accounts/1' : ''}; the last good one stays in force`,
        );
    }
    expect(await signIn(site.card('alice'))).toBe(`alice@${DOMAIN}/raw`);
    await site.server.setAccounts(ACCOUNTS);
  });

  it('is not written to by clients: no registration, no password, no removal', async () => {
    const alice = await bound('alice', 'register');
    for (const query of [
      '<username>mallory</username><password>x</password>',
      '<remove/>',
      '<username>alice</username><password>x</password>',
    ]) {
      alice.send(`<iq type='set' id='r'><query xmlns='jabber:iq:register'>${query}</query></iq>`);
      expect(await alice.take(/<iq [^>]*id='r'.*?<\/iq>/s)).toContain("type='error'");
    }
    alice.close();
    expect(await signIn(site.card('alice'))).toBe(`alice@${DOMAIN}/raw`);
  });
});
