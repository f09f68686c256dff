/**
 * The session over bad links, against the real Prosody: a satellite's, and one that is cut, delayed and corrupted at random
 * while two analysts talk. `SALLYPORT_SOAK_SECONDS=600` lets the second go on for ten minutes, `SALLYPORT_SOAK_SEED` repeats one.
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Link } from '../../build/site/link.ts';
import type { ChatMessage } from '../../src/shared/chat-model.ts';
import type { BareJid } from '../../src/shared/jid.ts';
import { bundleTlsWorker } from '../support/bundle-worker.ts';
import { startTestSite, type TestSite, testUser } from '../support/prosody-site.ts';
import { seeded } from '../support/random.ts';
import { numbersOf, soakReport } from '../support/soak-report.ts';
import { WindowSession } from '../support/window-session.ts';

const SOAK_SECONDS = Number(process.env.SALLYPORT_SOAK_SECONDS ?? 12);
const SEED = Number(process.env.SALLYPORT_SOAK_SEED ?? 278_665);

/** After so long a link that is whole has brought everything, or never will: the test says what is missing then. */
const SETTLE_SECONDS = 120 + SOAK_SECONDS;

/** Between two looks at all that was said: a long soak says much. */
const POLL_MS = Math.min(250 + SOAK_SECONDS * 10, 5_000);

let site: TestSite;
let workerFile: string;
const sessions: WindowSession[] = [];
const links: Link[] = [];

beforeAll(async () => {
  workerFile = await bundleTlsWorker();
  site = await startTestSite({
    users: [testUser('alice', 1), testUser('bob', 2)],
    epochs: [4],
    prosody: {
      accounts: [
        { account: 'alice', upn: '1000000001@mil', name: 'Alice Allen' },
        { account: 'bob', upn: '1000000002@mil' },
      ],
      machines: [{ kid: 'WS-1' }],
    },
  });
});
afterEach(async () => {
  for (const session of sessions.splice(0)) session.stop();
  await Promise.all(links.splice(0).map((link) => link.stop()));
});
afterAll(() => site?.stop());

async function linkTo(conditions: Link['conditions'], random?: () => number): Promise<Link> {
  const link = await Link.to(site.server.port, conditions, random);
  links.push(link);
  return link;
}

function session(account: string, port = site.server.port): WindowSession {
  const made = new WindowSession({ site, account, workerFile, port });
  sessions.push(made);
  made.start();
  return made;
}

/** As long as the test's own time lasts. */
async function until(check: () => boolean): Promise<void> {
  while (!check()) await sleep(50);
}

const say = (
  from: WindowSession,
  conversation: BareJid,
  body: string,
  kind: 'contact' | 'room' = 'contact',
) => from.command({ type: 'send-message', conversation, kind, body });
const logOf = (of: WindowSession, conversation: BareJid): readonly ChatMessage[] =>
  of.conversations.get(conversation) ?? [];

describe('over a satellite', () => {
  it('signs in, is quick to show what came and says how slow the link is, at 2.4 kbit/s, 2 s and 5 % loss', async () => {
    const bob = session('bob');
    await bob.online();
    const link = await linkTo({ bitsPerSecond: 2_400, roundTripMs: 2_000, loss: 0.05 }, seeded(7));
    const alice = session('alice', link.port);
    await until(() => alice.link.kind === 'online');
    expect(link.totals.connections).toBe(1);

    await say(alice, bob.jid, 'radio check');
    await until(() => logOf(bob, alice.jid).length === 1);
    await say(bob, alice.jid, 'loud and clear');
    await until(() => logOf(alice, bob.jid).length === 2);
    await until(() => logOf(alice, bob.jid)[0]?.delivery === 'delivered');
    await until(() => alice.link.kind === 'online' && alice.link.slow === true);
    // The link was never given up and nothing was said twice.
    expect(link.totals.connections).toBe(1);
    expect(logOf(bob, alice.jid).map(({ body }) => body)).toEqual(['radio check', 'loud and clear']);
    // What the whole took, certificates of both sides included: a bound on bytes is a bound on minutes here.
    expect(link.totals.bytes).toBeLessThan(16_000);
  }, 180_000);
});

/** Makes the link better and worse, cuts it, takes it down and turns bits over, until `over`. */
async function harm(link: Link, random: () => number, over: () => boolean): Promise<void> {
  while (!over()) {
    const dice = random();
    if (dice < 0.25) link.cut();
    else if (dice < 0.4) {
      link.cut(true);
      await sleep(200 + random() * 1_000);
      link.mend();
    } else {
      link.conditions = {
        roundTripMs: random() * 400,
        loss: random() * 0.1,
        ...(random() < 0.3 ? { bitsPerSecond: 64_000 } : {}),
        ...(random() < 0.3 ? { corruption: 0.02 } : {}),
      };
    }
    await sleep(200 + random() * 1_500);
  }
  link.mend();
  link.conditions = {};
}

/** Says numbered things in both conversations until `over`; returns how many in each. */
async function talk(
  from: WindowSession,
  to: BareJid,
  room: BareJid,
  random: () => number,
  over: () => boolean,
): Promise<{ readonly direct: number; readonly room: number }> {
  const said = { direct: 0, room: 0 };
  while (!over()) {
    // Nobody answers a window any more then.
    if (from.stopped !== undefined) throw new Error(`${from.jid} stopped: ${from.stopped}`);
    await say(from, to, `${from.jid} ${said.direct}`);
    said.direct += 1;
    const reply = await say(from, room, `${from.jid} ${said.room}`, 'room');
    if (reply.ok) said.room += 1;
    await sleep(50 + random() * 250);
  }
  return said;
}

/** The numbers that `from` said, as they stand in a conversation. */
const numbers = (log: readonly ChatMessage[], from: WindowSession) => numbersOf(log, from.jid);

describe(`a link that breaks in every way (seed ${SEED})`, () => {
  it(
    'loses nothing, doubles nothing and keeps the order, for both, alone and in a room',
    async () => {
      const random = seeded(SEED);
      const room = `soak@${site.server.roomService}` as BareJid;
      const ways = [await linkTo({}, random), await linkTo({}, random)] as const;
      const alice = session('alice', ways[0].port);
      const bob = session('bob', ways[1].port);
      const both = [alice, bob] as const;
      for (const one of both) {
        await one.online();
        await one.command({ type: 'join-room', room });
        await until(() => one.rooms.get(room) === 'joined');
      }

      const end = Date.now() + SOAK_SECONDS * 1_000;
      const over = () => Date.now() > end;
      // An analyst who waits presses “Try now”.
      const hurry = setInterval(() => {
        for (const one of both) if (one.link.kind === 'waiting') void one.command({ type: 'reconnect-now' });
      }, 500);
      const [, , fromAlice, fromBob] = await Promise.all([
        ...ways.map((link) => harm(link, random, over)),
        talk(alice, bob.jid, room, random, over),
        talk(bob, alice.jid, room, random, over),
      ] as const);
      const said = new Map([
        [alice, fromAlice as { direct: number; room: number }],
        [bob, fromBob as { direct: number; room: number }],
      ]);
      const count = (n: number) => Array.from({ length: n }, (_, i) => i);
      const complete = async (one: WindowSession): Promise<boolean> => {
        const other = one === alice ? bob : alice;
        const [direct, group] = [await one.read(other.jid), await one.read(room)];
        // What stays open where an answer came too late, or much was missing, is asked for again by whoever reads.
        let whole = true;
        for (const [conversation, log] of [
          [other.jid, direct],
          [room, group],
        ] as const) {
          const open = log.find(({ gapAfter }) => gapAfter !== undefined);
          if (open === undefined) continue;
          whole = false;
          if (open.gapAfter?.loading === false)
            await one.command({ type: 'fill-gap', conversation, message: open.id });
        }
        if (!whole) return false;
        return both.every(
          (from) =>
            numbers(direct, from).length >= (said.get(from)?.direct ?? 0) &&
            numbers(group, from).length >= (said.get(from)?.room ?? 0),
        );
      };
      const report = (): Promise<string> =>
        soakReport({
          windows: both,
          room,
          said: (from, kind) => said.get(from)?.[kind] ?? 0,
          data: join(site.directory, 'prosody/data'),
        });
      const late = Date.now() + SETTLE_SECONDS * 1_000;
      while (!(await Promise.all(both.map(complete))).every(Boolean)) {
        if (Date.now() > late) throw new Error(`what was said is not there:\n${await report()}`);
        await sleep(POLL_MS);
      }
      // What would come twice comes now.
      await sleep(1_500);
      clearInterval(hurry);
      for (const one of both) {
        const other = one === alice ? bob : alice;
        const [direct, group] = [await one.read(other.jid), await one.read(room)];
        for (const from of both) {
          expect(numbers(direct, from)).toEqual(count(said.get(from)?.direct ?? 0));
          expect(numbers(group, from)).toEqual(count(said.get(from)?.room ?? 0));
        }
        expect([...direct, ...group].filter(({ gapAfter }) => gapAfter !== undefined)).toEqual([]);
        const unsure = [...direct, ...group].filter(
          ({ delivery }) => delivery !== undefined && delivery !== 'stored' && delivery !== 'delivered',
        );
        expect(unsure).toEqual([]);
      }
      expect(ways[0].totals.connections + ways[1].totals.connections).toBeGreaterThan(4);
    },
    (SOAK_SECONDS + SETTLE_SECONDS + 60) * 1_000,
  );
});
