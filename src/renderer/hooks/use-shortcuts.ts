import { useEffect } from 'react';
import type { Command } from '../commands/command.ts';
import { isChord } from '../commands/keys.ts';
import { COMMANDS, isPossible } from '../commands/table.ts';
import type { WindowState } from '../state/store.ts';
import { useServices } from './services.ts';

/** The command a key press asks for; `undefined` when it is none of ours, or not possible now. */
function commandFor(event: KeyboardEvent, state: WindowState): Command | undefined {
  // Typing, which is nearly every press.
  if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) return undefined;
  const command = COMMANDS.find(({ keys }) => keys?.some((chord) => isChord(event, chord)));
  return command !== undefined && isPossible(command, state) ? command : undefined;
}

/**
 * Runs commands by their keys. While a dialog or menu is open, keys belong to it.
 *
 * @param which the commands that this part of the window answers for
 */
export function useShortcuts(which: 'workspace' | 'everywhere'): void {
  const services = useServices();
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing) return;
      const command = commandFor(event, services.store.get());
      if (command === undefined || (command.everywhere === true) !== (which === 'everywhere')) return;
      if (which === 'workspace' && document.querySelector('[role="dialog"], [role="menu"]') !== null) return;
      event.preventDefault();
      command.run(services);
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, [services, which]);
}
