import { type ReactElement, type RefObject, useCallback, useMemo, useRef, useState } from 'react';
import type { ChatMessage } from '../../shared/chat-model.ts';
import { MessageMenu, type MessageMenuActions } from '../chat/conversation/MessageMenu.tsx';
import { TakeBackDialog } from '../chat/conversation/TakeBackDialog.tsx';
import type { MessageLog } from '../state/message-log.ts';
import { possible } from '../state/message-view.ts';
import type { ConversationKey } from '../state/view-state.ts';
import { copyMessage } from '../text/copy.ts';
import { focusComposer } from './panes.ts';
import { useActions } from './services.ts';
import { useOwnOccupant } from './use-own-occupant.ts';

/** A menu that is open, or a question that is being asked, about one message. */
interface Open {
  readonly id: string;
  readonly what: 'menu' | 'reactions' | 'retract' | 'moderate';
}

export interface MessageMenus {
  /** Opens a message's menu at an element of its row. */
  readonly open: (id: string, anchor: Element) => void;
  /** Does what a key on a selected message asks for; false: nothing. */
  readonly onKey: (key: string, control: boolean, message: ChatMessage, row: Element) => boolean;
  /** The menu or the question, where one is open. */
  readonly element: ReactElement | null;
}

/** What is done with single messages of a conversation: by menu and by key. */
export function useMessageMenu(target: ConversationKey, log: MessageLog): MessageMenus {
  const actions = useActions();
  const [open, setOpen] = useState<Open>();
  const anchor: RefObject<Element | null> = useRef<Element>(null);
  const self = useOwnOccupant(target);
  const message = open === undefined ? undefined : log.get(open.id);
  const menu: MessageMenuActions = useMemo(() => {
    const ask = (what: 'retract' | 'moderate') => (one: ChatMessage) => setOpen({ id: one.id, what });
    return {
      reply: ({ id }) => {
        actions.messages.reply(target, id);
        requestAnimationFrame(() => focusComposer(anchor.current));
      },
      react: (one, emoji) => actions.messages.react(target.jid, one, emoji),
      correct: (one) => {
        actions.messages.correct(target, one);
        requestAnimationFrame(() => focusComposer(anchor.current));
      },
      copy: copyMessage,
      retract: ask('retract'),
      moderate: ask('moderate'),
    };
  }, [actions, target]);
  const onKey = useCallback(
    (key: string, control: boolean, one: ChatMessage, row: Element): boolean => {
      const may = possible(one, target.kind, self, Date.now());
      anchor.current = row;
      const openAt = (what: Open['what']) => {
        setOpen({ id: one.id, what });
      };
      if (control) {
        if (key !== 'c' || document.getSelection()?.isCollapsed === false) return false;
        copyMessage(one);
      } else if (key === 'r' && may.reply) menu.reply(one);
      else if (key === 'e' && may.react) openAt('reactions');
      else if (key === 'c' && may.correct) menu.correct(one);
      else if (key === 'Delete' && may.retract) openAt('retract');
      else if (key === 'Enter' || key === 'ContextMenu') openAt('menu');
      else return false;
      return true;
    },
    [menu, self, target.kind],
  );
  const close = () => setOpen((now) => (now?.what === 'menu' || now?.what === 'reactions' ? undefined : now));
  const decide = (reason: string | undefined) => {
    setOpen(undefined);
    if (reason === undefined || message === undefined) return;
    if (open?.what === 'moderate') actions.messages.moderate(target.jid, message.id, reason);
    else actions.messages.retract(target.jid, message.id);
  };
  const element =
    open === undefined || message === undefined ? null : open.what === 'menu' || open.what === 'reactions' ? (
      <MessageMenu
        target={target}
        message={message}
        anchor={anchor}
        reactionsOnly={open.what === 'reactions'}
        actions={menu}
        onClose={close}
      />
    ) : (
      <TakeBackDialog message={message} forAll={open.what === 'moderate'} onDecided={decide} />
    );
  return {
    open: (id, at) => {
      anchor.current = at;
      setOpen({ id, what: 'menu' });
    },
    onKey,
    element,
  };
}
