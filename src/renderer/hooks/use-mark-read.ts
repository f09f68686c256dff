import { useLayoutEffect } from 'react';
import type { BareJid } from '../../shared/jid.ts';
import { useActions, useWindowState } from './services.ts';

/** Keeps all of a conversation in this window while it is shown somewhere else than at its end. */
export function useHeldUp(jid: BareJid, isHeldUp: boolean): void {
  const actions = useActions();
  useLayoutEffect(() => {
    if (!isHeldUp) return;
    actions.setHeldUp(jid, true);
    return () => actions.setHeldUp(jid, false);
  }, [actions, jid, isHeldUp]);
}

/** Counts a conversation as read while the user reads it; before painting, so that no badge flashes up. */
export function useMarkRead(jid: BareJid, reading: boolean): void {
  const actions = useActions();
  const unread = useWindowState((state) => state.chat.summaries.get(jid)?.unread ?? 0);
  useLayoutEffect(() => {
    if (!reading) return;
    actions.setReading(jid, true);
    return () => actions.setReading(jid, false);
  }, [actions, jid, reading]);
  useLayoutEffect(() => {
    if (reading && unread > 0) actions.markRead(jid);
  }, [actions, jid, reading, unread]);
}
