/** The console where a directory says who has an account: a real slapd over ldaps, beside a real Prosody. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Slapd, startSlapd } from '../../build/site/slapd.ts';
import type { PeopleList } from '../../server/console/contract.ts';
import { type ConsoleBeside, type Seat, STAFF, startConsoleBeside } from '../support/console-site.ts';
import { directorySettings, homeOf } from '../support/directory-settings.ts';
import { numberedCards } from '../support/numbered-cards.ts';
import { startTestSite, type TestSite, testUser } from '../support/prosody-site.ts';

let site: TestSite;
let slapd: Slapd;
let beside: ConsoleBeside;
let oakes: Seat;
let abel: Seat;

const person = (uid: string, number: number) => ({
  uid,
  name: `${uid} <b>Ångström</b>`,
  mail: `${uid}@example.mil`,
  employeeNumber: String(1_000_000_000 + number),
});
const home = () => homeOf(site);

async function startConsole(changes: Readonly<Record<string, unknown>> = {}): Promise<void> {
  beside = await startConsoleBeside(site, {
    settings: {
      directory: directorySettings(site, slapd, { identities: join(home(), 'identities.json'), ...changes }),
    },
  });
  oakes = await beside.seat('oakes');
  abel = await beside.seat('abel');
}

beforeAll(async () => {
  site = await startTestSite({
    users: [testUser('alice', 1), testUser('bob', 2), testUser('carol', 3), ...STAFF],
    epochs: [1],
    prosody: { accounts: [], machines: [{ kid: 'WS-1' }] },
  });
  slapd = await startSlapd({
    directory: join(site.directory, 'slapd'),
    pki: site.pki,
    people: [person('alice', 1), person('bob', 2), { ...person('carol', 3), disabled: true }],
  });
  await startConsole();
});
afterAll(async () => {
  await beside?.stop();
  await slapd?.stop();
  await site?.stop();
});

const read = () => oakes.ask('POST', '/api/directory', { reason: 'somebody arrived' });
const people = async (query = '') => (await abel.ask('GET', `/api/people?${query}`)).json<PeopleList>();
const table = () => readFileSync(join(home(), 'accounts.json'), 'utf8');
async function signIn(account: string): Promise<string> {
  const client = await site.connect(site.card(account));
  await client.passLock(site.machine('WS-1', 1));
  const answer = await client.external();
  client.close();
  return answer;
}

describe('accounts out of the directory', () => {
  it('are read at an operator’s word, shown with until when they are good, and hold at the server', async () => {
    expect((await read()).json()).toMatchObject({ accounts: 3, disabled: 1 });
    const list = await people();
    expect(list).toMatchObject({ total: 3, directory: true, validUntil: expect.stringMatching(/Z$/) });
    expect(list.people.map(({ account, disabled, upns }) => [account, disabled, upns[0]])).toEqual([
      ['alice', false, '1000000001@mil'],
      ['bob', false, '1000000002@mil'],
      ['carol', true, '1000000003@mil'],
    ]);
    await expect.poll(() => signIn('alice'), { timeout: 10_000 }).toContain('<success');
    expect(await signIn('carol')).toContain('<account-disabled/>');
    expect(beside.audit()).toContainEqual(
      expect.objectContaining({ event: 'console.people.directory', user: 'oakes' }),
    );
    const other = await abel.ask('POST', '/api/directory', { reason: 'test' });
    expect(other.json().code).toBe('wrong-role');
  });

  it('are the directory’s: none is changed here, and who is locked there is out after the next reading', async () => {
    const body = { disabled: false, upns: ['1000000003@mil'], reason: 'test' };
    expect((await oakes.ask('PUT', '/api/people/carol', body)).json().code).toBe('conflict');
    const client = await site.connect(site.card('bob'));
    await client.passLock(site.machine('WS-1', 1));
    expect(await client.external()).toContain('<success');
    await client.bind('desk');
    await slapd.setDisabled('bob', true);
    expect((await read()).json()).toMatchObject({ disabled: 2 });
    expect(await client.rest()).toContain('<not-authorized');
    await slapd.setDisabled('bob', false);
    expect((await read()).json()).toMatchObject({ disabled: 1 });
  });

  it('are mapped here by what the directory does not hold, over its next reading too', async () => {
    const cards = numberedCards(site.directory, site.pki);
    const set = (account: string, body: object) =>
      oakes.ask('PUT', `/api/people/${account}`, { reason: 'new card', ...body });
    const map = { disabled: false, issuerSerials: [cards.issuerSerial] };
    expect((await people()).mappable).toBe(true);
    expect((await set('bob', map)).status).toBe(200);
    const signInNumbered = async () => {
      const client = await site.connect(cards.good);
      await client.passLock(site.machine('WS-1', 1));
      const answer = await client.external();
      client.close();
      return answer;
    };
    await expect.poll(signInNumbered, { timeout: 10_000 }).toContain('<success');
    expect((await read()).status).toBe(200);
    expect((await people('text=bob')).people).toMatchObject([
      { upns: ['1000000002@mil'], issuerSerials: [cards.issuerSerial] },
    ]);

    // Nothing that the directory says, nobody whom it does not know, and no certificate of another.
    const before = table();
    for (const [account, body, code] of [
      ['bob', { ...map, disabled: true }, 'conflict'],
      ['bob', { ...map, upns: [] }, 'conflict'],
      ['bob', { ...map, xmppAddrs: ['bob@chat.example.mil'] }, 'conflict'],
      ['nobody', map, 'conflict'],
      ['alice', map, 'bad-request'],
      ['alice', { disabled: false, subjectKeyIds: ['C0'.repeat(20)] }, 'bad-request'],
    ] as const)
      expect([account, (await set(account, body)).json().code]).toEqual([account, code]);
    expect(table()).toBe(before);

    // Whoever goes takes the card along: the next of that name has another one.
    await slapd.removePerson('bob');
    expect((await read()).json()).toMatchObject({ identitiesDropped: 1, identitiesSpared: 0 });
    await slapd.addPerson(person('bob', 2));
    expect((await read()).status).toBe(200);
    await expect.poll(signInNumbered, { timeout: 10_000 }).toContain('<not-authorized');

    const identities = join(home(), 'identities.json');
    const good = readFileSync(identities, 'utf8');
    // So many at once are no people who left: the directory answered in part.
    const missing = Array.from({ length: 21 }, (_, n) => ({
      account: `missing${n}`,
      subjectKeyIds: [String(10 + n).repeat(20)],
    }));
    const many = JSON.stringify({ ...JSON.parse(good), accounts: missing });
    writeFileSync(identities, many);
    expect((await read()).json()).toMatchObject({ identitiesSpared: 21, identitiesDropped: 0, skipped: 0 });
    expect(readFileSync(identities, 'utf8')).toBe(many);
    const { logDirectory } = site.server;
    const log = readdirSync(logDirectory).filter((name) => name.startsWith('admin-'));
    expect(log.map((name) => readFileSync(join(logDirectory, name), 'utf8')).join('')).toContain(
      '"identitiesSpared":21',
    );
    writeFileSync(identities, '{');
    expect((await read()).json()).toMatchObject({ code: 'directory' });
    writeFileSync(identities, good);
  });

  it('are searched here, not there: what somebody types is no filter', async () => {
    for (const text of ['*', '*)(uid=*', 'ali*', ')(|(uid=*']) {
      expect((await people(`text=${encodeURIComponent(text)}`)).total).toBe(0);
    }
    expect((await people('text=ALI')).people.map(({ name }) => name)).toEqual(['alice <b>Ångström</b>']);
    expect((await people('limit=1&offset=1')).people.map(({ account }) => account)).toEqual(['bob']);
    expect((await abel.ask('GET', '/api/people?limit=501')).status).toBe(400);
  });

  it('stay as they are where two have one UPN, or the directory is not there', async () => {
    const before = table();
    await slapd.addPerson({ ...person('dora', 4), employeeNumber: '1000000001' });
    expect((await read()).json()).toMatchObject({
      code: 'directory',
      detail: expect.stringMatching(/alice and dora|dora and alice/),
    });
    expect(table()).toBe(before);
    await slapd.removePerson('dora');
    await slapd.stop();
    expect((await read()).json()).toMatchObject({ code: 'directory' });
    expect(table()).toBe(before);
    await slapd.start();
    expect((await read()).status).toBe(200);
  });

  it.each([
    ['another authority', () => ({ caFile: site.pki.ca.id.certificate })],
    // libldap asks for the machine's name in the place of `localhost`, and the certificate has neither.
    ['another name', () => ({ url: slapd.url.replace('127.0.0.1', 'localhost') })],
    ['no TLS', () => ({ url: `ldap://${slapd.host}:${slapd.port}` })],
    ['an option in place of a filter', () => ({ filter: '-Z' })],
  ])('are not taken from a directory with %s', async (_what, changes) => {
    await beside.stop();
    await startConsole(changes());
    const before = table();
    expect((await read()).json()).toMatchObject({ code: 'directory' });
    expect(table()).toBe(before);
  });
});
