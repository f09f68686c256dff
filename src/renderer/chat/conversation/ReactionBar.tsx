import type { ReactElement } from 'react';
import type { ReactionGroup } from '../../state/message-view.ts';
import { MESSAGE_TEXT, REACTIONS } from '../../text/messages.ts';

/** The reactions to a message, each with how many and, in words, whose. Pressing one adds or takes back one's own. */
export function ReactionBar({
  groups,
  isWaiting,
  onToggle,
}: {
  readonly groups: readonly ReactionGroup[];
  /** The server does not have one's own yet. */
  readonly isWaiting: boolean;
  readonly onToggle: (emoji: string) => void;
}): ReactElement | null {
  if (groups.length === 0) return null;
  return (
    <div className="reactions">
      {groups.map(({ emoji, names, own }) => {
        const people = own ? [MESSAGE_TEXT.you, ...names] : names;
        const meaning = REACTIONS.find(([sign]) => sign === emoji)?.[1];
        const words = MESSAGE_TEXT.reacted(emoji, people, meaning);
        return (
          <button
            key={emoji}
            type="button"
            className={own && isWaiting ? 'reaction reaction-waits' : 'reaction'}
            aria-pressed={own}
            title={words}
            onClick={() => onToggle(emoji)}
          >
            <span aria-hidden="true">{emoji}</span>
            <span className="reaction-count" aria-hidden="true">
              {people.length}
            </span>
            <span className="visually-hidden">{words}</span>
          </button>
        );
      })}
    </div>
  );
}
