/** Moving between conversations. */
import { feedId } from '../../shared/feed-contract.ts';
import type { Services } from '../hooks/services.ts';
import {
  groupedContacts,
  neighbour,
  nextUnread,
  sortedRooms,
  strangers,
  visibleOrder,
} from '../state/directory.ts';
import { nextUnreadFeed } from '../state/feeds.ts';
import type { WindowState } from '../state/store.ts';
import type { ConversationKey } from '../state/view-state.ts';

function order(
  state: WindowState,
  filter: string,
  collapsed: ReadonlySet<string>,
): readonly ConversationKey[] {
  const { rooms, contacts, summaries } = state.chat;
  return visibleOrder(
    sortedRooms(rooms, filter),
    groupedContacts(contacts, strangers(contacts, summaries), filter),
    collapsed,
  );
}

/** Opens the next or previous conversation that the side bar shows. */
export function moveBy(services: Services, step: 1 | -1): void {
  const state = services.store.get();
  const { active, filter, collapsed } = state.view;
  const next = neighbour(order(state, filter, collapsed), active?.jid, step);
  if (next !== undefined) services.actions.open(next);
}

/** Unread messages are found whatever the side bar hides; where there are none, unread notices of feeds. */
export function moveToUnread(services: Services): void {
  const state = services.store.get();
  const next = nextUnread(order(state, '', new Set()), state.view.active?.jid, state.chat.summaries);
  if (next !== undefined) {
    services.actions.open(next);
    return;
  }
  const { feed } = state.view;
  const unread = nextUnreadFeed(state.chat.collections.feeds, feed === undefined ? undefined : feedId(feed));
  if (unread !== undefined) services.actions.feeds.open({ service: unread.service, node: unread.node });
}
