/** What the console costs the people who write: a message's way from one client to another, with and without searches. */
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { STAFF, startConsoleBeside } from '../support/console-site.ts';
import { startTestSite, type TestSite, testUser } from '../support/prosody-site.ts';
import { writeMessages } from './console.ts';
import { type Figure, figure, repeat, timed } from './measure.ts';

/** Searches that run at the same time, one after the other in each. */
const SEARCHERS = 4;
/** Between one message and the next, so that hundreds of searches fall into one measurement. */
const PAUSE_MS = 20;
const MOST_TURNS = 100;
/** What costs an index most: words of every message, and beginnings of words. */
const SEARCHES: readonly Readonly<Record<string, string>>[] = [
  { words: 'convoy bridge water' },
  { words: 'serial1*' },
  { words: 'conv* nort* qui*' },
  { words: 'relay', user: 'user77' },
  { room: 'room7@conference.chat.example.mil', label: 'SECRET' },
];

/**
 * Somebody's searches over connections that stay, as a browser keeps them; resolves with the status. The answers are not read
 * here: this process measures the messages as well, and must not be what slows them.
 */
function searcher(site: TestSite, port: number, account: string, session: string) {
  const { certificate: cert, key } = site.card(account);
  const ca = readFileSync(site.pki.ca.root.certificate, 'utf8');
  const agent = new Agent({ keepAlive: true, maxSockets: SEARCHERS, cert, key, ca });
  return (query: Readonly<Record<string, string>>): Promise<number> => {
    const data = JSON.stringify({ ...query, reason: 'benchmark', limit: 100 });
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(data),
      'sallyport-session': session,
    };
    return new Promise((done, failed) => {
      const call = request(
        { host: 'localhost', port, method: 'POST', path: '/api/records/messages', agent, headers },
        (answer) => {
          answer.resume();
          answer.once('end', () => done(answer.statusCode ?? 0));
          answer.once('error', failed);
        },
      );
      call.once('error', failed);
      call.end(data);
    });
  };
}

export async function benchDelivery(quick: boolean): Promise<readonly Figure[]> {
  const runs = quick ? 10 : 1000;
  const messages = quick ? 5000 : 500_000;
  const leastSearches = quick ? 1 : 500;
  const perTurn = quick ? 10 : 100;
  const site = await startTestSite({
    users: [testUser('alice', 1), testUser('bob', 2), ...STAFF],
    epochs: [1],
    prosody: {
      accounts: [
        { account: 'alice', upn: '1000000001@mil' },
        { account: 'bob', upn: '1000000002@mil' },
      ],
      machines: [{ kid: 'WS-1' }],
    },
  });
  writeMessages(site.server.logDirectory, messages);
  const beside = await startConsoleBeside(site);
  try {
    const first = await beside.seat('sato');
    const behind = async () =>
      (await first.ask('GET', '/api/records/status')).json<{ behind: number }>().behind;
    while ((await behind()) > 0) await sleep(500);
    // One person may ask twenty times a second.
    const searching = [
      searcher(site, beside.console.port, 'sato', first.session),
      searcher(site, beside.console.port, 'silva', (await beside.seat('silva')).session),
    ];
    const [alice, bob] = await Promise.all(
      ['alice', 'bob'].map(async (account) => {
        const client = await site.connect(site.card(account));
        await client.passLock(site.machine('WS-1', 1));
        await client.external();
        await client.bind('bench');
        client.send('<presence/>');
        return client;
      }),
    );
    if (alice === undefined || bob === undefined) throw new Error('nobody is there');
    let count = 0;
    const deliver = () =>
      timed(async () => {
        count += 1;
        alice.send(
          `<message to='bob@${site.server.domain}' type='chat' id='b${count}'><body>bench ${count}</body></message>`,
        );
        await bob.take(new RegExp(`bench ${count}</body>`));
      });
    const paced = async () => {
      await sleep(PAUSE_MS);
      return deliver();
    };
    let searches = 0;
    /** Searches until it is told to stop; resolves when none is under way any more. */
    function search(): () => Promise<unknown> {
      let on = true;
      const searchers = Array.from({ length: SEARCHERS }, async (_, index) => {
        const ask = searching[index % searching.length];
        for (let next = searches + index; on && ask !== undefined; next += 1) {
          if ((await ask({ ...SEARCHES[next % SEARCHES.length] })) === 200) searches += 1;
          // As much as one person may.
          else await sleep(100);
        }
      });
      return () => {
        on = false;
        return Promise.all(searchers);
      };
    }
    const alone: number[] = [];
    const beneath: number[] = [];
    // By turns: what else the machine does falls on both alike.
    for (let turn = 0; turn < MOST_TURNS && (beneath.length < runs || searches < leastSearches); turn += 1) {
      alone.push(...(await repeat(perTurn, 5, paced)));
      const stop = search();
      beneath.push(...(await repeat(perTurn, 5, paced)));
      await stop();
    }
    const note = quick ? '' : `${messages} messages in the index`;
    return [
      figure({ name: 'message to the other client, no search', unit: 'ms', note }, alone),
      figure(
        { name: 'the same while the console searches', unit: 'ms', note: `${searches} searches meanwhile` },
        beneath,
      ),
    ];
  } finally {
    await beside.stop();
    await site.stop();
  }
}
