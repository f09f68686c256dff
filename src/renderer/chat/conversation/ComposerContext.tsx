import type { ReactElement } from 'react';
import { useActions, useWindowState } from '../../hooks/services.ts';
import { Icon } from '../../parts/Icon.tsx';
import { nameOf } from '../../state/directory.ts';
import type { ConversationKey } from '../../state/view-state.ts';
import { MESSAGE_TEXT } from '../../text/messages.ts';

/** Above the text field: which message the next one answers, or which one is being corrected. */
export function ComposerContext({ target }: { readonly target: ConversationKey }): ReactElement | null {
  const actions = useActions();
  const composing = useWindowState((state) => state.view.composing.get(target.jid));
  const message = useWindowState((state) =>
    composing === undefined ? undefined : state.chat.conversations.get(target.jid)?.log.get(composing.id),
  );
  const partner = useWindowState((state) => nameOf(state.chat, target.jid));
  if (composing === undefined) return null;
  const name =
    message === undefined || message.direction === 'out'
      ? MESSAGE_TEXT.you
      : target.kind === 'room'
        ? (message.shownAs ?? message.sender)
        : partner;
  return (
    <div className="composer-context" role="status">
      <Icon name={composing.kind === 'reply' ? 'reply' : 'edit'} size={13} />
      <span className="composer-context-title">
        {composing.kind === 'reply' ? MESSAGE_TEXT.replyingTo(name) : MESSAGE_TEXT.correcting}
      </span>
      <bdi className="composer-context-text">{message?.body ?? ''}</bdi>
      <button
        type="button"
        className="icon-button"
        aria-label={MESSAGE_TEXT.cancel}
        title={MESSAGE_TEXT.cancel}
        onClick={() => {
          actions.messages.cancelComposing(target.jid);
          document.querySelector<HTMLElement>('[data-composer]')?.focus();
        }}
      >
        <Icon name="close" size={12} />
      </button>
    </div>
  );
}
