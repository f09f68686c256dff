import { type ReactElement, useEffect, useRef, useState } from 'react';
import type { ChatMessage } from '../../../shared/chat-model.ts';
import { useServices } from '../../hooks/services.ts';
import { nameOf } from '../../state/directory.ts';
import type { MessageLog } from '../../state/message-log.ts';
import { NO_LABELS, withLabelsOf } from '../../state/seen-labels.ts';
import type { ConversationKey } from '../../state/view-state.ts';
import { CONVERSATION_TEXT } from '../../text/conversation.ts';
import { labelRulesOf } from '../labels/current-label.ts';
import { highestLabels } from '../labels/high-water.ts';
import { labelWords } from '../labels/LabelTag.tsx';

/** More messages at once than this are announced by their number. */
const MAX_READ_OUT = 3;

/**
 * Reads incoming messages of the open conversation to a screen reader. The list itself is not a live region: its rows
 * come and go with scrolling, and each would be read out as new.
 */
export function IncomingAnnouncer({
  target,
  log,
}: {
  readonly target: ConversationKey;
  readonly log: MessageLog;
}): ReactElement {
  const { store } = useServices();
  const [lines, setLines] = useState<readonly string[]>([]);
  const seen = useRef(log.end);
  useEffect(() => {
    const fresh = log
      .slice(seen.current - log.start, log.size)
      .filter((message) => message.direction === 'in');
    seen.current = log.end;
    if (fresh.length === 0) return;
    const nameFor = ({ sender, shownAs }: ChatMessage) =>
      target.kind === 'room' ? (shownAs ?? sender) : nameOf(store.get().chat, target.jid);
    const labels = labelRulesOf(store.get().app)?.labels;
    const said = (message: ChatMessage) =>
      message.label === undefined && labels?.required !== true
        ? `${nameFor(message)}: ${message.body}`
        : `${nameFor(message)}, ${labelWords(message.label)}: ${message.body}`;
    const [highest] = highestLabels(withLabelsOf(NO_LABELS, fresh), labels?.catalogue ?? []);
    setLines(
      fresh.length > MAX_READ_OUT
        ? [CONVERSATION_TEXT.announced(fresh.length, highest?.text)]
        : fresh.map(said),
    );
  }, [log, store, target]);
  return (
    <div className="visually-hidden" role="status" aria-live="polite" aria-label={CONVERSATION_TEXT.incoming}>
      {lines.map((line) => (
        <p key={line}>{line}</p>
      ))}
    </div>
  );
}
