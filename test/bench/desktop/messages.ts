/** Thousands of messages into the open conversation of the running application: received, shown and receipted. */
import type { ChatWindow } from '../../../build/demo/driver/chat-window.ts';
import { ALICE, BOB, DOMAIN, NAMES } from '../../../build/site/analysts.ts';
import type { Site } from '../../../build/site/site.ts';
import { type Figure, figure } from '../measure.ts';
import { now, type RunningApplication } from './application.ts';
import { byKind, cpuOf, processesOf, waitedOf } from './processes.ts';
import { Sender } from './sender.ts';

export interface MessagesOptions {
  readonly site: Site;
  readonly application: RunningApplication;
  readonly count: number;
  readonly runs: number;
}

type Seconds = Readonly<Record<string, number>>;

/** What the window saw of itself while the messages came. */
interface Watch {
  /** When the last message was in a frame, milliseconds since 1970. */
  readonly shown: number;
  readonly frames: number;
  /** Between two frames, milliseconds. */
  readonly longestFrame: number;
  readonly longestTask: number;
}

export interface MessageRun {
  readonly total: number;
  readonly shown: number;
  readonly receipted: number;
  readonly watch: Watch;
  /** Processor seconds while the messages came, by kind of process; `server` is Prosody, `sender` this program. */
  readonly cpu: Seconds;
  /** The same of the time in which a thread was ready and no processor was free: what a loaded machine adds. */
  readonly waited: Seconds;
}

/** An expression for the page: watches frames and tasks until the text is in sight. */
function watchUntil(text: string): string {
  return `new Promise((resolve) => {
    const log = document.querySelector('[role="log"]');
    let last = performance.now(), longestFrame = 0, frames = 0, longestTask = 0;
    const observer = new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) longestTask = Math.max(longestTask, entry.duration);
    });
    observer.observe({ entryTypes: ['longtask'] });
    const frame = (time) => {
      const at = performance.now();
      longestFrame = Math.max(longestFrame, at - last);
      last = at;
      frames += 1;
      const bodies = log.querySelectorAll('.message-body');
      if (bodies[bodies.length - 1]?.textContent !== ${JSON.stringify(text)}) { requestAnimationFrame(frame); return; }
      const shown = performance.timeOrigin + at;
      setTimeout(() => { observer.disconnect(); resolve({ shown, frames, longestFrame, longestTask }); }, 100);
    };
    requestAnimationFrame(frame);
  })`;
}

/** Sentences of the length of chat. */
function textsOf(run: number, count: number): readonly string[] {
  return Array.from(
    { length: count },
    (_, i) => `Run ${run}, message ${i + 1}: convoy passed the checkpoint, all vehicles accounted for.`,
  );
}

/** Seconds so far, by kind of process: at work, and waiting for a processor. */
function usage(
  site: Site,
  application: RunningApplication,
): { readonly cpu: Seconds; readonly waited: Seconds } {
  const processes = processesOf(application.pid);
  const { pid } = site.server;
  return {
    cpu: { ...byKind(processes, ({ cpu }) => cpu), server: cpuOf(pid), sender: cpuOf(process.pid) },
    waited: {
      ...byKind(processes, ({ waited }) => waited),
      server: waitedOf(pid),
      sender: waitedOf(process.pid),
    },
  };
}

/** `after` less `before`, in hundredths. */
function spent(before: Seconds, after: Seconds): Seconds {
  return Object.fromEntries(
    Object.entries(after).map(([kind, seconds]) => [
      kind,
      Math.round((seconds - (before[kind] ?? 0)) * 100) / 100,
    ]),
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
  const watch = chat.page.evaluate<Watch>(watchUntil(texts.at(-1) ?? ''));
  const before = usage(site, application);
  const start = now();
  const last = await sender.send(`${ALICE.account}@${DOMAIN}`, texts);
  const receipted = performance.timeOrigin + last - start;
  const seen = await watch;
  const after = usage(site, application);
  const shown = seen.shown - start;
  return {
    total: Math.max(shown, receipted),
    shown,
    receipted,
    watch: seen,
    cpu: spent(before.cpu, after.cpu),
    waited: spent(before.waited, after.waited),
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
