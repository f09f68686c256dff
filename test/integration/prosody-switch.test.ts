/** The kill switch on the real Prosody by the administrators' command: off for all, for a user, for a machine, and on again. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { boundStream, DOMAIN, startTestSite, type TestSite, testUser } from '../support/prosody-site.ts';
import { attribute, type RawXmpp } from '../support/raw-xmpp.ts';
import { type ServerTool, serverTool } from '../support/server-tool.ts';

let site: TestSite;
let tool: ServerTool;

beforeAll(async () => {
  site = await startTestSite({
    users: [testUser('alice', 1), testUser('bob', 2)],
    epochs: [1],
    prosody: {
      accounts: [
        { account: 'alice', upn: '1000000001@mil' },
        { account: 'bob', upn: '1000000002@mil' },
      ],
      machines: [{ kid: 'WS-1' }, { kid: 'WS-2' }],
    },
  });
  tool = serverTool(site.server);
});
afterAll(() => site?.stop());

const bound = (account: string, kid = 'WS-1', resource = 'switch') =>
  boundStream(site, account, resource, kid);

async function alive(client: RawXmpp): Promise<void> {
  client.send("<iq type='get' id='p'><ping xmlns='urn:xmpp:ping'/></iq>");
  expect(await client.take(/<iq [^>]*id='p'[^>]*\/>/)).toContain("type='result'");
}

/** What the client gets until the server hangs up because of the command. */
async function endOf(client: RawXmpp, command: Promise<unknown>): Promise<string> {
  const [rest] = await Promise.all([client.rest(), command]);
  return rest;
}

describe('off for everybody', () => {
  it('ends every session and lets nobody in, not even to the lock; on again everything is as before', async () => {
    const alice = await bound('alice');
    const bob = await bound('bob', 'WS-2');
    const halfway = await site.connect(site.card('bob'));
    await halfway.open();
    const off = tool.run('off', '--all', '--reason', 'exercise');
    const [first, second, third] = await Promise.all([
      endOf(alice, off),
      endOf(bob, off),
      endOf(halfway, off),
    ]);
    for (const rest of [first, second, third]) expect(rest).toContain('<system-shutdown ');
    expect(await off).toMatchObject({ code: 0, err: '' });
    expect((await off).out).toContain('ended 3 sessions');

    const late = await site.connect(site.card('alice'));
    await expect(late.open()).rejects.toThrow(/system-shutdown/);
    expect(late.received).not.toContain('urn:sallyport:lock:1');
    const status = await tool.run('status');
    expect(status.code).toBe(1);
    expect(status.out).toContain('service    OFF');

    expect(await tool.run('on', '--all')).toMatchObject({ code: 0 });
    await alive(await bound('alice'));
    expect(await tool.run('status')).toMatchObject({ code: 0 });
  });

  it('stays off over a restart', async () => {
    await tool.run('off', '--all', '--reason', 'exercise');
    await site.server.restart();
    const client = await site.connect(site.card('alice'));
    await expect(client.open()).rejects.toThrow(/system-shutdown/);
    expect((await tool.run('on', '--all')).code).toBe(0);
  });

  it('says so when no server confirms it, and holds when the server starts', async () => {
    await site.server.stop();
    const off = await tool.run('off', '--all', '--reason', 'exercise');
    expect(off.code).toBe(3);
    expect(off.err).toContain('did not confirm');
    await site.server.start();
    const client = await site.connect(site.card('alice'));
    await expect(client.open()).rejects.toThrow(/system-shutdown/);
    expect((await tool.run('on', '--all')).code).toBe(0);
  });
});

describe('off for a user', () => {
  it('ends all of that user’s sessions and no others, and refuses the card until it is on again', async () => {
    const one = await bound('alice', 'WS-1', 'one');
    const two = await bound('alice', 'WS-2', 'two');
    const bob = await bound('bob');
    const off = tool.run('off', '--user', 'alice', '--reason', 'lost card');
    expect(await endOf(one, off)).toContain('<not-authorized ');
    expect(await two.rest()).toContain('<not-authorized ');
    expect((await off).out).toContain('ended 2 sessions');
    await alive(bob);
    const again = await site.connect(site.card('alice'));
    await again.passLock(site.machine('WS-1', 1));
    expect(await again.external()).toContain('<account-disabled/>');
    expect((await tool.run('on', '--user', 'alice')).code).toBe(0);
    await alive(await bound('alice'));
    bob.close();
  });

  it('forgets a session that waits to be resumed', async () => {
    const sleeping = await bound('alice');
    sleeping.send("<enable xmlns='urn:xmpp:sm:3' resume='true'/>");
    const previd = attribute(await sleeping.take(/<enabled [^>]*>/), 'id');
    sleeping.close();
    await tool.run('off', '--user', 'alice', '--reason', 'exercise');
    await tool.run('on', '--user', 'alice');
    const again = await site.connect(site.card('alice'));
    await again.passLock(site.machine('WS-1', 1));
    await again.external();
    await again.open();
    again.send(`<resume xmlns='urn:xmpp:sm:3' previd='${previd}' h='0'/>`);
    expect(await again.take(/<(?:resumed|failed)[^>]*>/)).toContain('<failed');
    again.close();
  });
});

describe('off for a machine', () => {
  it('ends its sessions, whoever sits there, and the lock refuses it until it is on again', async () => {
    const alice = await bound('alice', 'WS-2');
    const bob = await bound('bob', 'WS-1');
    const off = tool.run('off', '--machine', 'WS-2', '--reason', 'seized');
    expect(await endOf(alice, off)).toContain('<policy-violation ');
    expect((await off).code).toBe(0);
    await alive(bob);
    const again = await site.connect(site.card('alice'));
    await expect(again.passLock(site.machine('WS-2', 1))).rejects.toThrow(/refused/);
    await tool.run('on', '--machine', 'WS-2');
    await alive(await bound('alice', 'WS-2'));
    bob.close();
  });
});

describe('two administrators at once', () => {
  it('do not undo each other', async () => {
    const names = ['u1', 'u2', 'u3', 'u4'];
    const done = await Promise.all(
      names.map((name) => tool.run('off', '--user', name, '--reason', 'at once')),
    );
    expect(JSON.parse(readFileSync(site.server.switchFile, 'utf8')).users).toEqual(names);
    expect(done.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    for (const name of names) await tool.run('on', '--user', name);
    expect(JSON.parse(readFileSync(site.server.switchFile, 'utf8')).users).toEqual([]);
  });
});

describe('the switch’s file', () => {
  it('keeps its last good state when it breaks, and nobody gets in when it is broken at start', async () => {
    const alice = await bound('alice');
    const good = readFileSync(site.server.switchFile, 'utf8');
    for (const [text, complaint] of [
      ['{"service":', 'is not a JSON object'],
      [good.replace('"on"', '"perhaps"'), 'neither on nor off'],
      [good.replace('"users": []', '"users": {"alice": true}'), 'users that are no list'],
      [good.replace('"machines": []', '"machines": [7]'), 'not names'],
      [good.replace(/"revision": \d+/, '"revision": "x"'), 'lacks a revision'],
      ['', 'is empty or unreadable'],
    ] as const) {
      writeFileSync(site.server.switchFile, text);
      await expect
        .poll(() => site.server.log(), { timeout: 10_000 })
        .toMatch(new RegExp(`switch\\.json .*${complaint}; the last good one stays in force`));
    }
    await alive(alice);
    await site.server.restart();
    const client = await site.connect(site.card('alice'));
    await expect(client.open()).rejects.toThrow(/system-shutdown/);
    writeFileSync(site.server.switchFile, good.replace(DOMAIN, 'other.example.mil'));
    await expect.poll(() => site.server.log(), { timeout: 10_000 }).toContain('switch read from');
    const other = await site.connect(site.card('alice'));
    await expect(other.open()).rejects.toThrow(/system-shutdown/);
    writeFileSync(site.server.switchFile, good);
    await expect
      .poll(async () => (await site.connect(site.card('alice'))).open().catch(String), { timeout: 10_000 })
      .toContain('urn:sallyport:lock:1');
  });

  it.each([
    [['off', '--all'], 'needs --reason'],
    [['off', '--reason', 'x'], 'give one of'],
    [['off', '--all', '--user', 'x', '--reason', 'x'], 'give one of'],
    [['off', '--user', 'a@b', '--reason', 'x'], 'before the @'],
    [['off', '--machine', 'a b', '--reason', 'x'], 'machine id'],
    [['off', '--machine', '', '--reason', 'x'], 'machine id'],
    [['off', '--room', `ops@conference.${DOMAIN}`, '--reason', 'x'], 'before the @'],
    [['off', '--room', ' ', '--reason', 'x'], 'before the @'],
    [['off', '--room', 'x'.repeat(1024), '--reason', 'x'], 'too long'],
    [['off', '--room', 'a', '--user', 'b', '--reason', 'x'], 'give one of'],
    [['off', '--partner', 'not a domain', '--reason', 'x'], 'a domain such as'],
    [['off', '--partner', 'partner.example.mil.', '--reason', 'x'], 'a domain such as'],
    [['off', '--partner', DOMAIN, '--reason', 'x'], 'is this domain'],
    [['off', '--partner', 'example.mil', '--reason', 'x'], 'or above it'],
    [['off', 'everything', '--all', '--reason', 'x'], 'Usage'],
    [['--unknown'], 'Unknown option'],
    [[], 'Usage'],
  ])('is not touched by a wrong command: %j', async (args, message) => {
    const before = readFileSync(site.server.switchFile, 'utf8');
    const { code, err } = await tool.run(...args);
    expect(code).toBe(2);
    expect(err).toContain(message);
    expect(readFileSync(site.server.switchFile, 'utf8')).toBe(before);
  });
});

describe('the audit log', () => {
  it('has who switched what and why, and what the server did about it', async () => {
    const events = await tool.records('events', '--event', 'admin.switch', '--user', 'alice');
    expect(events[0]).toMatchObject({ position: 'off', target: 'user', name: 'alice', reason: 'lost card' });
    const applied = await tool.records('events', '--event', 'switch.applied');
    expect(applied.length).toBeGreaterThan(6);
    expect(applied.some(({ service, ended }) => service === 'off' && ended === 3)).toBe(true);
    expect(await tool.records('events', '--machine', 'WS-2', '--event', 'lock.refused')).not.toHaveLength(0);
    expect(
      readFileSync(
        join(site.server.logDirectory, `admin-${new Date().toISOString().slice(0, 10)}.ndjson`),
        'utf8',
      ),
    ).toContain('"seized"');
  });
});
