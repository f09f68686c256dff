/** From the start of the program to the consent banner, the PIN window, and online. */
import { type Figure, figure } from '../measure.ts';
import { AttachError, type Desktop, now, RunningApplication, shownAt } from './application.ts';

export interface StartTimes {
  /** Process start to the consent banner in the first frame that shows it. */
  readonly consent: number;
  /** Process start to the PIN window ready for digits; the banner is accepted at once, the card is in the reader. */
  readonly pin: number;
  /** Accepted to the PIN window. */
  readonly acceptToPin: number;
  /** The last digit's Enter to the conversations with a verified lock. */
  readonly online: number;
}

const CONSENT = `document.querySelector('h1')?.textContent === 'Notice and consent'`;
const ACCEPT = `[...document.querySelectorAll('button')].find((button) => button.textContent === 'Accept').click()`;
const PIN = `document.querySelector('input')?.disabled === false && document.visibilityState === 'visible'`;
const ONLINE = `[...document.querySelectorAll('[aria-label="Status"] button')].some((button) => /lock verified/.test(button.textContent + button.ariaLabel))`;

/** Enters the PIN and answers how long it took until `condition`, an expression for the chat page, held. */
async function signIn(application: RunningApplication, condition: string): Promise<number> {
  const [chat, pin] = [await application.chat(), await application.pin()];
  await pin.field.focus();
  await pin.page.keyboard.type(application.workstation.pin);
  const online = shownAt(chat.page, condition);
  const enter = now();
  // The window is gone as soon as the card has taken the PIN, often before the key press is answered.
  await pin.page.keyboard.press('Enter').catch(() => undefined);
  return (await online) - enter;
}

/** A start that the tool spoilt is not counted; it is made again. */
const MAX_SPOILT = 3;

/** Starts the application and does `work` with it; stops it when that fails. */
async function started<Result>(
  desktop: Desktop,
  work: (application: RunningApplication) => Promise<Result>,
): Promise<{ readonly application: RunningApplication; readonly result: Result }> {
  for (let spoilt = 0; ; spoilt++) {
    const application = new RunningApplication(desktop);
    try {
      return { application, result: await work(application) };
    } catch (error) {
      await application.stop();
      if (!(error instanceof AttachError) || spoilt >= MAX_SPOILT) throw error;
    }
  }
}

/** Starts the application and signs in, until `condition` holds in the chat page; the caller stops it. */
export async function startAndSignIn(
  desktop: Desktop,
  condition = ONLINE,
): Promise<{ readonly application: RunningApplication; readonly times: StartTimes }> {
  const { application, result } = await started(desktop, async (running): Promise<StartTimes> => {
    const chat = await running.chat();
    const consent = await shownAt(chat.page, CONSENT);
    const accepted = now();
    // Not as a person clicks: finding and aiming would be part of what is measured.
    await chat.page.evaluate(ACCEPT);
    const pin = await shownAt((await running.pin()).page, PIN);
    const online = await signIn(running, condition);
    const { startedAt } = running;
    return { consent: consent - startedAt, pin: pin - startedAt, acceptToPin: pin - accepted, online };
  });
  return { application, times: result };
}

/** Starts with the card beside the reader, accepts, inserts the card, and answers how long the PIN window took. */
async function cardToPin(desktop: Desktop): Promise<number> {
  const reader = desktop.workstation.reader();
  const { application, result } = await started(desktop, async (running) => {
    await reader.remove();
    const chat = await running.chat();
    await shownAt(chat.page, CONSENT);
    await chat.acceptConsent();
    await chat.heading(/card/i).waitFor();
    const inserted = now();
    await reader.insert();
    return (await shownAt((await running.pin()).page, PIN)) - inserted;
  });
  await application.stop();
  return result;
}

/** Starts the application `runs` times after one that does not count. */
export async function benchStart(desktop: Desktop, runs: number): Promise<readonly Figure[]> {
  const all: StartTimes[] = [];
  for (let run = -1; run < runs; run++) {
    const { application, times } = await startAndSignIn(desktop);
    await application.stop();
    if (run >= 0) all.push(times);
  }
  const inserted: number[] = [];
  for (let run = 0; run < Math.ceil(runs / 2); run++) inserted.push(await cardToPin(desktop));
  const of = (name: string, pick: (times: StartTimes) => number, target?: number): Figure =>
    figure({ name, unit: 'ms', ...(target === undefined ? {} : { target }) }, all.map(pick));
  return [
    of('start to consent banner', ({ consent }) => consent),
    of('consent to PIN window', ({ acceptToPin }) => acceptToPin),
    of('start to PIN window', ({ pin }) => pin, 1_000),
    figure({ name: 'card inserted to PIN window', unit: 'ms' }, inserted),
    of('PIN to online', ({ online }) => online, 1_000),
  ];
}
