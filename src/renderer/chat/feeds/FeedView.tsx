import { type ReactElement, useEffect, useState } from 'react';
import type { PresentationPolicy } from '../../../shared/app-state.ts';
import type { ErrorReport } from '../../../shared/errors.ts';
import {
  type Feed,
  type FeedAddress,
  feedId,
  isOfPerson,
  type ShownFeedItem,
} from '../../../shared/feed-contract.ts';
import { useActions, useWindowState } from '../../hooks/services.ts';
import { useFocusedWindow } from '../../hooks/use-focused-window.ts';
import { ErrorNotice } from '../../parts/ErrorNotice.tsx';
import { Icon } from '../../parts/Icon.tsx';
import { FEED_TEXT, feedWhere } from '../../text/feeds.ts';
import { FeedList } from './FeedList.tsx';
import { NoticeAnnouncer } from './NoticeAnnouncer.tsx';
import { RetractDialog } from './RetractDialog.tsx';

interface Props {
  readonly address: FeedAddress;
  readonly policy: PresentationPolicy;
}

/** A feed in place of a conversation: what was published in it, the newest first. */
export function FeedView({ address, policy }: Props): ReactElement {
  const { feeds } = useActions();
  const id = feedId(address);
  const feed = useWindowState((state) => state.chat.collections.feeds.get(id));
  const open = useWindowState((state) => state.chat.collections.openFeed.get(id));
  const items = useWindowState((state) => state.chat.collections.feedItems);
  const [error, setError] = useState<ErrorReport>();
  const [takenBack, setTakenBack] = useState<ShownFeedItem>();
  const mayPublish = isOfPerson(address) ? feed?.mine === true : policy.feeds?.publish === true;
  const focused = useFocusedWindow();
  const unread = feed?.unread ?? 0;
  const shown = open?.state === 'shown';
  useEffect(() => {
    if (focused && shown && unread > 0) feeds.read(address);
  }, [feeds, address, focused, shown, unread]);
  // The session began anew behind a covered screen: it does not know what stands here.
  const forgotten = feed !== undefined && open === undefined;
  useEffect(() => {
    if (forgotten) feeds.load(address);
  }, [feeds, address, forgotten]);
  const trouble = error ?? feed?.error ?? open?.error;
  return (
    <main className="conversation">
      <FeedHead address={address} feed={feed} mayPublish={mayPublish} onError={setError} />
      {trouble === undefined ? null : (
        <div className="feed-trouble">
          <ErrorNotice error={trouble} />
          <button type="button" className="button" onClick={() => feeds.load(address)}>
            {FEED_TEXT.again}
          </button>
        </div>
      )}
      <p className="lead feed-status" role="status">
        {statusOf(feed, open?.state, items.size)}
      </p>
      <FeedList items={items} {...(mayPublish ? { onTakeBack: setTakenBack } : {})} />
      <NoticeAnnouncer items={items} shown={shown} />
      {takenBack === undefined ? null : (
        <RetractDialog address={address} item={takenBack} onClose={() => setTakenBack(undefined)} />
      )}
    </main>
  );
}

function statusOf(feed: Feed | undefined, state: string | undefined, count: number): string | null {
  if (feed?.state === 'pending') return FEED_TEXT.pendingLead;
  if (count > 0) return null;
  if (state === 'shown') return FEED_TEXT.empty;
  return state === 'loading' ? FEED_TEXT.loading : null;
}

function FeedHead({
  address,
  feed,
  mayPublish,
  onError,
}: {
  readonly address: FeedAddress;
  readonly feed: Feed | undefined;
  readonly mayPublish: boolean;
  readonly onError: (error: ErrorReport | undefined) => void;
}): ReactElement {
  const actions = useActions();
  const [busy, setBusy] = useState(false);
  const unsubscribe = async () => {
    if (busy) return;
    setBusy(true);
    const error = await actions.feeds.unsubscribe(address);
    // Without an error this is not on the screen any more.
    if (error === undefined) return;
    setBusy(false);
    onError(error);
  };
  const { node } = address;
  return (
    <div className="conversation-head">
      <Icon name="feed" />
      <div className="conversation-title">
        <h1 dir="auto">{feed?.title ?? node}</h1>
        <p className="feed-where" dir="auto">
          {feedWhere(address)}
          {feed?.origin === 'policy' ? ` · ${FEED_TEXT.policy}` : null}
        </p>
      </div>
      <div className="conversation-actions">
        {mayPublish ? (
          <button type="button" className="button button-small" onClick={() => actions.show('feed-publish')}>
            {FEED_TEXT.publish}
          </button>
        ) : null}
        {feed?.origin === 'own' ? (
          <button type="button" className="button button-small" aria-disabled={busy} onClick={unsubscribe}>
            {feed.mine === true ? FEED_TEXT.putAway : busy ? FEED_TEXT.unsubscribing : FEED_TEXT.unsubscribe}
          </button>
        ) : null}
      </div>
    </div>
  );
}
