import { memo, type ReactElement, useMemo } from 'react';
import { type Feed, feedId } from '../../../shared/feed-contract.ts';
import { useActions, useWindowState } from '../../hooks/services.ts';
import { useRovingFocus } from '../../hooks/use-roving-focus.ts';
import { Icon } from '../../parts/Icon.tsx';
import { sortedFeeds } from '../../state/feeds.ts';
import { FEED_TEXT, feedWhere } from '../../text/feeds.ts';
import { SideRow } from '../sidebar/SideRow.tsx';
import { SideSection } from '../sidebar/SideSection.tsx';

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
  const shown = useMemo(() => sortedFeeds(feeds, filter), [feeds, filter]);
  const openId = open === undefined ? undefined : feedId(open);
  return (
    <div ref={list} className="sidebar-section sidebar-feeds" data-pane="feeds">
      <SideSection
        title={FEED_TEXT.section}
        sectionKey={FEEDS_SECTION}
        count={shown.length}
        unread={shown.reduce((sum, feed) => sum + feed.unread, 0)}
        deeds={[{ icon: 'plus', label: FEED_TEXT.find, onDo: () => actions.show('feeds') }]}
        empty={{ none: FEED_TEXT.none, begin: FEED_TEXT.begin, fits: FEED_TEXT.noneFits }}
        isEmpty={shown.length === 0}
      >
        <ul className="rows">
          {shown.map((feed) => (
            <FeedRow key={feed.id} feed={feed} active={feed.id === openId} />
          ))}
        </ul>
      </SideSection>
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
  return (
    <li>
      <SideRow
        kind="room"
        unread={unread}
        quiet={state !== 'subscribed'}
        active={active}
        title={`${title}\n${feedWhere(feed)}`}
        onOpen={() => actions.feeds.open({ service, node })}
      >
        <Icon name="feed" size={12} />
        <bdi className="row-name">{title}</bdi>
        {state === 'pending' ? <span className="row-note">{FEED_TEXT.pending}</span> : null}
        {state === 'failed' ? <span className="row-note row-note-danger">{FEED_TEXT.failed}</span> : null}
      </SideRow>
    </li>
  );
});
