/** ejabberd with a real directory (slapd over ldaps): who may sign in, contact lists and vCards. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BareJid } from '../../src/shared/jid.ts';
import { BINDING, type DirectorySite, startDirectorySite } from '../support/ejabberd-site.ts';
import { DOMAIN, testUser } from '../support/prosody-site.ts';
import type { RawXmpp } from '../support/raw-xmpp.ts';
import { Analyst } from '../support/xmpp-analyst.ts';

let site: DirectorySite;

beforeAll(async () => {
  site = await startDirectorySite({
    users: ['alice', 'bob', 'carol', 'dora'].map((account, at) => testUser(account, at + 1)),
    epochs: [1],
    ejabberd: {
      accounts: ['alice', 'bob', 'carol', 'dora'].map((account, at) => ({
        account,
        upn: `${1_000_000_001 + at}@mil`,
      })),
      machines: [{ kid: 'WS-1' }],
    },
    people: [
      {
        uid: 'alice',
        name: 'Allen, Alice A',
        mail: 'alice@example.mil',
        title: 'Analyst',
        unit: 'J2',
        role: 'J2-W-014',
      },
      { uid: 'bob', name: 'Baker, Bob B' },
      { uid: 'carol', disabled: true },
    ],
  });
});
afterAll(() => site?.stop());

async function answer(account: string): Promise<{ client: RawXmpp; text: string }> {
  const client = await site.connect(site.card(account));
  await client.passLock(site.machine('WS-1', 1), BINDING);
  return { client, text: await client.external() };
}

async function bound(account: string): Promise<RawXmpp> {
  const { client, text } = await answer(account);
  expect(text).toContain('<success');
  await client.bind();
  return client;
}

async function refused(account: string): Promise<string> {
  const { client, text } = await answer(account);
  client.close();
  return /<failure[^>]*><([a-z-]+)\/>/.exec(text)?.[1] ?? text;
}

async function isAlive(client: RawXmpp): Promise<boolean> {
  client.send("<iq type='get' id='alive'><ping xmlns='urn:xmpp:ping'/></iq>");
  return (await client.take(/<iq [^>]*id='alive'[^>]*\/>/)).includes("type='result'");
}

describe('an account', () => {
  it('that is locked in the directory, or not in it, cannot sign in although the certificate maps', async () => {
    expect(await refused('carol')).toBe('account-disabled');
    expect(await refused('dora')).toBe('account-disabled');
    const refusals = site.server.records('audit').filter(({ event }) => event === 'sign-in.refused');
    expect(refusals.at(-1)).toMatchObject({ user: `dora@${DOMAIN}`, reason: 'not in the directory' });
  });

  it('that is locked while it is signed in ends, and no other does', async () => {
    const [alice, bob] = [await bound('alice'), await bound('bob')];
    await site.slapd.setDisabled('alice', true);
    expect(await alice.rest()).toContain('<not-authorized ');
    expect(await isAlive(bob)).toBe(true);
    expect(await refused('alice')).toBe('account-disabled');
    await site.slapd.setDisabled('alice', false);
    (await bound('alice')).close();
    bob.close();
  });

  it('that is taken out of the directory ends as well', async () => {
    await site.slapd.addPerson({ uid: 'dora' });
    const dora = await bound('dora');
    await site.slapd.removePerson('dora');
    expect(await dora.rest()).toContain('<not-authorized ');
  });

  it('gets no session while the directory is down; those who are signed in stay', async () => {
    const bob = await bound('bob');
    await site.slapd.stop();
    try {
      expect(await refused('alice')).toBe('account-disabled');
      expect(await isAlive(bob)).toBe(true);
    } finally {
      await site.slapd.start();
    }
    await expect
      .poll(async () => (await answer('alice')).text, { timeout: 30_000, interval: 500 })
      .toContain('<success');
    expect(await isAlive(bob)).toBe(true);
    bob.close();
  });
});

describe('a contact', () => {
  it('is in the list with the directory’s name, group and card', async () => {
    const bob = await bound('bob');
    bob.send("<iq type='get' id='r'><query xmlns='jabber:iq:roster'/></iq>");
    const roster = await bob.take(/<iq [^>]*id='r'.*?<\/iq>/s);
    expect(roster).toMatch(/<item [^>]*jid='alice@chat\.example\.mil'/);
    expect(roster).toContain("name='Allen, Alice A'");
    expect(roster).toContain('<group>Analysts</group>');
    bob.send(`<iq type='get' id='v' to='alice@${DOMAIN}'><vCard xmlns='vcard-temp'/></iq>`);
    const card = await bob.take(/<iq [^>]*id='v'.*?<\/iq>/s);
    expect(card).toContain('<FN>Allen, Alice A</FN>');
    expect(card).toContain('<TITLE>Analyst</TITLE>');
    bob.close();
  });
});

describe('the client', () => {
  it('finds people by parts of what is known of them, and reads their profiles', async () => {
    const bob = new Analyst(site, 'bob', { lock: { ...site.machine('WS-1', 1), bindings: [BINDING] } });
    await bob.connect();
    const { search, profiles } = bob.client.extensions;
    const alice = `alice@${DOMAIN}` as BareJid;
    const { people } = await search.find({ name: 'allen', title: '', unit: '' });
    expect(people).toEqual([{ jid: alice, name: 'Allen, Alice A', title: 'Analyst', unit: 'J2' }]);
    expect((await search.find({ name: '', title: 'naly', unit: 'J2' })).people).toHaveLength(1);
    for (const name of ['*)(uid=*', 'nobody', '(*)']) {
      expect((await search.find({ name, title: '', unit: '' })).people, name).toEqual([]);
    }
    expect(await profiles.load(alice)).toMatchObject({
      name: 'Allen, Alice A',
      role: 'J2-W-014',
      unit: 'J2',
    });
    await bob.client.disconnect();
  });
});
