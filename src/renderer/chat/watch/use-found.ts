import { useEffect, useRef } from 'react';
import type { BareJid } from '../../../shared/jid.ts';
import { useActions, useWindowState } from '../../hooks/services.ts';
import type { MessageLog } from '../../state/message-log.ts';

/** How long a message that was jumped to is marked, milliseconds. */
const MARKED_MS = 6_000;

/**
 * Has the message that was asked for shown, as soon as it is here, and says which it is.
 *
 * @param show scrolls to a message of the log and gives it the focus
 */
export function useFound(
  jid: BareJid,
  log: MessageLog,
  show: (id: string, position: number) => void,
): string | undefined {
  const actions = useActions();
  const found = useWindowState((state) => (state.view.found?.jid === jid ? state.view.found : undefined));
  const index = found === undefined ? -1 : log.indexOf(found.message);
  const here = index !== -1;
  const jump = useRef((): void => undefined);
  jump.current = () => {
    if (found !== undefined) show(found.message, log.start + index);
  };
  // Once for each message that is looked for, not for each that comes.
  useEffect(() => {
    if (found === undefined || !here) return undefined;
    jump.current();
    const timer = window.setTimeout(() => actions.jump.done(), MARKED_MS);
    return () => window.clearTimeout(timer);
  }, [actions, found, here]);
  return here ? found?.message : undefined;
}
