import { expect, it, vi } from 'vitest';
import type { ChatCommand } from '../../shared/chat-model.ts';
import type { BareJid } from '../../shared/jid.ts';
import { createRunner } from './action-runner.ts';
import { createStore, INITIAL_STATE } from './store.ts';
import { createWatchActions } from './watch-actions.ts';

const room = (index: number) => ({
  jid: `r${index}@rooms.chat.example.mil` as BareJid,
  kind: 'room' as const,
});

function actions(tearOff: () => Promise<void> = () => Promise.resolve()) {
  const store = createStore(INITIAL_STATE);
  const commands: ChatCommand[] = [];
  const bridge = {
    tearOff,
    command: async (command: ChatCommand) => {
      commands.push(command);
      return { ok: true } as const;
    },
  };
  const runner = createRunner(bridge as never, store);
  const jump = vi.fn();
  const openFeed = vi.fn();
  const watch = createWatchActions({ runner, bridge, store, jump, openFeed });
  return {
    watch,
    store,
    commands,
    jump,
    openFeed,
    tiles: () => store.get().view.tiles.map(({ jid }) => jid[1]),
  };
}

it('the watch floor begins with the open conversation, takes each once, and no more than twelve', () => {
  const { watch, store, tiles } = actions();
  store.update((state) => ({ ...state, view: { ...state.view, active: room(0) } }));
  watch.openFloor();
  for (let index = 0; index < 20; index += 1) watch.addTile(room(index));
  watch.addTile(room(3));
  expect(tiles()).toHaveLength(12);
  expect(store.get().view.floorShown).toBe(true);
});

it('tiles move one place back and go away, and are there again when the floor is', () => {
  const { watch, store, tiles } = actions();
  watch.openFloor([room(0), room(1), room(2)]);
  watch.moveTile(room(2).jid);
  watch.moveTile(room(0).jid);
  expect(tiles()).toEqual(['0', '2', '1']);
  watch.removeTile(room(0).jid);
  watch.closeFloor();
  expect(store.get().view.floorShown).toBe(false);
  watch.openFloor();
  expect(tiles()).toEqual(['2', '1']);
});

it('a layout is saved from what stands there', async () => {
  const { watch, commands } = actions();
  watch.openFloor([room(0), room(1)]);
  expect(await watch.saveLayout('Night')).toBeUndefined();
  expect(commands).toEqual([{ type: 'save-layout', name: 'Night', tiles: [room(0), room(1)] }]);
});

it('an alert leads to its message', () => {
  const { watch, jump } = actions();
  watch.jump({ conversation: room(1).jid, kind: 'room', message: 'm' });
  expect(jump).toHaveBeenCalledWith({ conversation: room(1).jid, kind: 'room', message: 'm' });
});

it('a window too many is told of', async () => {
  const { watch, store } = actions(() => Promise.reject(new Error('TILE_WINDOWS_FULL')));
  watch.tearOff(room(0));
  await vi.waitFor(() => expect(store.get().view.notice?.code).toBe('TILE_WINDOWS_FULL'));
});

it('acknowledging nothing asks nothing', () => {
  const { watch, commands } = actions();
  watch.acknowledge([]);
  watch.acknowledge(['a']);
  expect(commands).toEqual([{ type: 'acknowledge-alerts', alerts: ['a'] }]);
});

it('an alert of a feed leads to the feed', () => {
  const { watch, jump, openFeed } = actions();
  const feed = { service: 'feeds.chat.example.mil' as BareJid, node: 'weather' };
  watch.jump({ conversation: feed.service, kind: 'room', message: 'weather w1', feed });
  expect(openFeed).toHaveBeenCalledWith(feed);
  expect(jump).not.toHaveBeenCalled();
});
