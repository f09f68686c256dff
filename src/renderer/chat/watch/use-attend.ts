import { useEffect } from 'react';
import type { BareJid } from '../../../shared/jid.ts';
import { useActions, useWindowState } from '../../hooks/services.ts';
import { useFocusedWindow } from '../../hooks/use-focused-window.ts';

/** Tells the session which conversations the user has before the eyes: they need not be announced. */
export function useAttend(conversations: readonly BareJid[]): void {
  const actions = useActions();
  const focused = useFocusedWindow();
  // With a new snapshot the session knows nothing of this window.
  const self = useWindowState((state) => state.chat.self);
  const seen = focused && self !== undefined ? conversations.join('\n') : '';
  useEffect(() => {
    if (self !== undefined) actions.watch.attend(seen === '' ? [] : (seen.split('\n') as BareJid[]));
  }, [actions, seen, self]);
}
