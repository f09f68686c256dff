import { type ReactElement, useEffect, useRef, useState } from 'react';
import type { ShownFeedItem } from '../../../shared/feed-contract.ts';
import { FEED_TEXT } from '../../text/feeds.ts';
import { labelWords } from '../labels/LabelTag.tsx';

/** Reads the title of a notice that arrives in the open feed to a screen reader; the list itself is not a live region. */
export function NoticeAnnouncer({
  items,
  shown,
}: {
  readonly items: ReadonlyMap<string, ShownFeedItem>;
  /** The feed was read; what comes from now on is new. */
  readonly shown: boolean;
}): ReactElement {
  const [line, setLine] = useState('');
  const known = useRef<ReadonlySet<string>>(undefined);
  useEffect(() => {
    if (!shown) return;
    const fresh =
      known.current === undefined ? [] : [...items.values()].filter(({ id }) => !known.current?.has(id));
    known.current = new Set(items.keys());
    const newest = fresh.at(-1);
    if (newest === undefined) return;
    const label = newest.label === undefined ? '' : labelWords(newest.label);
    setLine(FEED_TEXT.announced(newest.title === '' ? FEED_TEXT.untitled : newest.title, label));
  }, [items, shown]);
  return (
    <div className="visually-hidden" role="status" aria-live="polite" aria-label={FEED_TEXT.incoming}>
      {line}
    </div>
  );
}
