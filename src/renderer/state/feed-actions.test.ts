import { expect, it } from 'vitest';
import type { ChatCommand } from '../../shared/chat-model.ts';
import type { Feed } from '../../shared/feed-contract.ts';
import type { BareJid } from '../../shared/jid.ts';
import { createRunner } from './action-runner.ts';
import { createFeedActions } from './feed-actions.ts';
import { createStore, INITIAL_STATE } from './store.ts';

it('opens a feed by its address alone, whatever else is known of it', () => {
  const store = createStore(INITIAL_STATE);
  const commands: ChatCommand[] = [];
  const bridge = {
    command: async (command: ChatCommand) => {
      commands.push(command);
      return { ok: true } as const;
    },
  };
  const address = { service: 'feeds.chat.example.mil' as BareJid, node: 'weather' };
  const feed: Feed = {
    ...address,
    id: 'feeds.chat.example.mil/weather',
    title: 'Weather',
    origin: 'own',
    state: 'subscribed',
    unread: 3,
  };
  createFeedActions(createRunner(bridge as never, store)).open(feed);
  expect(commands).toEqual([{ type: 'open-feed', feed: address }]);
  expect(store.get().view.feed).toEqual(address);
});
