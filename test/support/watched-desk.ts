/** A desk of watchwords and levels, and what it has told. Under fake timers: notices are gathered for a while. */
import { vi } from 'vitest';
import { WatchDesk } from '../../src/session/watch/watch-desk.ts';
import { applyCollectionChange, type CollectionMaps, NO_ITEMS } from '../../src/shared/chat-collections.ts';
import type { ChatMessage } from '../../src/shared/chat-model.ts';
import type { BareJid } from '../../src/shared/jid.ts';
import {
  NO_PREFS,
  type Notice,
  type WatchPolicy,
  type WatchPrefs,
  type WatchwordList,
} from '../../src/shared/watch-contract.ts';

export const alice = 'alice@chat.example.mil' as BareJid;
export const bob = 'bob@chat.example.mil' as BareJid;
export const ops = 'ops@conference.chat.example.mil' as BareJid;

export const CONTACT: WatchwordList = {
  name: 'Contact',
  severity: 'critical',
  sound: 'urgent',
  repeat: true,
  words: ['under fire', 'missile*'],
};
export const POLICY: WatchPolicy = {
  lists: [CONTACT],
  layouts: [{ name: 'Air', tiles: [{ jid: ops, kind: 'room' }] }],
  notifications: { enabled: true, content: 'none' },
};

let count = 0;
export function message(body: string, changes: Partial<ChatMessage> = {}): ChatMessage {
  count += 1;
  return {
    id: `m${count}`,
    direction: 'in',
    sender: 'red',
    body,
    at: Date.now(),
    delayed: false,
    ...changes,
  };
}

export function watchedDesk(policy: WatchPolicy = POLICY, prefs: WatchPrefs = NO_PREFS) {
  let maps: CollectionMaps = NO_ITEMS;
  const notices: Notice[] = [];
  const saved: WatchPrefs[] = [];
  const attended = new Set<BareJid>();
  const made = new WatchDesk({
    policy,
    prefs,
    emit: (event) => {
      if (event.type === 'collection') maps = applyCollectionChange(maps, event);
    },
    self: () => alice,
    nick: (room) => (room === ops ? 'watch-1' : undefined),
    isAttended: (conversation) => attended.has(conversation),
    notify: (notice) => notices.push(notice),
    save: (kept) => saved.push(kept),
    onLevel: () => undefined,
  });
  for (const event of made.state()) {
    if (event.type === 'collection') maps = applyCollectionChange(maps, event);
  }
  const handlers = made.handlers();
  return {
    desk: made,
    handlers,
    notices,
    saved,
    attended,
    alerts: () => [...maps.alerts.values()],
    lists: () => [...maps.watchlists.values()],
    layouts: () => [...maps.layouts.values()].map(({ id }) => id),
    says: (body: string, changes: Partial<ChatMessage> = {}, room = ops) =>
      made.onMessages(room, room === bob ? 'contact' : 'room', [message(body, changes)]),
    notified: () => {
      vi.advanceTimersByTime(1_000);
      return notices
        .splice(0)
        .map(({ reason, severity, count: number }) => `${number} ${reason} ${severity}`);
    },
  };
}
