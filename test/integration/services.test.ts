/** What services offer besides rooms, on the real Prosody: commands to be run (XEP-0050). */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { BareJid } from '../../src/shared/jid.ts';
import type { XmppClientOptions } from '../../src/xmpp/index.ts';
import { guardPolicy } from '../support/guard-policy.ts';
import { startTestSite, type TestSite, testUser } from '../support/prosody-site.ts';
import { Analyst, until } from '../support/xmpp-analyst.ts';

let site: TestSite;
const analysts: Analyst[] = [];

beforeAll(async () => {
  site = await startTestSite({
    users: [testUser('alice', 1), testUser('bob', 2)],
    epochs: [4],
    prosody: {
      accounts: [
        { account: 'alice', upn: '1000000001@mil' },
        { account: 'bob', upn: '1000000002@mil' },
      ],
      machines: [{ kid: 'WS-1' }],
    },
  });
});
afterEach(async () => {
  await Promise.all(analysts.splice(0).map((analyst) => analyst.client.disconnect()));
});
afterAll(() => site?.stop());

const policy = (changes: Parameters<typeof guardPolicy>[2] = {}): XmppClientOptions['policy'] =>
  guardPolicy(site.server.domain, [site.server.roomService], { commands: true, ...changes });

async function signIn(account: string, changes?: Parameters<typeof guardPolicy>[2]): Promise<Analyst> {
  const analyst = new Analyst(site, account, { policy: policy(changes) });
  analysts.push(analyst);
  await analyst.connect();
  return analyst;
}

const server = () => site.server.domain as BareJid;
const commandsOf = (analyst: Analyst) => analyst.client.extensions.adHocCommands;
const SESSIONS = 'urn:sallyport:sessions:0';

describe('commands of the server', () => {
  it('are what everybody may run, and nothing of the administrators’', async () => {
    const alice = await signIn('alice');
    expect(await commandsOf(alice).list(server())).toEqual([{ node: SESSIONS, name: 'My other sessions' }]);
    expect(await commandsOf(alice).list(site.server.roomService as BareJid)).toEqual([]);
    await expect(
      commandsOf(alice).start(server(), 'http://jabber.org/protocol/admin#add-user'),
    ).rejects.toMatchObject({ code: expect.stringMatching(/^ADHOC_/) });
    await expect(commandsOf(alice).list('partner.example' as BareJid)).rejects.toMatchObject({
      code: 'GUARD_REFUSED',
    });
  });

  it('one’s own other session is shown, and ended after two stages, back and forth', async () => {
    const [alice, laptop, bob] = [await signIn('alice'), await signIn('alice'), await signIn('bob')];
    const resource = laptop.client.jid?.split('/')[1] ?? '';
    const first = await commandsOf(alice).start(server(), SESSIONS);
    expect(first).toMatchObject({ status: 'executing', steps: ['next'], preset: 'next' });
    const { options } = first.form?.fields.find(({ name }) => name === 'sessions') ?? expect.unreachable();
    expect(options).toEqual([{ value: resource, label: expect.stringContaining('machine WS-1, since 20') }]);
    const run = first.run ?? expect.unreachable();
    const answers = [{ name: 'sessions', values: [resource] }];
    const second = await commandsOf(alice).step(run, 'next', answers);
    expect(second.notes).toEqual([{ severity: 'warn', text: expect.stringContaining(resource) }]);
    expect(second.steps).toEqual(['prev', 'complete']);
    await commandsOf(alice).step(run, 'prev', []);
    await commandsOf(alice).step(run, 'next', answers);
    const last = await commandsOf(alice).step(run, 'complete', [{ name: 'sure', values: ['1'] }]);
    expect(last).toEqual({
      status: 'completed',
      steps: [],
      notes: [{ severity: 'info', text: 'One session was ended.' }],
    });
    await until('the other session’s end', () => laptop.closed[0]?.code === 'CONFLICT');
    expect(alice.closed).toEqual([]);
    expect(bob.closed).toEqual([]);
    const alone = await commandsOf(alice).start(server(), SESSIONS);
    expect(alone.notes[0]?.text).toContain('nowhere else');
    const dropped = site.server.records('audit').filter(({ event }) => event === 'session.dropped');
    expect(dropped).toMatchObject([{ user: alice.jid, resource }]);
  });

  it('is given up half-way', async () => {
    const [alice, laptop] = [await signIn('alice'), await signIn('alice')];
    const { run = '' } = await commandsOf(alice).start(server(), SESSIONS);
    commandsOf(alice).cancel(run);
    await expect(commandsOf(alice).step(run, 'next', [])).rejects.toMatchObject({ code: 'ADHOC_OVER' });
    expect(laptop.client.online).toBe(true);
  });

  it('are not asked for without the policy, and nobody runs one here', async () => {
    const [alice, bob] = [await signIn('alice', { commands: false }), await signIn('bob')];
    await expect(commandsOf(alice).list(server())).rejects.toMatchObject({ code: 'ADHOC_OFF' });
    expect(alice.audits.filter(({ event }) => event.includes('refused'))).toEqual([]);
    await expect(commandsOf(bob).list(`${alice.client.jid}` as BareJid)).rejects.toMatchObject({
      code: 'GUARD_REFUSED',
    });
  });
});
