/**
 * Every command of the chat window, once: shortcuts, shortcut sheet, palette, menus and tooltips are made from this
 * table. A feature adds its commands as a group of its own and names them in `text/commands.ts`.
 */
import { DENSITIES, THEMES, TIME_FORMS } from '../../shared/preferences.ts';
import { cyclePanes, focusComposer, insertIntoComposer } from '../hooks/panes.ts';
import type { Services } from '../hooks/services.ts';
import type { WindowState } from '../state/store.ts';
import { COMMAND_TEXT, type CommandId, withKeys } from '../text/commands.ts';
import { formatDtg } from '../text/dtg.ts';
import type { Command } from './command.ts';
import { chordText } from './keys.ts';
import { moveBy, moveToUnread } from './navigation.ts';

/** Presses a button of the open conversation; it is there only where the policy lets it be. */
const press = (selector: string) => () => document.querySelector<HTMLButtonElement>(selector)?.click();

const conversationOpen = ({ view }: WindowState): boolean => view.active !== undefined;
const policyHas =
  (part: 'files' | 'labels') =>
  (state: WindowState): boolean =>
    conversationOpen(state) && state.app?.kind === 'running' && state.app.policy[part] !== undefined;

const hasTemplates = (state: WindowState): boolean =>
  conversationOpen(state) && state.app?.kind === 'running' && state.app.policy.templates.length > 0;

const inRoom = ({ view, chat }: WindowState): boolean =>
  view.active !== undefined && chat.rooms.get(view.active.jid)?.state === 'joined';

const mayChangePassword = ({ app }: WindowState): boolean =>
  app?.kind === 'running' &&
  app.signIn.step === 'online' &&
  app.policy.signIn.passwordChange &&
  app.signIn.identity.issuer === '';

function leaveOpenRoom({ store, actions }: Services): void {
  const { active } = store.get().view;
  if (active?.kind === 'room') actions.leaveRoom(active.jid);
}

const GO: readonly Command[] = [
  { id: 'switcher', group: 'go', keys: ['Ctrl+K'], run: ({ actions }) => actions.show('switcher') },
  {
    id: 'search',
    group: 'go',
    keys: ['Ctrl+F'],
    run: ({ actions }) => actions.show('search'),
  },
  { id: 'next-conversation', group: 'go', keys: ['Alt+Down'], run: (services) => moveBy(services, 1) },
  { id: 'previous-conversation', group: 'go', keys: ['Alt+Up'], run: (services) => moveBy(services, -1) },
  { id: 'next-unread', group: 'go', keys: ['Alt+Shift+Down'], run: moveToUnread },
];

const MESSAGE: readonly Command[] = [
  { id: 'composer', group: 'message', keys: ['Esc'], keysOnly: true, run: () => focusComposer() },
  {
    id: 'label',
    group: 'message',
    keys: ['Ctrl+Shift+L'],
    when: policyHas('labels'),
    run: ({ actions }) => actions.show('label'),
  },
  {
    id: 'attach',
    group: 'message',
    keys: ['Ctrl+Shift+A'],
    when: policyHas('files'),
    run: press('[data-attach]'),
  },
  {
    id: 'template',
    group: 'message',
    keys: ['Ctrl+Shift+M'],
    when: hasTemplates,
    run: ({ actions }) => actions.show('template'),
  },
  {
    id: 'export',
    group: 'message',
    when: (state) => mayExport(state),
    run: ({ actions }) => actions.history.showExport(),
  },
  {
    id: 'insert-dtg',
    group: 'message',
    keys: ['Ctrl+;'],
    when: conversationOpen,
    run: () => insertIntoComposer(formatDtg(Date.now())),
  },
];

const mayExport = (state: WindowState): boolean =>
  conversationOpen(state) && state.app?.kind === 'running' && state.app.policy.exports === true;

const ROOM: readonly Command[] = [
  { id: 'join-room', group: 'room', run: ({ actions }) => actions.show('join-room') },
  {
    id: 'adhoc',
    group: 'room',
    when: ({ app }) => app?.kind === 'running' && app.policy.commands === true,
    run: ({ actions }) => actions.adHoc.show(),
  },
  { id: 'occupants', group: 'room', when: inRoom, run: ({ actions }) => actions.toggleOccupants() },
  {
    id: 'whiteboard',
    group: 'room',
    keys: ['Ctrl+Shift+B'],
    when: (state) => inRoom(state) && state.app?.kind === 'running' && state.app.policy.rooms.whiteboard,
    chosen: ({ view }) => view.active !== undefined && view.board === view.active.jid,
    run: ({ store, actions }) => {
      const { active, board } = store.get().view;
      actions.boards.show(active === undefined || board === active.jid ? undefined : active.jid);
    },
  },
  { id: 'leave-room', group: 'room', when: inRoom, run: leaveOpenRoom },
];

const WATCH: readonly Command[] = [
  { id: 'inbox', group: 'watch', keys: ['Ctrl+I'], run: ({ actions }) => actions.show('inbox') },
  {
    id: 'floor',
    group: 'watch',
    keys: ['Ctrl+Shift+F'],
    chosen: ({ view }) => view.floorShown,
    run: ({ store, actions }) =>
      store.get().view.floorShown ? actions.watch.closeFloor() : actions.watch.openFloor(),
  },
  { id: 'layouts', group: 'watch', run: ({ actions }) => actions.show('layouts') },
  {
    id: 'feeds',
    group: 'watch',
    when: ({ app }) => app?.kind === 'running' && app.policy.feeds !== undefined,
    run: ({ actions }) => actions.show('feeds'),
  },
  { id: 'watchwords', group: 'watch', run: ({ actions }) => actions.show('watchwords') },
];

const PEOPLE: readonly Command[] = [
  {
    id: 'directory',
    group: 'people',
    keys: ['Ctrl+Shift+D'],
    when: ({ app }) => app?.kind === 'running' && app.policy.people.directory,
    run: ({ actions }) => actions.people.show('directory'),
  },
  { id: 'contact-add', group: 'people', run: ({ actions }) => actions.people.show('contact-add') },
  {
    id: 'position',
    group: 'people',
    when: ({ app }) => app?.kind === 'running' && app.policy.people.location,
    run: ({ actions }) => actions.people.show('position'),
  },
  {
    id: 'activity',
    group: 'people',
    when: ({ app }) => app?.kind === 'running' && app.policy.people.activity,
    run: ({ actions }) => actions.people.show('activity'),
  },
  { id: 'blocked', group: 'people', run: ({ actions }) => actions.people.show('blocked') },
];

const WINDOW: readonly Command[] = [
  { id: 'palette', group: 'window', keys: ['Ctrl+Shift+P'], run: ({ actions }) => actions.show('palette') },
  { id: 'next-pane', group: 'window', keys: ['F6'], keysOnly: true, run: () => cyclePanes(1) },
  { id: 'previous-pane', group: 'window', keys: ['Shift+F6'], keysOnly: true, run: () => cyclePanes(-1) },
  {
    id: 'shortcuts',
    group: 'window',
    keys: ['F1', 'Ctrl+/'],
    run: ({ actions }) => actions.show('shortcuts'),
  },
];

const THEME: readonly Command[] = THEMES.map((theme) => ({
  id: `theme-${theme}` as const,
  group: 'display',
  chosen: ({ preferences }) => preferences.theme === theme,
  run: ({ actions }) => actions.prefer({ theme }),
}));

const DENSITY: readonly Command[] = DENSITIES.map((density) => ({
  id: `density-${density}` as const,
  group: 'display',
  chosen: ({ preferences }) => preferences.density === density,
  run: ({ actions }) => actions.prefer({ density }),
}));

const TIME: readonly Command[] = TIME_FORMS.map((time) => ({
  id: `time-${time}` as const,
  group: 'display',
  chosen: ({ preferences }) => preferences.time === time,
  run: ({ actions }) => actions.prefer({ time }),
}));

const DISPLAY: readonly Command[] = [
  { id: 'settings', group: 'display', keys: ['Ctrl+,'], run: ({ actions }) => actions.show('settings') },
  {
    id: 'zoom-in',
    group: 'display',
    keys: ['Ctrl+Plus'],
    everywhere: true,
    run: ({ actions }) => actions.zoom(1),
  },
  {
    id: 'zoom-out',
    group: 'display',
    keys: ['Ctrl+-'],
    everywhere: true,
    run: ({ actions }) => actions.zoom(-1),
  },
  {
    id: 'zoom-reset',
    group: 'display',
    keys: ['Ctrl+0'],
    everywhere: true,
    run: ({ actions }) => actions.zoom(0),
  },
  ...THEME,
  ...DENSITY,
  ...TIME,
];

const PRESENCE: readonly Command[] = (['available', 'chat', 'away', 'xa', 'dnd'] as const).map((id) => ({
  id,
  group: 'session',
  chosen: ({ view }) => view.presence.availability === id,
  run: ({ store, actions }) => actions.setPresence(id, store.get().view.presence.status),
}));

const SESSION: readonly Command[] = [
  ...PRESENCE,
  { id: 'status', group: 'session', run: ({ actions }) => actions.show('status') },
  { id: 'connection', group: 'session', run: ({ actions }) => actions.show('connection') },
  {
    id: 'reconnect',
    group: 'session',
    when: ({ chat }) => chat.link.kind !== 'online',
    run: ({ actions }) => actions.reconnect(),
  },
  { id: 'policy', group: 'session', keys: ['F2'], run: ({ actions }) => actions.show('policy') },
  {
    id: 'change-password',
    group: 'session',
    when: mayChangePassword,
    run: ({ bridge }) => bridge.changePassword(),
  },
  { id: 'sign-out', group: 'session', run: ({ bridge }) => bridge.signOut() },
];

export const COMMANDS: readonly Command[] = [
  ...GO,
  ...MESSAGE,
  ...ROOM,
  ...WATCH,
  ...PEOPLE,
  ...WINDOW,
  ...DISPLAY,
  ...SESSION,
];

export function commandNamed(id: CommandId): Command {
  const command = COMMANDS.find((candidate) => candidate.id === id);
  if (command === undefined) throw new RangeError(`there is no command ${id}`);
  return command;
}

export function isPossible(command: Command, state: WindowState): boolean {
  return command.when?.(state) !== false;
}

/** `Ctrl+Shift+A`; `undefined` for a command without keys. */
export function keysOf(id: CommandId): string | undefined {
  const [first] = commandNamed(id).keys ?? [];
  return first === undefined ? undefined : chordText(first);
}

/** A button's tooltip: the command's name with its keys. */
export function tooltipOf(id: CommandId, text: string = COMMAND_TEXT[id]): string {
  return withKeys(text, keysOf(id));
}
