import { type ReactElement, type RefObject, useMemo } from 'react';
import { Menu, MenuItem, SubmenuTrigger } from 'react-aria-components/Menu';
import { Popover } from 'react-aria-components/Popover';
import type { ChatMessage } from '../../../shared/chat-model.ts';
import { SELF } from '../../../shared/message-actions.ts';
import { isBoardPicture } from '../../../shared/whiteboard.ts';
import { chordText } from '../../commands/keys.ts';
import { useActions, useWindowState } from '../../hooks/services.ts';
import { useOwnOccupant } from '../../hooks/use-own-occupant.ts';
import { Icon } from '../../parts/Icon.tsx';
import { possible } from '../../state/message-view.ts';
import type { ConversationKey } from '../../state/view-state.ts';
import { MESSAGE_TEXT, REACTIONS } from '../../text/messages.ts';
import { BOARD_TEXT } from '../../text/whiteboard.ts';
import { newElementId, WHOLE_BOARD } from '../whiteboard/drafting.ts';

/** Pixels between a menu and the edges of the window: its shadow does not touch the classification banners. */
const CLEAR = 60;

/** What the menu asks for. */
export interface MessageMenuActions {
  readonly reply: (message: ChatMessage) => void;
  readonly react: (message: ChatMessage, emoji: string) => void;
  readonly correct: (message: ChatMessage) => void;
  readonly copy: (message: ChatMessage) => void;
  readonly retract: (message: ChatMessage) => void;
  readonly moderate: (message: ChatMessage) => void;
}

interface Props {
  readonly target: ConversationKey;
  readonly message: ChatMessage;
  readonly anchor: RefObject<Element | null>;
  /** Opens at the reactions. */
  readonly reactionsOnly: boolean;
  readonly actions: MessageMenuActions;
  readonly onClose: () => void;
}

/** One entry: what it does, and the key that does the same on a selected message. */
function Entry({
  text,
  chord,
  onAction,
}: {
  text: string;
  chord?: string;
  onAction: () => void;
}): ReactElement {
  return (
    <MenuItem textValue={text} onAction={onAction}>
      <span>{text}</span>
      {chord === undefined ? null : <kbd>{chordText(chord)}</kbd>}
    </MenuItem>
  );
}

/** Everything that can be done with one message. */
export function MessageMenu(props: Props): ReactElement {
  const { target, message, anchor, reactionsOnly, actions, onClose } = props;
  const self = useOwnOccupant(target);
  const mayCopy = useWindowState(({ app }) => app?.kind === 'running' && app.policy.desktop.copy);
  const may = useMemo(() => possible(message, target.kind, self, Date.now()), [message, target.kind, self]);
  const { boards } = useActions();
  const hasBoards = useWindowState(({ app }) => app?.kind === 'running' && app.policy.rooms.whiteboard);
  const { file, board, delivery, retraction } = message;
  const mayPut =
    hasBoards &&
    target.kind === 'room' &&
    file !== undefined &&
    board === undefined &&
    retraction === undefined &&
    isBoardPicture(file) &&
    delivery !== 'failed';
  const putBehind = () => {
    boards.putPicture(target.jid, message.id, newElementId(), ...WHOLE_BOARD);
    boards.show(target.jid);
  };
  const own = message.reactions?.find(({ author }) => author === SELF)?.emojis ?? [];
  const choices = REACTIONS.map(([emoji, meaning]) => (
    <MenuItem key={emoji} id={emoji} textValue={meaning} onAction={() => actions.react(message, emoji)}>
      <span>
        <span aria-hidden="true">{emoji}</span> {meaning}
      </span>
      {own.includes(emoji) ? <Icon name="check" size={14} /> : null}
    </MenuItem>
  ));
  return (
    <Popover
      className="popover"
      triggerRef={anchor}
      isOpen
      isNonModal
      containerPadding={CLEAR}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      placement="bottom end"
    >
      <section aria-label={MESSAGE_TEXT.menu}>
        {reactionsOnly ? (
          <Menu className="menu" aria-label={MESSAGE_TEXT.react} autoFocus="first" onClose={onClose}>
            {choices}
          </Menu>
        ) : (
          <Menu className="menu" aria-label={MESSAGE_TEXT.menu} autoFocus="first" onClose={onClose}>
            {may.reply ? (
              <Entry text={MESSAGE_TEXT.reply} chord="R" onAction={() => actions.reply(message)} />
            ) : null}
            {may.react ? (
              <SubmenuTrigger>
                <MenuItem textValue={MESSAGE_TEXT.react}>
                  <span>{MESSAGE_TEXT.react}</span>
                  <kbd>E</kbd>
                </MenuItem>
                <Popover className="popover">
                  <Menu className="menu" aria-label={MESSAGE_TEXT.react}>
                    {choices}
                  </Menu>
                </Popover>
              </SubmenuTrigger>
            ) : null}
            {may.correct ? (
              <Entry text={MESSAGE_TEXT.correct} chord="C" onAction={() => actions.correct(message)} />
            ) : null}
            {mayCopy && message.body !== '' ? (
              <Entry text={MESSAGE_TEXT.copy} chord="Ctrl+C" onAction={() => actions.copy(message)} />
            ) : null}
            {mayPut ? <Entry text={BOARD_TEXT.putBehind} onAction={putBehind} /> : null}
            {may.retract ? (
              <Entry text={MESSAGE_TEXT.retract} chord="Delete" onAction={() => actions.retract(message)} />
            ) : null}
            {may.moderate ? (
              <Entry text={MESSAGE_TEXT.moderate} onAction={() => actions.moderate(message)} />
            ) : null}
          </Menu>
        )}
      </section>
    </Popover>
  );
}
