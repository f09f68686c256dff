import { useEffect } from 'react';
import { groupedContacts, neighbour, nextUnread, sortedRooms, visibleOrder } from '../state/directory.ts';
import type { WindowState } from '../state/store.ts';
import type { ConversationKey } from '../state/view-state.ts';
import { cyclePanes, focusComposer } from './panes.ts';
import { type Services, useServices } from './services.ts';

function order(
  state: WindowState,
  filter: string,
  collapsed: ReadonlySet<string>,
): readonly ConversationKey[] {
  const { rooms, contacts, summaries } = state.chat;
  return visibleOrder(sortedRooms(rooms, filter), groupedContacts(contacts, summaries, filter), collapsed);
}

function moveBy(services: Services, step: 1 | -1): void {
  const state = services.store.get();
  const { active, filter, collapsed } = state.view;
  const next = neighbour(order(state, filter, collapsed), active?.jid, step);
  if (next !== undefined) services.actions.open(next);
}

/** Unread messages are found whatever the side bar hides. */
function moveToUnread(services: Services): void {
  const state = services.store.get();
  const next = nextUnread(order(state, '', new Set()), state.view.active?.jid, state.chat.summaries);
  if (next !== undefined) services.actions.open(next);
}

/** The button is there only where files may be sent. */
function pressAttach(): void {
  document.querySelector<HTMLButtonElement>('[data-attach]')?.click();
}

/** The button is there only where the policy has labels. */
function pressLabel(): void {
  document.querySelector<HTMLButtonElement>('[data-label]')?.click();
}

/** What a key press asks for; `undefined` when it is none of ours. */
function shortcutFor(event: KeyboardEvent): ((services: Services) => void) | undefined {
  const control = event.ctrlKey || event.metaKey;
  if (control && !event.altKey && event.key.toLowerCase() === 'k')
    return (services) => services.actions.show('switcher');
  if ((control && event.key === '/') || event.key === 'F1')
    return (services) => services.actions.show('shortcuts');
  if (control && event.shiftKey && !event.altKey && event.key.toLowerCase() === 'a') return pressAttach;
  if (control && event.shiftKey && !event.altKey && event.key.toLowerCase() === 'l') return pressLabel;
  if (event.key === 'F2') return (services) => services.actions.show('policy');
  if (event.key === 'F6') return () => cyclePanes(event.shiftKey ? -1 : 1);
  if (event.altKey && !control && event.key === 'ArrowDown') {
    return event.shiftKey ? moveToUnread : (services) => moveBy(services, 1);
  }
  if (event.altKey && !control && event.key === 'ArrowUp') return (services) => moveBy(services, -1);
  if (event.key === 'Escape') return focusComposer;
  return undefined;
}

/** The window's keyboard shortcuts; while a dialog is open, keys are the dialog's. */
export function useShortcuts(): void {
  const services = useServices();
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing) return;
      if (document.querySelector('[role="dialog"], [role="menu"]') !== null) return;
      const shortcut = shortcutFor(event);
      if (shortcut === undefined) return;
      event.preventDefault();
      shortcut(services);
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, [services]);
}
