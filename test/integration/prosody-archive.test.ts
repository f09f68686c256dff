/** The kit's archives on Prosody: their storage beside Prosody's own, one message changed, what goes into them; and what work is saved. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { boundStream, startTestSite, type TestSite, testUser } from '../support/prosody-site.ts';
import type { RawXmpp } from '../support/raw-xmpp.ts';

const ROOT = join(import.meta.dirname, '../..');

/** Runs a test in Lua with a directory of its own; the lines of the checks that failed, and how many there are. */
function lua(script: string, ...args: readonly string[]): { failed: readonly string[]; checks: number } {
  const scratch = mkdtempSync(join(tmpdir(), 'sallyport-archive-'));
  try {
    const run = spawnSync(
      'lua5.4',
      [join(ROOT, 'server/prosody/test', script), join(ROOT, 'server/prosody/modules'), scratch, ...args],
      { encoding: 'utf8' },
    );
    const lines = run.stdout.trim().split('\n');
    const failed = lines.filter((line) => !line.endsWith(' done'));
    return { failed: run.status === 0 ? failed : [...failed, run.stderr], checks: lines.length };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

it('messages are found and replaced one at a time, whatever they say, and the others stay as they were', () => {
  // Several blocks of the file that are read at once.
  expect(lua('archive.lua', '6000')).toEqual({ failed: [], checks: 12 });
});

it('the kit’s storage gives what Prosody’s own gives, on the same files, and outlives what that does not', () => {
  expect(lua('storage.lua')).toEqual({ failed: [], checks: 17 });
});

it('what saves work for each message changes neither what is logged nor what is delivered', () => {
  expect(lua('delivery.lua')).toEqual({ failed: [], checks: 8 });
});

describe('on a server', () => {
  let site: TestSite;
  beforeAll(async () => {
    site = await startTestSite({
      users: [testUser('alice', 1), testUser('bob', 2)],
      epochs: [1],
      prosody: {
        accounts: [
          { account: 'alice', upn: '1000000001@mil' },
          { account: 'bob', upn: '1000000002@mil' },
        ],
        machines: [{ kid: 'WS-1' }],
      },
    });
  });
  afterAll(() => site?.stop());

  /** Everything in the account's archive, in its order. */
  async function archived(client: RawXmpp, id: string): Promise<readonly string[]> {
    client.send(`<iq type='set' id='${id}'><query xmlns='urn:xmpp:mam:2' queryid='${id}'/></iq>`);
    const pages = await client.take(new RegExp(`<iq[^>]*id='${id}'[^]*?</iq>`));
    expect(pages).toContain('<fin');
    return client.received.split(`queryid='${id}'`).slice(1);
  }

  it('a receipt is in the archive of whoever asked for it, and one message spoils nobody’s archive', async () => {
    const [alice, bob] = [await boundStream(site, 'alice', 'desk'), await boundStream(site, 'bob', 'desk')];
    for (const client of [alice, bob]) {
      client.send('<presence/>');
      await client.take(/<presence/);
    }
    const say = async (id: string, content: string) => {
      alice.send(`<message to='bob@${site.server.domain}' type='chat' id='${id}'>${content}</message>`);
      await bob.take(new RegExp(`<message[^>]*id='${id}'`));
    };
    await say('asked', "<body>asked</body><request xmlns='urn:xmpp:receipts'/>");
    bob.send(
      `<message to='alice@${site.server.domain}/desk' type='chat' id='receipt'><received xmlns='urn:xmpp:receipts' id='asked'/></message>`,
    );
    await alice.take(/<received/);
    // Not a receipt alone: it says something, and stays in both.
    bob.send(
      `<message to='alice@${site.server.domain}/desk' type='chat' id='both'><received xmlns='urn:xmpp:receipts' id='asked'/><body>both</body></message>`,
    );
    await alice.take(/<body>both/);
    const crowd = '<a/>'.repeat(48);
    await say(
      'crowd',
      `<body>crowd</body><x xmlns='urn:example'>${`${crowd}<n>`.repeat(7)}${'</n>'.repeat(7)}</x>`,
    );
    await say('last', '<body>last</body>');
    await site.server.restart();
    const ids = (messages: readonly string[]) =>
      messages.map((text) => /<message[^>]* id='([^']*)'/.exec(text)?.[1]);
    expect(ids(await archived(await boundStream(site, 'alice', 'desk'), 'q1'))).toEqual([
      'asked',
      'receipt',
      'both',
      'crowd',
      'last',
    ]);
    expect(ids(await archived(await boundStream(site, 'bob', 'desk'), 'q2'))).toEqual([
      'asked',
      'both',
      'crowd',
      'last',
    ]);
    const data = join(site.directory, 'prosody/data', site.server.domain.replaceAll('.', '%2e'), 'archive');
    expect(readdirSync(data).sort()).toEqual(['alice.list', 'bob.list']);
    // A line a message.
    expect(readFileSync(join(data, 'bob.list'), 'utf8').split('\n')).toHaveLength(5);
  });
});
