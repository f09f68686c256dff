/** Everything that is measured of the running application, under Xvfb. */
import { join } from 'node:path';
import { ALICE, BOB, NAMES } from '../../../build/site/analysts.ts';
import { startDisplay } from '../../../build/site/display.ts';
import { siteDirectory } from '../../../build/site/places.ts';
import type { ProsodyAccount } from '../../../build/site/prosody.ts';
import { type Site, startSite } from '../../../build/site/site.ts';
import type { Workstation } from '../../../build/site/workstation.ts';
import type { Figure } from '../measure.ts';
import type { Desktop } from './application.ts';
import { benchEmpty } from './empty.ts';
import { benchMemory } from './memory.ts';
import { benchMessages, type MessageRun } from './messages.ts';
import { benchPeople } from './people.ts';
import { benchDesktopRooms } from './rooms.ts';
import { benchStart, startAndSignIn } from './start.ts';
import { benchSteady } from './steady.ts';

/** What can be measured by itself (`npm run bench -- --only`). */
export const DESKTOP_PARTS = ['start', 'memory', 'room-messages', 'messages', 'steady', 'people'] as const;
export type DesktopPart = (typeof DESKTOP_PARTS)[number];

export interface DesktopOptions {
  /** Electron's executable. */
  readonly executable: string;
  /** The bundled application, a test build. */
  readonly bundle: string;
  readonly quick: boolean;
  /** Seconds that the steady conversation goes on. */
  readonly steadySeconds: number;
  readonly wanted: (part: DesktopPart) => boolean;
  readonly note: (text: string) => void;
}

export interface DesktopResults {
  readonly figures: readonly Figure[];
  readonly messageRuns: readonly MessageRun[];
}

/** Alice's contact list is this long; all but Bob are people who are not there. */
const CONTACTS = 50;
const MANY_CONTACTS = 5_000;

function accounts(contacts: number): readonly ProsodyAccount[] {
  const known = [ALICE, BOB].map(({ account, upn }) => ({ account, upn, name: NAMES[account] ?? account }));
  const others = Array.from({ length: contacts - 1 }, (_, i) => ({
    account: `colleague${i + 1}`,
    name: `Colleague ${i + 1}`,
  }));
  return [...known, ...others];
}

/** Starts a site on which Alice has so many contacts, with a server that plays one of `../prosody`. */
export function benchSite(bundle: string, contacts: number, play: 'crowd' | 'online'): Promise<Site> {
  return startSite({
    directory: siteDirectory(`bench-${play}`),
    bundle,
    users: [ALICE, BOB],
    server: {
      accounts: accounts(contacts),
      extraModules: [join(import.meta.dirname, `../prosody/mod_bench_${play}.lua`)],
    },
  });
}

/** What is measured on a desk with 50 contacts; `workstation` is Alice's on `site`. */
async function benchDesk(
  { quick, steadySeconds, wanted, note }: DesktopOptions,
  site: Site,
  desktop: Desktop,
): Promise<DesktopResults> {
  const figures: Figure[] = [];
  const messageRuns: MessageRun[] = [];
  if (wanted('start')) {
    note('starting and signing in …');
    figures.push(...(await benchStart(desktop, quick ? 1 : 9)));
  }
  if (wanted('memory')) {
    note('an empty Electron …');
    const { executable, display } = desktop;
    figures.push(...(await benchEmpty({ executable, display, idleMs: quick ? 1_000 : 15_000 })));
  }
  const { application } = await startAndSignIn(desktop);
  const common = { site, application };
  const runs = quick ? 1 : 3;
  try {
    if (wanted('memory')) {
      note('memory …');
      const idleMs = quick ? 1_000 : 15_000;
      figures.push(...(await benchMemory(application, { idleMs, contacts: CONTACTS })));
    }
    if (wanted('messages')) {
      note('messages …');
      const flood = await benchMessages({ ...common, count: quick ? 500 : 5_000, runs });
      figures.push(...flood.figures);
      messageRuns.push(...flood.runs);
    }
    if (wanted('room-messages')) {
      note('rooms on the screen …');
      const size = quick ? { messages: 500, occupants: 500 } : { messages: 5_000, occupants: 10_000 };
      const rooms = await benchDesktopRooms({ ...common, ...size, runs });
      figures.push(...rooms.figures);
      messageRuns.push(...rooms.runs);
    }
    if (wanted('steady')) {
      note(`20 messages a second for ${steadySeconds} s …`);
      figures.push(...(await benchSteady({ ...common, seconds: steadySeconds })));
    }
  } finally {
    await application.stop();
  }
  return { figures, messageRuns };
}

async function benchManyContacts(options: DesktopOptions, display: string): Promise<readonly Figure[]> {
  const { quick, bundle, executable, note } = options;
  const contacts = quick ? 200 : MANY_CONTACTS;
  note(`${contacts} contacts …`);
  const site = await benchSite(bundle, contacts, 'online');
  try {
    const workstation = await site.workstation(ALICE);
    const desktop = { executable, app: site.app, display, workstation };
    return await benchPeople(desktop, { contacts, runs: quick ? 1 : 5, idleMs: quick ? 1_000 : 15_000 });
  } finally {
    await site.stop();
  }
}

/** @param desk a site of {@link benchSite} with Alice's workstation */
export async function benchDesktop(
  options: DesktopOptions,
  desk: { readonly site: Site; readonly workstation: Workstation },
): Promise<DesktopResults> {
  const { site, workstation } = desk;
  const { executable, wanted } = options;
  const display = await startDisplay();
  try {
    const desktop = { executable, app: site.app, display: display.name, workstation };
    const onDesk = DESKTOP_PARTS.some((part) => part !== 'people' && wanted(part));
    const { figures, messageRuns } = onDesk
      ? await benchDesk(options, site, desktop)
      : { figures: [], messageRuns: [] };
    const people = wanted('people') ? await benchManyContacts(options, display.name) : [];
    return { figures: [...figures, ...people], messageRuns };
  } finally {
    await display.stop();
  }
}

export const DESK_CONTACTS = CONTACTS;
