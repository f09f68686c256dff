/** The feeds of the demo's organisation, what is in them when the site starts, and changing them while it runs. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { writeFileAtomically } from '../../src/platform/atomic-file.ts';
import { feedsTable, type ProsodyFeed, type ProsodyNotice } from './prosody-tables.ts';
import type { XmppServer } from './xmpp-server.ts';

const NOTE_MS = 60_000;

/** Replaces the feeds of a server that has some, and publishes their notices; resolves when the server has taken note of a change. */
export async function replaceFeeds(
  server: Pick<XmppServer, 'domain' | 'logFile' | 'log'>,
  feeds: readonly ProsodyFeed[],
): Promise<void> {
  const noted = () => server.log().split('feeds read from').length;
  const before = noted();
  const table = `${JSON.stringify(feedsTable(server.domain, feeds), undefined, 2)}\n`;
  const file = join(dirname(server.logFile), 'feeds.json');
  if (readFileSync(file, 'utf8') === table) return;
  await writeFileAtomically(file, table, 0o644);
  const deadline = Date.now() + NOTE_MS;
  while (noted() === before) {
    if (Date.now() > deadline) throw new Error('the server did not read the feeds');
    await sleep(50);
  }
}

const MINUTE = 60_000;
const UNCLASSIFIED = { id: 'unclassified', text: 'UNCLASSIFIED' } as const;
const CUI = { id: 'cui', text: 'CUI' } as const;

/** @param now milliseconds since 1970 */
export function siteFeeds(now: number): readonly ProsodyFeed[] {
  const notice = (
    id: string,
    minutes: number,
    title: string,
    text: string,
    more: Partial<ProsodyNotice> = {},
  ): ProsodyNotice => ({
    id,
    title,
    text,
    updated: new Date(now - minutes * MINUTE).toISOString(),
    author: 'Weather office',
    label: UNCLASSIFIED,
    ...more,
  });
  const notam = { author: 'Air traffic desk', label: CUI } as const;
  return [
    {
      node: 'weather',
      title: 'Weather warnings',
      description: 'Warnings of the weather office for all sectors',
      publishers: ['alice'],
      notices: [
        notice('wx-1', 380, 'Fog in the valley until 0900Z', 'Visibility below 200 metres on the east bank.'),
        notice('wx-2', 95, 'Wind north-west 5, gusts 8', 'Masts above 10 metres are lowered by 0445Z.'),
        notice(
          'wx-3',
          12,
          'Thunderstorms from the west',
          'A line of thunderstorms passes the sector within two hours. Gusts up to 55 knots, hail.\n\nNo flights over the ridge.',
          { link: 'https://weather.sallyport.test/warnings/3' },
        ),
      ],
    },
    {
      node: 'notam',
      title: 'NOTAM, sector north',
      description: 'Notices to airmen',
      notices: [
        notice('nt-1', 600, 'Runway 09 closed', 'Until further notice, for repairs of the lights.', notam),
        notice(
          'nt-2',
          200,
          'Restricted area R-17 active',
          'Surface to flight level 120, 0600Z to 1800Z.',
          notam,
        ),
      ],
    },
  ];
}
