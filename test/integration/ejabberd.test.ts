/** Sign-in by card against the real ejabberd: whose certificate is whose account, and which certificates are none. */
import { createHash, X509Certificate } from 'node:crypto';
import { chmodSync, readFileSync, renameSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  BINDING,
  boundClient,
  type EjabberdSite,
  lockedClient,
  refusedAtOnce,
  startEjabberdSite,
} from '../support/ejabberd-site.ts';
import { byIssuerSerial, bySubjectKeyId, numberedCards } from '../support/numbered-cards.ts';
import { DOMAIN, issueCertificate, type SoftIdentity, testUser } from '../support/prosody-site.ts';
import { attribute } from '../support/raw-xmpp.ts';

let site: EjabberdSite;
const UPN = '1.3.6.1.4.1.311.20.2.3;UTF8:';
const XMPP_ADDR = '1.3.6.1.5.5.7.8.5;UTF8:';
const NOT_ACCEPTED = /<stream:error><not-authorized .*<\/stream:error><\/stream:stream>$/s;

const ACCOUNTS = [
  { account: 'alice', upn: '1000000001@mil' },
  { account: 'bob', upn: '1000000002@mil', xmppAddr: `bob@${DOMAIN}` },
  { account: 'carol', upn: '1000000003@mil', disabled: true },
  { account: 'erin', upn: '1000000005@mil' },
  { account: 'frank', upn: '1000000006@mil' },
  { account: 'gus', upn: '1000000007@mil' },
];

beforeAll(async () => {
  site = await startEjabberdSite({
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
    ejabberd: { accounts: ACCOUNTS, machines: [{ kid: 'WS-1' }] },
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

const beforeSasl = (identity: SoftIdentity | undefined) => lockedClient(site, identity, 1);

async function signIn(identity: SoftIdentity, authzid?: string): Promise<string> {
  const client = await beforeSasl(identity);
  const answer = await client.external(authzid);
  if (!answer.startsWith('<success')) {
    const condition = /<failure[^>]*><([a-z-]+)\/>/.exec(answer)?.[1] ?? answer;
    expect(await client.rest()).toMatch(NOT_ACCEPTED);
    return condition;
  }
  const jid = await client.bind();
  client.close();
  return jid;
}

describe('a card', () => {
  it('signs its owner in', async () => {
    expect(await signIn(site.card('alice'), `alice@${DOMAIN}`)).toBe(`alice@${DOMAIN}/raw`);
  });

  it('with a P-384 key signs its owner in', async () => {
    expect(await signIn(site.card('bob'), `bob@${DOMAIN}`)).toBe(`bob@${DOMAIN}/raw`);
  });

  it.each([
    ['another user’s', `bob@${DOMAIN}`],
    ['an administrator’s', `admin@${DOMAIN}`],
    ['an account’s that does not exist', `nobody@${DOMAIN}`],
    ['its own UPN', '1000000001@mil'],
    ['its own, written in capitals', `Alice@${DOMAIN}`],
    ['its address on another host', 'alice@other.example.mil'],
    ['its address with a resource', `alice@${DOMAIN}/x`],
    ['the domain', DOMAIN],
    ['no address at all', '@@'],
    ['one with a NUL', `alice@${DOMAIN}\0`],
  ])('may not ask for %s address', async (_what, authzid) => {
    expect(await signIn(site.card('alice'), authzid)).toBe('invalid-authzid');
  });

  it('may leave the choice of the account to the server', async () => {
    expect(await signIn(site.card('alice'))).toBe(`alice@${DOMAIN}/raw`);
    expect(await signIn(site.card('mallory'))).toBe('not-authorized');
    expect(await signIn(site.card('carol'))).toBe('account-disabled');
    const client = await beforeSasl(site.card('bob'));
    client.send("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='EXTERNAL'/>");
    expect(await client.take(/<success[^>]*>|<failure.*?<\/failure>/s)).toContain('<success');
    expect(await client.bind()).toBe(`bob@${DOMAIN}/raw`);
    client.close();
  });

  it('that leaves the choice to the server may send nothing ahead', async () => {
    const asks = (text: string) =>
      `<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='EXTERNAL'>${text}</auth>`;
    const own = asks(Buffer.from(`alice@${DOMAIN}`).toString('base64'));
    for (const ahead of [asks('='), own, asks('Ym9i'), '<presence/>', "<iq type='get' id='x'/>"]) {
      const client = await beforeSasl(site.card('alice'));
      client.send(asks('=') + ahead);
      const rest = await client.rest();
      expect(rest, ahead).toMatch(/<stream:error>.*<\/stream:error><\/stream:stream>$/s);
      expect(rest, ahead).not.toContain('<iq');
    }
  });

  it('that is in no list signs nobody in', async () => {
    for (const account of ['alice', 'mallory']) {
      expect(await signIn(site.card('mallory'), `${account}@${DOMAIN}`)).toBe('not-authorized');
    }
  });

  it('of a disabled account is told so, whatever it asks for', async () => {
    expect(await signIn(site.card('carol'), `carol@${DOMAIN}`)).toBe('account-disabled');
    expect(await signIn(site.card('carol'), `alice@${DOMAIN}`)).toBe('account-disabled');
  });

  it.each(['PLAIN', 'ANONYMOUS', 'SCRAM-SHA-1', 'SCRAM-SHA-256', 'X-OAUTH2', 'external', ''])(
    'is the only way in: mechanism "%s" is refused',
    async (mechanism) => {
      const client = await beforeSasl(site.card('alice'));
      const text = Buffer.from(`\0alice\0password`).toString('base64');
      client.send(`<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='${mechanism}'>${text}</auth>`);
      expect(await client.take(/<success[^>]*>|<failure.*?<\/failure>/s)).toMatch(
        /<(invalid-mechanism|malformed-request)\/>/,
      );
      client.close();
    },
  );

  it('is the only thing offered', async () => {
    const client = await site.connect(site.card('alice'));
    const features = await client.passLock(site.machine('WS-1', 1), BINDING);
    expect(features.match(/<mechanism>[^<]*/g)).toEqual(['<mechanism>EXTERNAL']);
    expect(features).not.toMatch(/register|iq-auth|starttls/);
    client.close();
  });
});

describe('a certificate', () => {
  it('is never mapped by its e-mail address or its name', async () => {
    const asAlice = `alice@${DOMAIN}`;
    expect(await signIn(issue('alice', `email:${asAlice}`), asAlice)).toBe('not-authorized');
    expect(await signIn(issue('1000000001@mil', 'email:1000000001@mil'), asAlice)).toBe('not-authorized');
    expect(await signIn(issue('ALLEN.ALICE.A.1000000001', `DNS:${DOMAIN}`), asAlice)).toBe('not-authorized');
  });

  it('is mapped by a listed xmppAddr, and by no other', async () => {
    const byAddress = issue('by address', `otherName:${XMPP_ADDR}bob@${DOMAIN}`);
    expect(await signIn(byAddress)).toBe(`bob@${DOMAIN}/raw`);
    expect(await signIn(byAddress, `bob@${DOMAIN}`)).toBe(`bob@${DOMAIN}/raw`);
    const another = issue('by another address', `otherName:${XMPP_ADDR}alice@${DOMAIN}`);
    expect(await signIn(another, `alice@${DOMAIN}`)).toBe('not-authorized');
    const master = issue('by the domain', `otherName:${XMPP_ADDR}${DOMAIN}`);
    expect(await signIn(master, `alice@${DOMAIN}`)).toBe('not-authorized');
  });

  it('is not mapped by a UPN that only resembles a listed one', async () => {
    for (const upn of ['1000000001@mil.evil', 'x1000000001@mil', '1000000001', ' 1000000001@mil']) {
      const like = issue(`like ${upn}`, `otherName:${UPN}${upn}`);
      expect(await signIn(like, `alice@${DOMAIN}`), upn).toBe('not-authorized');
    }
  });

  it('that names two people signs nobody in', async () => {
    const two = issue('two UPNs', `otherName:${UPN}1000000001@mil,otherName:${UPN}1000000002@mil`);
    expect(await signIn(two, `alice@${DOMAIN}`)).toBe('not-authorized');
    const mixed = issue(
      'UPN and address',
      `otherName:${UPN}1000000001@mil,otherName:${XMPP_ADDR}bob@${DOMAIN}`,
    );
    expect(await signIn(mixed, `alice@${DOMAIN}`)).toBe('not-authorized');
    expect(await signIn(mixed, `bob@${DOMAIN}`)).toBe('not-authorized');
  });

  it.each([
    ['expired', () => site.card('erin')],
    ['not yet valid', () => site.card('gus')],
    ['revoked', () => site.card('frank')],
    ['the card’s own (9E)', () => site.card('alice', '9e')],
    ['for decryption (9D)', () => site.card('alice', '9d')],
    ['for servers only', () => issue('server only', `otherName:${UPN}1000000001@mil`, 'serverAuth')],
    ['for e-mail only', () => issue('mail only', `otherName:${UPN}1000000001@mil`, 'emailProtection')],
    [
      'of an authority that is not trusted',
      () => {
        const by = site.pki.ca.other;
        return issueCertificate(site.directory, {
          commonName: 'foreign',
          subjectAltName: `otherName:${UPN}1000000001@mil`,
          by,
        });
      },
    ],
    [
      'of its own making',
      () =>
        issueCertificate(site.directory, {
          commonName: 'self-signed',
          subjectAltName: `otherName:${UPN}1000000001@mil`,
        }),
    ],
    [
      'issued by another person’s card',
      () => {
        const files = site.pki.cards.bob?.slots['9a'];
        if (files === undefined) throw new Error('no card');
        return issueCertificate(site.directory, {
          commonName: 'below bob',
          subjectAltName: `otherName:${UPN}1000000001@mil`,
          by: files,
        });
      },
    ],
  ] as const)('that is %s sees neither the lock nor SASL', async (_what, identity) => {
    const received = await refusedAtOnce(site, identity());
    expect(received).toMatch(NOT_ACCEPTED);
    expect(received).not.toMatch(/lock|mechanism/);
  });

  it('has to be shown', async () => {
    const received = await refusedAtOnce(site);
    expect(received).toMatch(NOT_ACCEPTED);
    expect(received).not.toMatch(/lock|mechanism/);
  });
});

describe('TLS', () => {
  it('is 1.3 and nothing older', async () => {
    const client = await site.connect(site.card('alice'));
    expect(client.protocol).toBe('TLSv1.3');
    client.close();
    await expect(site.connect(site.card('alice'), { maxVersion: 'TLSv1.2' })).rejects.toThrow(
      /alert protocol version|ECONNRESET|disconnected/,
    );
  });
});

describe('the table of accounts', () => {
  const bound = (account: string, resource: string) => boundClient(site, account, resource, { epoch: 1 });

  it('ends the sessions of an account that is disabled, and lets it in again afterwards', async () => {
    const alice = await bound('alice', 'ends');
    const bob = await bound('bob', 'stays');
    await site.server.disableAccount('alice');
    expect(await alice.rest()).toContain('<not-authorized ');
    expect(await signIn(site.card('alice'), `alice@${DOMAIN}`)).toBe('account-disabled');
    bob.send("<iq type='get' id='p'><ping xmlns='urn:xmpp:ping'/></iq>");
    expect(await bob.take(/<iq [^>]*id='p'[^>]*\/>/)).toContain("type='result'");
    bob.close();
    await site.server.enableAccount('alice');
    expect(await signIn(site.card('alice'), `alice@${DOMAIN}`)).toBe(`alice@${DOMAIN}/raw`);
  });

  it('ends what a disabled account has signed in but keeps unbound, or waiting to be resumed', async () => {
    const unbound = await beforeSasl(site.card('alice'));
    expect(await unbound.external(`alice@${DOMAIN}`)).toContain('<success');
    const sleeping = await bound('alice', 'sleeps');
    sleeping.send("<enable xmlns='urn:xmpp:sm:3' resume='true'/>");
    const id = attribute(await sleeping.take(/<enabled [^>]*>/), 'id');
    sleeping.close();
    await site.server.disableAccount('alice');
    await unbound.rest();
    await site.server.enableAccount('alice');
    const again = await beforeSasl(site.card('alice'));
    await again.external(`alice@${DOMAIN}`);
    await again.open();
    again.send(`<resume xmlns='urn:xmpp:sm:3' previd='${id}' h='0'/>`);
    expect(await again.take(/<(?:resumed|failed)[^>]*>/)).toContain('<failed');
    again.close();
  });

  it('maps by issuer and serial number, and by key identifier, as they stand in the certificate', async () => {
    const cards = numberedCards(site.directory, site.pki);
    for (const map of [byIssuerSerial, bySubjectKeyId]) {
      await site.server.setAccounts([...ACCOUNTS, map('mallory', cards)]);
      expect(await signIn(cards.good, `mallory@${DOMAIN}`)).toBe(`mallory@${DOMAIN}/raw`);
      for (const [what, card] of Object.entries(cards.tricks))
        expect([what, await signIn(card, `mallory@${DOMAIN}`)]).toEqual([what, 'not-authorized']);
    }
    const { card, issuerSerial } = cards.otherLetters;
    await site.server.setAccounts([...ACCOUNTS, { account: 'mallory', issuerSerial }]);
    expect(await signIn(card, `mallory@${DOMAIN}`)).toBe(`mallory@${DOMAIN}/raw`);
    expect(await signIn(cards.good, `mallory@${DOMAIN}`)).toBe('not-authorized');
    // One certificate of two accounts is nobody's, whichever kinds lead to them.
    const two = [byIssuerSerial('mallory', cards), bySubjectKeyId('nan', cards)];
    await site.server.setAccounts([...ACCOUNTS, ...two]);
    expect(await signIn(cards.good, `mallory@${DOMAIN}`)).toBe('not-authorized');
    await site.server.setAccounts(ACCOUNTS);
  });

  it('maps by public key where it lists one', async () => {
    const card = site.card('mallory');
    const spki = new X509Certificate(card.certificate).publicKey.export({ format: 'der', type: 'spki' });
    const spkiSha256 = createHash('sha256').update(spki).digest('base64');
    await site.server.setAccounts([...ACCOUNTS, { account: 'mallory', spkiSha256 }]);
    expect(await signIn(card, `mallory@${DOMAIN}`)).toBe(`mallory@${DOMAIN}/raw`);
    await site.server.setAccounts(ACCOUNTS);
    expect(await signIn(card, `mallory@${DOMAIN}`)).toBe('not-authorized');
  });

  it('survives a restart of the server', async () => {
    await site.server.disableAccount('bob');
    const { pid, port } = site.server;
    await site.server.restart();
    expect(site.server.pid).not.toBe(pid);
    expect(site.server.port).toBe(port);
    expect(await signIn(site.card('bob'), `bob@${DOMAIN}`)).toBe('account-disabled');
    expect(await signIn(site.card('alice'), `alice@${DOMAIN}`)).toBe(`alice@${DOMAIN}/raw`);
    await site.server.enableAccount('bob');
  });

  it('keeps its last good state when the file breaks', async () => {
    const path = join(site.directory, 'prosody', 'accounts.json');
    const head = `{"format":"sallyport.card-accounts/1","domain":"${DOMAIN}","accounts":`;
    const shared = `${head}[{"account":"alice","upns":["x@mil"]},{"account":"bob","upns":["X@MIL"]}]}`;
    for (const [text, complaint] of [
      [`${head}[{"account":"alice","upns":["x@mil"]},{"account":"alice"}]}`, 'names the account alice twice'],
      [shared, 'two accounts share upn:x@mil'],
      [`${head}[{"account":"Alice","upns":["x@mil"]}]}`, 'no localpart in its prepared form'],
      [`${head}[{"account":"alice","upns":"x@mil"}]}`, 'upns of alice is not a list'],
      [`${head}[{"account":"alice","disabled":"no"}]}`, 'disabled of alice is not true or false'],
      [`${head}[],"validUntil":"soon"}`, 'has a validUntil that is no time in UTC'],
      [`${head}[7]}`, 'no localpart in its prepared form'],
      ['{"accounts":', 'is not a JSON object'],
      ['{}', 'is not of the format sallyport.card-accounts/1'],
      ['', 'is empty or unreadable'],
      ['[]'.padEnd(65 * 1024 * 1024), 'is too large'],
    ] as const) {
      writeFileSync(path, text);
      await expect
        .poll(() => site.server.log(), { timeout: 10_000 })
        .toContain(`${complaint}; the last good one stays in force`);
    }
    expect(await signIn(site.card('alice'), `alice@${DOMAIN}`)).toBe(`alice@${DOMAIN}/raw`);
    await site.server.setAccounts(ACCOUNTS);
  });

  it('takes a file when it may be read at last, though nothing else of it changes', async () => {
    const path = join(site.directory, 'prosody', 'accounts.json');
    const next = `${path}.next`;
    const times = (text: string) => site.server.log().split(text).length;
    const [complaints, takings] = [
      times('is empty or unreadable; the last good'),
      times('accounts read from'),
    ];
    writeFileSync(next, `${readFileSync(path, 'utf8')}\n`);
    // so old that it need not be looked at twice
    utimesSync(next, new Date('2026-01-01T00:00:00Z'), new Date('2026-01-01T00:00:00Z'));
    chmodSync(next, 0);
    renameSync(next, path);
    await expect
      .poll(() => times('is empty or unreadable; the last good'), { timeout: 10_000 })
      .toBeGreaterThan(complaints);
    chmodSync(path, 0o644);
    await expect.poll(() => times('accounts read from'), { timeout: 10_000 }).toBeGreaterThan(takings);
  });

  it('signs nobody in once its time has run out', async () => {
    const path = join(site.directory, 'prosody', 'accounts.json');
    const table = JSON.parse(readFileSync(path, 'utf8')) as object;
    const count = () => site.server.log().split('accounts read from').length;
    const before = count();
    writeFileSync(path, JSON.stringify({ ...table, validUntil: '2020-01-01T00:00:00Z' }));
    await expect.poll(count, { timeout: 10_000 }).toBeGreaterThan(before);
    expect(await signIn(site.card('alice'), `alice@${DOMAIN}`)).toBe('temporary-auth-failure');
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
    expect(await signIn(site.card('alice'), `alice@${DOMAIN}`)).toBe(`alice@${DOMAIN}/raw`);
  });
});
