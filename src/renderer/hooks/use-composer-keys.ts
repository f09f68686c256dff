import { type KeyboardEvent, useLayoutEffect, useRef } from 'react';
import { NO_MESSAGES } from '../state/chat-state.ts';
import { completed, completion, lastCorrectable } from '../state/message-view.ts';
import type { ConversationKey } from '../state/view-state.ts';
import { useServices } from './services.ts';

/** The Tab key goes on through the nicknames that fit, as long as nothing else happens between. */
interface Cycle {
  readonly before: string;
  readonly caret: number;
  readonly shown: string;
  readonly next: number;
}

/**
 * Keys of the text field besides sending: the arrow corrects the last message where nothing is written, Escape makes the
 * next message an ordinary one again, Tab completes a nickname. True: the press was one of those.
 */
export function useComposerKeys(
  target: ConversationKey,
): (event: KeyboardEvent<HTMLTextAreaElement>) => boolean {
  const { store, actions } = useServices();
  const cycle = useRef<Cycle>(undefined);
  /** Where the caret goes once the text is in the field. */
  const caret = useRef<{ readonly field: HTMLTextAreaElement; readonly at: number }>(undefined);
  useLayoutEffect(() => {
    const { field, at } = caret.current ?? {};
    caret.current = undefined;
    if (field !== undefined && at !== undefined) field.setSelectionRange(at, at);
  });
  const complete = (field: HTMLTextAreaElement): boolean => {
    const { value, selectionStart, selectionEnd } = field;
    const goesOn = cycle.current?.shown === value ? cycle.current : undefined;
    const before = goesOn?.before ?? value;
    const from = goesOn?.caret ?? selectionStart;
    if (selectionStart !== selectionEnd) return false;
    const occupants = store.get().chat.occupants.get(target.jid);
    const others = [...(occupants?.values() ?? [])].filter(({ self }) => !self).map(({ nick }) => nick);
    const found = completion(before, from, others);
    const nick = found?.nicks[(goesOn?.next ?? 0) % found.nicks.length];
    if (found === undefined || nick === undefined) return false;
    const shown = completed(before, found, from, nick);
    cycle.current = { before, caret: from, shown, next: (goesOn?.next ?? 0) + 1 };
    caret.current = { field, at: shown.length - (before.length - from) };
    actions.type(target.jid, shown);
    return true;
  };
  return (event) => {
    const { view, chat } = store.get();
    const field = event.currentTarget;
    const plain = !event.shiftKey && !event.altKey && !event.ctrlKey && !event.metaKey;
    if (!plain || event.nativeEvent.isComposing) return false;
    let handled = false;
    if (event.key === 'Tab') handled = target.kind === 'room' && complete(field);
    else if (event.key === 'Escape' && view.composing.has(target.jid)) {
      actions.messages.cancelComposing(target.jid);
      handled = true;
    } else if (event.key === 'ArrowUp' && field.value === '' && !view.composing.has(target.jid)) {
      const { log } = chat.conversations.get(target.jid) ?? NO_MESSAGES;
      const message = lastCorrectable(log, target.kind, Date.now());
      if (message !== undefined) actions.messages.correct(target, message);
      handled = message !== undefined;
    }
    if (handled) event.preventDefault();
    return handled;
  };
}
