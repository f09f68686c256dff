/** What the user can do about watching: levels, watchwords, alerts, the watch floor and its layouts. */
import type { ErrorReport } from '../../shared/errors.ts';
import type { ChatBridge } from '../../shared/ipc-contract.ts';
import type { BareJid } from '../../shared/jid.ts';
import {
  type Alert,
  type AlertManner,
  MAX_TILE_WINDOWS,
  MAX_TILES,
  type NotifyLevel,
} from '../../shared/watch-contract.ts';
import type { ActionRunner } from './action-runner.ts';
import type { FeedActions } from './feed-actions.ts';
import type { JumpActions } from './jump-actions.ts';
import type { Store, WindowState } from './store.ts';
import type { ConversationKey } from './view-state.ts';

export interface WatchActions {
  setLevel(jid: BareJid, level: NotifyLevel): void;
  /** Resolves with the error, if there is one; the caller shows it. */
  setWords(words: readonly string[], manner: AlertManner): Promise<ErrorReport | undefined>;
  acknowledge(alerts: readonly string[]): void;
  /** Opens the conversation of an alert at its message, or its feed. */
  jump(alert: Pick<Alert, 'conversation' | 'kind' | 'message' | 'feed'>): void;
  /** Shows these conversations side by side; without any: those that were there last. */
  openFloor(tiles?: readonly ConversationKey[]): void;
  closeFloor(): void;
  addTile(tile: ConversationKey): void;
  removeTile(jid: BareJid): void;
  /** Puts a tile before the one that stands before it. */
  moveTile(jid: BareJid): void;
  saveLayout(name: string): Promise<ErrorReport | undefined>;
  deleteLayout(name: string): void;
  /** Gives a conversation a window of its own. */
  tearOff(tile: ConversationKey): void;
  /** Tells the session what the user has before the eyes. */
  attend(conversations: readonly BareJid[]): void;
}

export interface WatchActionParts {
  readonly runner: ActionRunner;
  readonly bridge: Pick<ChatBridge, 'tearOff'>;
  readonly store: Store<WindowState>;
  readonly jump: JumpActions['to'];
  readonly openFeed: FeedActions['open'];
}

export function createWatchActions({
  runner,
  bridge,
  store,
  jump,
  openFeed,
}: WatchActionParts): WatchActions {
  const { updateView, notify, run, runAndNotify, runForError } = runner;
  const setFloor = (change: (tiles: readonly ConversationKey[]) => readonly ConversationKey[]) =>
    updateView((view) => ({ ...view, tiles: change(view.tiles) }));
  return {
    setLevel: (conversation, level) => void runAndNotify({ type: 'set-notify-level', conversation, level }),
    setWords: (words, { severity, sound, repeat }) =>
      runForError({ type: 'set-watchwords', words, severity, sound, repeat }),
    acknowledge: (alerts) => {
      if (alerts.length > 0) void runAndNotify({ type: 'acknowledge-alerts', alerts });
    },
    jump: ({ conversation, kind, message, feed }) =>
      feed === undefined ? jump({ conversation, kind, message }) : openFeed(feed),
    openFloor(tiles) {
      updateView((view) => {
        const { active } = view;
        const beginning = tiles ?? (view.tiles.length > 0 || active === undefined ? view.tiles : [active]);
        return { ...view, dialog: undefined, floorShown: true, tiles: beginning.slice(0, MAX_TILES) };
      });
    },
    closeFloor: () => updateView((view) => ({ ...view, floorShown: false })),
    addTile: (tile) =>
      setFloor((tiles) =>
        tiles.length >= MAX_TILES || tiles.some(({ jid }) => jid === tile.jid) ? tiles : [...tiles, tile],
      ),
    removeTile: (jid) => setFloor((tiles) => tiles.filter((tile) => tile.jid !== jid)),
    moveTile: (jid) =>
      setFloor((tiles) => {
        const at = tiles.findIndex((tile) => tile.jid === jid);
        const [before, tile] = [tiles[at - 1], tiles[at]];
        if (before === undefined || tile === undefined) return tiles;
        return [...tiles.slice(0, at - 1), tile, before, ...tiles.slice(at + 1)];
      }),
    saveLayout: (name) =>
      runForError({
        type: 'save-layout',
        name,
        tiles: store.get().view.tiles.map(({ jid, kind }) => ({ jid, kind })),
      }),
    deleteLayout: (name) => void runAndNotify({ type: 'delete-layout', name }),
    tearOff: ({ jid, kind }) => {
      bridge
        .tearOff([{ jid, kind }])
        .catch(() => notify({ code: 'TILE_WINDOWS_FULL', detail: { count: MAX_TILE_WINDOWS } }));
    },
    attend: (conversations) => void run({ type: 'attend', conversations: conversations.slice(0, MAX_TILES) }),
  };
}
