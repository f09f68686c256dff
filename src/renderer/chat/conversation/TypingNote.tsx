import type { ReactElement } from 'react';
import { useWindowState } from '../../hooks/services.ts';
import { nameOf } from '../../state/directory.ts';
import type { ConversationKey } from '../../state/view-state.ts';
import { MESSAGE_TEXT } from '../../text/messages.ts';

/** That the other side writes. Still, and not announced: it comes and goes too often for either. */
export function TypingNote({ target }: { readonly target: ConversationKey }): ReactElement | null {
  const writes = useWindowState((state) => state.chat.collections.typing.has(target.jid));
  const name = useWindowState((state) => nameOf(state.chat, target.jid));
  return writes ? <p className="typing">{MESSAGE_TEXT.writes(name)}</p> : null;
}
