/** Lists of watchwords and layouts, the policy's and the user's own, as windows are told of them. */
import type { ChatEvent } from '../../shared/chat-model.ts';
import type { LayoutItem, WatchlistItem, WatchPolicy, WatchPrefs } from '../../shared/watch-contract.ts';

const OWN_LIST = 'own';

/** Of the policy's lists how many words they have, of the user's own the words. */
export function listsEvent({ lists }: WatchPolicy, { own }: WatchPrefs): ChatEvent {
  const items: WatchlistItem[] = lists.map(({ name, severity, sound, repeat, words }, index) => ({
    id: `policy ${index}`,
    origin: 'policy',
    name,
    severity,
    sound,
    repeat,
    count: words.length,
  }));
  const { severity, sound, repeat, words } = own;
  items.push({
    id: OWN_LIST,
    origin: 'own',
    name: '',
    severity,
    sound,
    repeat,
    count: words.length,
    words,
  });
  return { type: 'collection', collection: 'watchlists', reset: true, upsert: items, remove: [] };
}

export function layoutsEvent(policy: WatchPolicy, prefs: WatchPrefs): ChatEvent {
  const item = (origin: LayoutItem['origin']) => (layout: WatchPrefs['layouts'][number]) => ({
    ...layout,
    id: `${origin} ${layout.name}`,
    origin,
  });
  const upsert = [...policy.layouts.map(item('policy')), ...prefs.layouts.map(item('own'))];
  return { type: 'collection', collection: 'layouts', reset: true, upsert, remove: [] };
}
