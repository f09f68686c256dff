/** Accounts and vCards out of a real directory (slapd over ldaps): who is in it has an account, who is locked there has none. */
import { chownSync, mkdirSync, readFileSync, renameSync, rmdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Slapd, startSlapd } from '../../build/site/slapd.ts';
import type { BareJid } from '../../src/shared/jid.ts';
import { directorySettings, homeOf } from '../support/directory-settings.ts';
import { boundStream, DOMAIN, startTestSite, type TestSite, testUser } from '../support/prosody-site.ts';
import type { RawXmpp } from '../support/raw-xmpp.ts';
import { type ServerTool, serverTool } from '../support/server-tool.ts';
import { Analyst } from '../support/xmpp-analyst.ts';

let site: TestSite;
let slapd: Slapd;
const person = (uid: string, number: number) => ({
  uid,
  name: `${uid[0]?.toUpperCase()}${uid.slice(1)} Ångström`,
  mail: `${uid}@example.mil`,
  employeeNumber: String(1_000_000_000 + number),
  unit: 'Watch',
  title: 'Analyst',
  role: `J2-W-00${number}`,
  telephone: '+1 555 0100',
});

beforeAll(async () => {
  site = await startTestSite({
    users: [testUser('alice', 1), testUser('bob', 2), testUser('carol', 3)],
    epochs: [1],
    prosody: { accounts: [], machines: [{ kid: 'WS-1' }] },
  });
  slapd = await startSlapd({
    directory: join(site.directory, 'slapd'),
    pki: site.pki,
    people: [person('alice', 1), person('bob', 2), { ...person('carol', 3), disabled: true }],
  });
});
afterAll(async () => {
  await slapd?.stop();
  await site?.stop();
});

/** The tool with this directory; the XMPP server stays without its password. */
const tool = (changes: Readonly<Record<string, unknown>> = {}): ServerTool =>
  serverTool(site.server, { directory: directorySettings(site, slapd, changes) });

const table = () => join(homeOf(site), 'accounts.json');

/** Reads the directory and waits until the server has taken the table over. */
async function readDirectory(): Promise<void> {
  const count = () => site.server.log().split('accounts read from').length;
  const before = count();
  // The table says to the second until when it is valid; one of the same second may be the same text, and nothing new.
  await sleep(1000 - (Date.now() % 1000));
  expect(await tool().run('directory')).toMatchObject({ code: 0, err: '' });
  await expect.poll(count, { timeout: 10_000 }).toBeGreaterThan(before);
}

async function signIn(account: string): Promise<string> {
  const client = await site.connect(site.card(account));
  await client.passLock(site.machine('WS-1', 1));
  const answer = await client.external();
  client.close();
  return answer;
}

const bound = (account: string) => boundStream(site, account, 'directory');

async function vcard(client: RawXmpp, account: string): Promise<string> {
  client.send(`<iq type='get' id='v' to='${account}@${DOMAIN}'><vCard xmlns='vcard-temp'/></iq>`);
  return client.take(/<iq [^>]*id='v'.*?<\/iq>/s);
}

describe('accounts', () => {
  it('are those of the directory that are not locked there', async () => {
    expect(await signIn('alice')).toContain('<not-authorized/>');
    await readDirectory();
    expect(await signIn('alice')).toContain('<success');
    expect(await signIn('bob')).toContain('<success');
    expect(await signIn('carol')).toContain('<account-disabled/>');
  });

  it('end when they are locked or taken out of the directory, live sessions too, and come back with it', async () => {
    const alice = await bound('alice');
    const bob = await bound('bob');
    await slapd.setDisabled('alice', true);
    await readDirectory();
    expect(await alice.rest()).toContain('<not-authorized ');
    expect(await signIn('alice')).toContain('<account-disabled/>');
    await slapd.removePerson('bob');
    await readDirectory();
    expect(await bob.rest()).toContain('<not-authorized ');
    expect(await signIn('bob')).toContain('<not-authorized/>');
    await slapd.setDisabled('alice', false);
    await slapd.addPerson(person('bob', 2));
    await readDirectory();
    expect(await signIn('alice')).toContain('<success');
    expect(await signIn('bob')).toContain('<success');
  });

  it('run out when the directory has not been read for too long; who is signed in stays', async () => {
    const alice = await bound('alice');
    const good = readFileSync(table(), 'utf8');
    const count = () => site.server.log().split('accounts read from').length;
    const before = count();
    writeFileSync(table(), good.replace(/"validUntil":"[^"]*"/, '"validUntil":"2020-01-01T00:00:00Z"'));
    await expect.poll(count, { timeout: 10_000 }).toBeGreaterThan(before);
    expect(await signIn('bob')).toContain('<temporary-auth-failure/>');
    alice.send("<iq type='get' id='p'><ping xmlns='urn:xmpp:ping'/></iq>");
    expect(await alice.take(/<iq [^>]*id='p'[^>]*\/>/)).toContain("type='result'");
    alice.close();
    await readDirectory();
    expect(await signIn('bob')).toContain('<success');
  });

  it('stay as they are, with owner and mode, when the directory does not answer as it should', async () => {
    const before = readFileSync(table(), 'utf8');
    const { uid, gid, mode } = statSync(table());
    for (const [changes, message] of [
      [{ url: 'ldaps://127.0.0.1:1' }, /did not answer/],
      [{ caFile: site.pki.ca.other.certificate }, /did not answer/],
      [{ bindDn: 'cn=nobody,dc=example,dc=mil' }, /did not answer: .*Invalid credentials/],
      [{ filter: '(objectClass=device)' }, /names nobody/],
      [{ filter: '((' }, /did not answer/],
      [{ url: slapd.url.replace('ldaps', 'ldap') }, /must be ldaps/],
      [{ validMinutes: 0 }, /validMinutes/],
      [{ base: '' }, /directory.base is missing/],
      [{ accountAttribute: 'uid)(x' }, /not the name of an attribute/],
      [{ passwordFile: '/nonexistent' }, /cannot be read/],
    ] as const) {
      const { code, err } = await tool(changes).run('directory');
      expect(code, JSON.stringify(changes)).toBe(1);
      expect(err).toMatch(message);
      expect(err).not.toContain(slapd.bindPassword);
      expect(readFileSync(table(), 'utf8')).toBe(before);
    }
    await slapd.stop();
    expect((await tool().run('directory')).err).toContain('did not answer');
    await slapd.start();
    expect((await tool().run('directory')).code).toBe(0);
    expect(statSync(table())).toMatchObject({ uid, gid, mode });
  });

  it('stay as they are when the log cannot be written', async () => {
    const log = join(site.server.logDirectory, `admin-${new Date().toISOString().slice(0, 10)}.ndjson`);
    const before = readFileSync(table(), 'utf8');
    renameSync(log, `${log}.aside`);
    mkdirSync(log);
    expect(await tool().run('directory')).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringContaining('nothing was done'),
    });
    expect(readFileSync(table(), 'utf8')).toBe(before);
    rmdirSync(log);
    renameSync(`${log}.aside`, log);
    // What is new in it is the second in which it was read.
    await expect
      .poll(async () => {
        expect((await tool().run('directory')).code).toBe(0);
        return readFileSync(table(), 'utf8');
      })
      .not.toBe(before);
  });

  it('whose password file ends with a newline are told why the directory would refuse', async () => {
    const passwordFile = join(site.directory, 'with-newline');
    writeFileSync(passwordFile, `${slapd.bindPassword}\n`, { mode: 0o600 });
    chownSync(passwordFile, process.getuid?.() ?? 0, process.getgid?.() ?? 0);
    expect((await tool({ passwordFile }).run('directory')).err).toContain('ends with a newline');
  });

  it('are read by the book: the switch stands above the directory', async () => {
    await tool().run('off', '--user', 'alice', '--reason', 'exercise');
    await readDirectory();
    expect(await signIn('alice')).toContain('<account-disabled/>');
    await tool().run('on', '--user', 'alice');
    expect(await signIn('alice')).toContain('<success');
  });
});

describe('the client', () => {
  const analyst = async (account: string): Promise<Analyst> => {
    const one = new Analyst(site, account, {
      lock: { ...site.machine('WS-1', 1), bindings: ['tls-exporter'] },
    });
    await one.connect();
    return one;
  };

  it('finds people by parts of what is known of them, none who are locked, and reads their profiles', async () => {
    const alice = await analyst('alice');
    const { search, profiles } = alice.client.extensions;
    const found = await search.find({ name: 'BOB', title: '', unit: '' });
    expect(found).toEqual({
      people: [{ jid: `bob@${DOMAIN}`, name: 'Bob Ångström', title: 'Analyst', unit: 'Watch' }],
      complete: true,
    });
    const watch = await search.find({ name: '', title: 'naly', unit: 'wat' });
    expect(watch.people.map(({ jid }) => jid)).toEqual([`alice@${DOMAIN}`, `bob@${DOMAIN}`]);
    for (const name of ['carol', '%w+', '(*)', 'nobody']) {
      expect((await search.find({ name, title: '', unit: '' })).people, name).toEqual([]);
    }
    expect(await profiles.load(`bob@${DOMAIN}` as BareJid)).toEqual({
      name: 'Bob Ångström',
      title: 'Analyst',
      role: 'J2-W-002',
      unit: 'Watch',
      organisation: '',
      email: 'bob@example.mil',
      phone: '+1 555 0100',
    });
    await expect(profiles.load(`carol@${DOMAIN}` as BareJid)).rejects.toMatchObject({
      code: 'MESSAGE_REFUSED',
      detail: { condition: 'item-not-found' },
    });
    await alice.client.disconnect();
  });

  it('is asked for two letters at least; nobody copies the directory', async () => {
    const alice = await bound('alice');
    const ask = async (id: string, fields: string): Promise<string> => {
      alice.send(
        `<iq type='set' id='${id}' to='directory.${DOMAIN}'><query xmlns='jabber:iq:search'><x xmlns='jabber:x:data' type='submit'>${fields}</x></query></iq>`,
      );
      return alice.take(new RegExp(`<iq [^>]*id='${id}'.*?</iq>`, 's'));
    };
    const field = (value: string) => `<field var='displayName'><value>${value}</value></field>`;
    expect(await ask('s1', '')).toContain('<bad-request ');
    expect(await ask('s2', field('b'))).toContain('<bad-request ');
    expect(await ask('s3', field('bo'))).toContain(`bob@${DOMAIN}`);
    alice.close();
  });
});

describe('vCards', () => {
  it('come out of the directory', async () => {
    const alice = await bound('alice');
    const card = await vcard(alice, 'bob');
    for (const text of [
      '<FN>Bob Ångström</FN>',
      '<TITLE>Analyst</TITLE>',
      '<ORGUNIT>Watch</ORGUNIT>',
      'bob@example.mil',
      '+1 555 0100',
    ]) {
      expect(card).toContain(text);
    }
    alice.close();
  });

  it('are nobody’s to write, and there are none of people who are locked or unknown', async () => {
    const alice = await bound('alice');
    alice.send("<iq type='set' id='w'><vCard xmlns='vcard-temp'><FN>General</FN></vCard></iq>");
    expect(await alice.take(/<iq [^>]*id='w'.*?<\/iq>/s)).toContain('<forbidden ');
    expect(await vcard(alice, 'alice')).toContain('Alice Ångström');
    expect(await vcard(alice, 'carol')).toContain('<item-not-found ');
    expect(await vcard(alice, 'nobody')).toContain('<item-not-found ');
    alice.close();
  });
});
