import type { ReactElement } from 'react';
import type { ReactionGroup } from '../../state/message-view.ts';
import { MESSAGE_TEXT, REACTIONS } from '../../text/messages.ts';

/** The reactions to a message, each with how many and, in words, whose. Pressing one adds or takes back one's own. */
export function ReactionBar({
  groups,
  onToggle,
}: {
  readonly groups: readonly ReactionGroup[];
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
            className="reaction"
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
