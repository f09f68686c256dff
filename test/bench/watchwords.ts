/** Watchwords: what matching costs a message, however many words are watched for. */
import { WatchwordMatcher } from '../../src/session/watch/matcher.ts';
import type { WatchwordList } from '../../src/shared/watch-contract.ts';
import { type Figure, figure, repeat, timed } from './measure.ts';

const MESSAGES = 20_000;
const TEXT =
  'Sector West: relief of the watch at 0600Z, handover as briefed. Convoy of six vehicles cleared the bridge, second group expected. ';

/** Words, phrases and beginnings in turn, none of which the messages hold. */
function words(count: number): readonly string[] {
  const of = (index: number): string => {
    const word = `watchword${index}`;
    if (index % 3 === 0) return word;
    return index % 3 === 1 ? `convoy of ${word}` : `quz${index.toString(36)}*`;
  };
  return Array.from({ length: count }, (_, index) => of(index));
}

function list(count: number): WatchwordList {
  return { name: 'bench', severity: 'critical', sound: 'urgent', repeat: true, words: words(count) };
}

export async function benchWatchwords(runs: number): Promise<readonly Figure[]> {
  const measure = async (count: number, text: string, name: string): Promise<Figure> => {
    const matcher = new WatchwordMatcher([list(count)]);
    const messages = text.length > TEXT.length ? MESSAGES / 100 : MESSAGES;
    const work = (): void => {
      for (let done = 0; done < messages; done += 1) {
        if (matcher.find(`${text}${done}`).length > 0) throw new Error('found what is not there');
      }
    };
    const times = await repeat(runs, 2, () => timed(work));
    const note = `a message of ${text.length} characters, one core`;
    return figure(
      { name, unit: 'µs', note },
      times.map((time) => (time * 1000) / messages),
    );
  };
  return [
    await measure(200, TEXT, 'watchwords, 200 words, a message'),
    await measure(4096, TEXT, 'watchwords, 4,096 words, a message'),
    await measure(4096, TEXT.repeat(120), 'watchwords, 4,096 words, the longest message'),
  ];
}
