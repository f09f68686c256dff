import { memo, type ReactElement, useMemo } from 'react';
import { type Feed, feedId } from '../../../shared/feed-contract.ts';
import { useActions, useWindowState } from '../../hooks/services.ts';
import { useRovingFocus } from '../../hooks/use-roving-focus.ts';
import { Icon } from '../../parts/Icon.tsx';
import { sortedFeeds } from '../../state/feeds.ts';
import { FEED_TEXT, feedWhere } from '../../text/feeds.ts';
import { SectionHead } from '../sidebar/SectionHead.tsx';
import { UnreadBadge } from '../sidebar/UnreadBadge.tsx';

const FEEDS_SECTION = 'section:feeds';

/** The feeds of this user, and the way to others; nothing where the policy has none. */
export function FeedSection(): ReactElement | null {
  const offered = useWindowState(({ app }) => app?.kind === 'running' && app.policy.feeds !== undefined);
  return offered ? <Section /> : null;
}

function Section(): ReactElement {
  const actions = useActions();
  const list = useRovingFocus<HTMLDivElement>();
  const feeds = useWindowState((state) => state.chat.collections.feeds);
  const filter = useWindowState((state) => state.view.filter);
  const open = useWindowState((state) => state.view.feed);
  const collapsed = useWindowState((state) => state.view.collapsed.has(FEEDS_SECTION));
  const shown = useMemo(() => sortedFeeds(feeds, filter), [feeds, filter]);
  let unread = 0;
  for (const feed of shown) unread += feed.unread;
  const openId = open === undefined ? undefined : feedId(open);
  return (
    <div ref={list} className="sidebar-section sidebar-feeds" data-pane="feeds">
      <SectionHead
        title={FEED_TEXT.section}
        sectionKey={FEEDS_SECTION}
        collapsed={collapsed}
        count={shown.length}
        unread={unread}
        level={2}
      >
        <button
          type="button"
          className="icon-button"
          aria-label={FEED_TEXT.find}
          title={FEED_TEXT.find}
          onClick={() => actions.show('feeds')}
        >
          <Icon name="plus" size={14} />
        </button>
      </SectionHead>
      {collapsed ? null : (
        <ul className="rows">
          {shown.map((feed) => (
            <FeedRow key={feed.id} feed={feed} active={feed.id === openId} />
          ))}
        </ul>
      )}
      {!collapsed && shown.length === 0 ? (
        <p className="rows-empty">{filter === '' ? FEED_TEXT.none : FEED_TEXT.noneFits}</p>
      ) : null}
    </div>
  );
}

const FeedRow = memo(function FeedRow({
  feed,
  active,
}: {
  readonly feed: Feed;
  readonly active: boolean;
}): ReactElement {
  const actions = useActions();
  const { service, node, title, state, unread } = feed;
  const classes = ['row', 'row-room'];
  if (unread > 0) classes.push('row-unread');
  if (state !== 'subscribed') classes.push('row-quiet');
  return (
    <li>
      <button
        type="button"
        className={classes.join(' ')}
        data-roving
        data-pane-focus={active ? '' : undefined}
        aria-current={active ? 'page' : undefined}
        title={`${title}\n${feedWhere(feed)}`}
        onClick={() => actions.feeds.open({ service, node })}
      >
        <Icon name="feed" size={12} />
        <bdi className="row-name">{title}</bdi>
        {state === 'pending' ? <span className="row-note">{FEED_TEXT.pending}</span> : null}
        {state === 'failed' ? <span className="row-note row-note-danger">{FEED_TEXT.failed}</span> : null}
        <UnreadBadge count={unread} />
      </button>
    </li>
  );
});
