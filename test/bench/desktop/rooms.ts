/** Rooms in the window of the running application: thousands of messages to screen, and a room of ten thousand on screen. */
import type { ChatWindow } from '../../../build/demo/driver/chat-window.ts';
import { BOB, ROOM_SERVICE } from '../../../build/site/analysts.ts';
import type { Site } from '../../../build/site/site.ts';
import type { BareJid } from '../../../src/shared/jid.ts';
import { type Figure, figure } from '../measure.ts';
import { now, type RunningApplication } from './application.ts';
import type { MessageRun } from './messages.ts';
import { Sender } from './sender.ts';
import { lastMessageIs, spent, usageOf, type Watch, watchUntil } from './watch.ts';

export interface RoomsOptions {
  readonly site: Site;
  readonly application: RunningApplication;
  /** Messages that are said in the room. */
  readonly messages: number;
  /** Occupants of the crowded room. */
  readonly occupants: number;
  readonly runs: number;
}

const OPS = `ops@${ROOM_SERVICE}` as BareJid;

/** The server says `count` messages to the room, as fast as the connection takes them (`prosody/mod_bench_crowd.lua`). */
async function flood(
  { site, application }: RoomsOptions,
  sender: Sender,
  chat: ChatWindow,
  count: number,
  run: number,
): Promise<MessageRun> {
  const last = `Run ${run}, message ${count}: convoy passed the checkpoint, all vehicles accounted for.`;
  const watch = watchUntil(chat.page, lastMessageIs(last));
  const before = usageOf(site, application);
  const start = now();
  sender.say(OPS, `flood ${count} ${run}`);
  const seen = await watch;
  const cost = spent(before, usageOf(site, application));
  const shown = seen.shown - start;
  return { what: 'in a room', total: shown, shown, receipted: 0, watch: seen, ...cost };
}

interface Crowd {
  /** Milliseconds. */
  readonly total: number;
  readonly watch: Watch;
}

/** Enters the room by its dialog; ends with the frame in which all are counted and the first of them are in sight. */
async function enterCrowd(chat: ChatWindow, occupants: number): Promise<Crowd> {
  const name = `crowd-${occupants}`;
  const { page } = chat;
  await page.getByRole('button', { name: 'Join a room' }).click();
  const dialog = page.getByRole('dialog', { name: 'Join a room' });
  await dialog.getByRole('textbox', { name: 'Room' }).fill(name);
  const shown = `document.querySelector('.occupants .section-count')?.textContent.replaceAll(/\\D/g, '') === '${occupants + 1}'`;
  const watch = watchUntil(page, shown);
  const start = now();
  await dialog.getByRole('button', { name: 'Join' }).click();
  const seen = await watch;
  return { total: seen.shown - start, watch: seen };
}

export async function benchDesktopRooms(
  options: RoomsOptions,
): Promise<{ readonly figures: readonly Figure[]; readonly runs: readonly MessageRun[] }> {
  const { site, application, messages, occupants } = options;
  const chat = await application.chat();
  const sender = await Sender.connect(site, BOB.account);
  try {
    await sender.enter(OPS);
    await chat.joinRoom('ops');
    await flood(options, sender, chat, Math.ceil(messages / 10), 0);
    const runs: MessageRun[] = [];
    for (let run = 1; run <= options.runs; run++)
      runs.push(await flood(options, sender, chat, messages, run));
    const crowd = await enterCrowd(chat, occupants);
    const said = `${messages.toLocaleString('en')} room messages`;
    const room = `room of ${occupants.toLocaleString('en')}`;
    return {
      figures: [
        figure(
          {
            name: `${said} to screen`,
            unit: 'ms',
            ...(messages === 5_000 ? { target: 1_000 } : {}),
          },
          runs.map(({ shown }) => shown),
        ),
        figure(
          { name: `${said}: longest frame`, unit: 'ms', target: 100 },
          runs.map(({ watch }) => watch.longestFrame),
        ),
        figure({ name: `${room} entered and painted`, unit: 'ms', target: 2_000 }, [crowd.total]),
        figure({ name: `${room}: longest frame`, unit: 'ms', target: 100 }, [crowd.watch.longestFrame]),
      ],
      runs,
    };
  } finally {
    await sender.stop();
  }
}
