import {
  type ClipboardEvent,
  type KeyboardEvent,
  type ReactElement,
  useEffect,
  useRef,
  useState,
} from 'react';
import { MAX_BODY_LENGTH } from '../../../shared/chat-model.ts';
import { keysOf } from '../../commands/table.ts';
import { useActions, useWindowState } from '../../hooks/services.ts';
import { useComposerKeys } from '../../hooks/use-composer-keys.ts';
import { Icon } from '../../parts/Icon.tsx';
import { Keys } from '../../parts/Keys.tsx';
import { nameOf } from '../../state/directory.ts';
import type { ConversationKey } from '../../state/view-state.ts';
import { withKeys } from '../../text/commands.ts';
import { COMPOSER_TEXT } from '../../text/conversation.ts';
import { AttachButton } from '../files/AttachButton.tsx';
import { useFilePolicy } from '../files/use-file-policy.ts';
import { LabelButton } from '../labels/LabelButton.tsx';
import { useCurrentLabel } from '../labels/use-labels.ts';
import { TemplateButton } from '../templates/TemplateButton.tsx';
import { ComposerContext } from './ComposerContext.tsx';
import { TypingNote } from './TypingNote.tsx';

/** The limit is shown from this many characters before it. */
const SHOW_LIMIT_WITHIN = 1_500;

/** Where messages are written. Enter sends, Shift+Enter starts a line; every conversation keeps its own draft. */
export function Composer({ target }: { readonly target: ConversationKey }): ReactElement {
  const actions = useActions();
  const field = useRef<HTMLTextAreaElement>(null);
  const text = useWindowState((state) => state.view.drafts.get(target.jid) ?? '');
  const name = useWindowState((state) => nameOf(state.chat, target.jid));
  const online = useWindowState((state) => state.chat.link.kind === 'online');
  const files = useFilePolicy() !== undefined;
  const unlabelled = useCurrentLabel(target.jid)?.missing === true;
  const [refused, setRefused] = useState(false);
  useEffect(() => field.current?.focus(), []);

  const left = MAX_BODY_LENGTH - text.length;
  const limit = left > SHOW_LIMIT_WITHIN ? undefined : COMPOSER_TEXT.left(left);
  const sendable = text.trim() !== '' && left >= 0;
  const send = () => {
    setRefused(sendable && unlabelled);
    if (sendable && !unlabelled) actions.send(target, text);
    field.current?.focus();
  };
  const keys = useComposerKeys(target);
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (keys(event)) return;
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };
  const onPaste = (event: ClipboardEvent) => {
    const pasted = [...event.clipboardData.files];
    if (pasted.length === 0) return;
    event.preventDefault();
    if (files) actions.attach(target, pasted, 'paste');
  };
  return (
    <div className="composer" data-pane="composer">
      <ComposerContext target={target} />
      <div className="composer-box">
        <LabelButton target={target} />
        <AttachButton target={target} />
        <TemplateButton />
        <textarea
          ref={field}
          data-composer
          data-pane-focus
          rows={1}
          dir="auto"
          spellCheck={false}
          aria-label={COMPOSER_TEXT.field(name)}
          aria-invalid={left < 0}
          aria-describedby="composer-note"
          placeholder={COMPOSER_TEXT.placeholder}
          value={text}
          onChange={(event) => {
            actions.type(target.jid, event.target.value);
            actions.messages.typing(target, event.target.value !== '');
          }}
          onKeyDown={onKeyDown}
          onPaste={onPaste}
        />
        <button
          type="button"
          className="send"
          aria-label={COMPOSER_TEXT.send}
          title={withKeys(COMPOSER_TEXT.send, 'Enter')}
          disabled={!sendable}
          onClick={send}
        >
          <Icon name="send" />
        </button>
      </div>
      <div className="composer-note" id="composer-note">
        {refused && unlabelled ? (
          <p role="alert" className="composer-refused">
            {COMPOSER_TEXT.labelMissing(keysOf('label') ?? '')}
          </p>
        ) : null}
        <TypingNote target={target} />
        <p role="status">
          {online ? (
            <span className="composer-hint">
              <span>
                <Keys chord="Enter" /> {COMPOSER_TEXT.enterSends}
              </span>
              <span>
                <Keys chord="Shift+Enter" /> {COMPOSER_TEXT.shiftEnterBreaks}
              </span>
            </span>
          ) : (
            <span className="composer-offline">{COMPOSER_TEXT.offline}</span>
          )}
        </p>
        {limit === undefined ? null : (
          <p className={left < 0 ? 'composer-limit composer-limit-over' : 'composer-limit'}>{limit}</p>
        )}
      </div>
    </div>
  );
}
