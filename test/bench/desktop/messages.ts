/** Thousands of messages into the open conversation of the running application: received, shown and receipted. */
import type { ChatWindow } from '../../../build/demo/driver/chat-window.ts';
import { ALICE, BOB, DOMAIN, NAMES } from '../../../build/site/analysts.ts';
import type { Site } from '../../../build/site/site.ts';
import { type Figure, figure } from '../measure.ts';
import { now, type RunningApplication } from './application.ts';
import { Sender } from './sender.ts';
import { lastMessageIs, spent, type Usage, usageOf, type Watch, watchUntil } from './watch.ts';

export interface MessagesOptions {
  readonly site: Site;
  readonly application: RunningApplication;
  readonly count: number;
  readonly runs: number;
}

export interface MessageRun extends Usage {
  readonly what: string;
  readonly total: number;
  readonly shown: number;
  readonly receipted: number;
  readonly watch: Watch;
}

/** Sentences of the length of chat. */
function textsOf(run: number, count: number): readonly string[] {
  return Array.from(
    { length: count },
    (_, i) => `Run ${run}, message ${i + 1}: convoy passed the checkpoint, all vehicles accounted for.`,
  );
}

async function flood(
  options: MessagesOptions,
  sender: Sender,
  chat: ChatWindow,
  run: number,
): Promise<MessageRun> {
  const { site, application, count } = options;
  const texts = textsOf(run, count);
  const watch = watchUntil(chat.page, lastMessageIs(texts.at(-1) ?? ''));
  const before = usageOf(site, application);
  const start = now();
  const last = await sender.send(`${ALICE.account}@${DOMAIN}`, texts);
  const receipted = performance.timeOrigin + last - start;
  const seen = await watch;
  const cost = spent(before, usageOf(site, application));
  const shown = seen.shown - start;
  return {
    what: 'from one person',
    total: Math.max(shown, receipted),
    shown,
    receipted,
    watch: seen,
    ...cost,
  };
}

/** The runs in one session, after a smaller one that does not count. */
export async function benchMessages(
  options: MessagesOptions,
): Promise<{ readonly figures: readonly Figure[]; readonly runs: readonly MessageRun[] }> {
  const { site, application, count } = options;
  const chat = await application.chat();
  await chat.open(NAMES[BOB.account] ?? BOB.account);
  const sender = await Sender.connect(site, BOB.account);
  try {
    await flood({ ...options, count: Math.ceil(count / 10) }, sender, chat, 0);
    const runs: MessageRun[] = [];
    for (let run = 1; run <= options.runs; run++) runs.push(await flood(options, sender, chat, run));
    const of = (name: string, pick: (run: MessageRun) => number, target?: number): Figure =>
      figure({ name, unit: 'ms', ...(target === undefined ? {} : { target }) }, runs.map(pick));
    const messages = `${count.toLocaleString('en')} messages`;
    return {
      figures: [
        of(`${messages}: the last one shown`, ({ shown }) => shown),
        of(`${messages}: the last receipt`, ({ receipted }) => receipted),
        of(
          `${messages} received, shown, receipted`,
          ({ total }) => total,
          count === 5_000 ? 1_500 : undefined,
        ),
        of('longest frame while they arrive', ({ watch }) => watch.longestFrame, 100),
        of('longest task while they arrive', ({ watch }) => watch.longestTask),
      ],
      runs,
    };
  } finally {
    await sender.stop();
  }
}
