import { type ReactElement, useMemo } from 'react';
import type { ShownFeedItem } from '../../../shared/feed-contract.ts';
import { useWindowState } from '../../hooks/services.ts';
import { Moment } from '../../parts/Moment.tsx';
import { VirtualRows } from '../../parts/VirtualRows.tsx';
import { nameOf } from '../../state/directory.ts';
import { FEED_TEXT } from '../../text/feeds.ts';
import { FormResult } from '../forms/FormResult.tsx';
import { LabelTag } from '../labels/LabelTag.tsx';

/** Pixels; a row is measured once it is on the screen. */
const ROW_HEIGHT = 96;

/** The notices of a feed, the newest first; only the rows in sight are in the document. */
export function FeedList({
  items,
  onTakeBack,
}: {
  readonly items: ReadonlyMap<string, ShownFeedItem>;
  /** Absent: nothing is taken back. */
  readonly onTakeBack?: (item: ShownFeedItem) => void;
}): ReactElement {
  const self = useWindowState((state) => state.chat.self?.jid);
  const shown = useMemo(() => [...items.values()].reverse(), [items]);
  return (
    <VirtualRows
      items={shown}
      keyOf={({ id }) => id}
      estimate={ROW_HEIGHT}
      label={FEED_TEXT.list}
      className="feed-scroll"
      pane="messages"
      render={(item) => (
        <Notice
          item={item}
          onTakeBack={
            onTakeBack !== undefined && item.publisher !== undefined && item.publisher === self
              ? () => onTakeBack(item)
              : undefined
          }
        />
      )}
    />
  );
}

function Notice({
  item,
  onTakeBack,
}: {
  readonly item: ShownFeedItem;
  readonly onTakeBack: (() => void) | undefined;
}): ReactElement {
  const { at, dated, title, author, publisher, text, link, form, label, other, unread } = item;
  const from = useWindowState((state) => (publisher === undefined ? '' : nameOf(state.chat, publisher)));
  return (
    <article className={unread ? 'feed-item feed-item-new' : 'feed-item'}>
      <p className="feed-item-facts">
        {dated ? <Moment at={at} /> : <span>{FEED_TEXT.undated}</span>}
        <LabelTag label={label} />
        {author === '' && from === '' ? null : (
          <bdi className="feed-item-author" title={publisher === undefined ? undefined : FEED_TEXT.byTitle}>
            {FEED_TEXT.by(author, from)}
          </bdi>
        )}
        {unread ? <span className="feed-item-mark">{FEED_TEXT.newMark}</span> : null}
      </p>
      <h2 className={title === '' ? 'feed-item-title feed-item-untitled' : 'feed-item-title'} dir="auto">
        {title === '' ? FEED_TEXT.untitled : title}
      </h2>
      {text === '' ? null : (
        <p className="feed-item-text" dir="auto">
          {text}
        </p>
      )}
      {form === undefined ? null : <FormResult form={form} />}
      {other === true ? <p className="hint">{FEED_TEXT.other}</p> : null}
      {onTakeBack === undefined ? null : (
        <button type="button" className="button button-small feed-item-back" onClick={onTakeBack}>
          {FEED_TEXT.takeBack}
        </button>
      )}
      {link === undefined ? null : (
        <p className="feed-item-link">
          {FEED_TEXT.link} <bdi dir="ltr">{link}</bdi>
        </p>
      )}
    </article>
  );
}
