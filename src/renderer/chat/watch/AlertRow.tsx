import type { ReactElement } from 'react';
import { feedId } from '../../../shared/feed-contract.ts';
import type { Alert } from '../../../shared/watch-contract.ts';
import { useActions, useWindowState } from '../../hooks/services.ts';
import { useTimeForm } from '../../hooks/use-time-form.ts';
import { Icon } from '../../parts/Icon.tsx';
import { NameWarning } from '../../parts/NameWarning.tsx';
import type { ChatState } from '../../state/chat-state.ts';
import { nameOf } from '../../state/directory.ts';
import { formatFull, formatTime } from '../../text/time.ts';
import { WATCH_TEXT } from '../../text/watch.ts';
import { LabelTag } from '../labels/LabelTag.tsx';
import { SeverityMark } from './SeverityMark.tsx';

/** What raised an alert, in words. */
export function alertReason({ reason, word }: Pick<Alert, 'reason' | 'word'>): string {
  return reason === 'mention' ? WATCH_TEXT.mention : WATCH_TEXT.watchword(word);
}

/** Where it was said: a conversation's name, or a feed's. */
export function alertPlace(
  chat: ChatState,
  { conversation, feed }: Pick<Alert, 'conversation' | 'feed'>,
): string {
  if (feed === undefined) return nameOf(chat, conversation);
  return chat.collections.feeds.get(feedId(feed))?.title ?? feed.node;
}

/** Who else in the room acknowledged it: the first in words, all that are known by name in the tooltip. */
function OtherAcknowledgements({ first, count }: NonNullable<Alert['others']>): ReactElement | null {
  const form = useTimeForm();
  const [one] = first;
  if (one === undefined) return null;
  const all = first.map(({ name, at }) => WATCH_TEXT.acknowledgement(name, formatFull(at))).join('\n');
  return (
    <span className="alert-others" title={all}>
      <Icon name="check" size={14} />
      <bdi>{WATCH_TEXT.acknowledgedBy(one.name, formatTime(one.at, form), count - 1)}</bdi>
      <NameWarning warning={one.warning} />
    </span>
  );
}

/** One alert of the inbox: what, where, who, and the text around it. */
export function AlertRow({ alert }: { readonly alert: Alert }): ReactElement {
  const actions = useActions();
  const { id, conversation, kind, sender, shownAs, excerpt, at, label, list, acknowledged, quiet, others } =
    alert;
  const form = useTimeForm();
  const place = useWindowState((state) => alertPlace(state.chat, alert));
  const from = useWindowState((state) =>
    kind === 'room' ? (shownAs ?? sender) : nameOf(state.chat, conversation),
  );
  return (
    <li className={acknowledged === undefined ? 'alert-row' : 'alert-row alert-row-seen'}>
      <button
        type="button"
        className="alert-body"
        data-roving
        title={WATCH_TEXT.jump(place)}
        onClick={() => actions.watch.jump(alert)}
      >
        <span className="alert-head">
          <SeverityMark severity={alert.severity} />
          <time title={formatFull(at)}>{formatTime(at, form)}</time>
          <strong className="alert-reason">{alertReason(alert)}</strong>
          <bdi className="alert-place">{place}</bdi>
          <span className="alert-list">
            {alert.reason === 'watchword' ? (list === '' ? WATCH_TEXT.ownList : list) : null}
          </span>
          {quiet ? <span className="alert-quiet">{WATCH_TEXT.muted}</span> : null}
        </span>
        <span className="alert-text">
          <LabelTag label={label} />
          <bdi className="alert-sender">{from}</bdi>
          <bdi dir="auto">{excerpt}</bdi>
        </span>
        {others === undefined ? null : <OtherAcknowledgements {...others} />}
      </button>
      {acknowledged === undefined ? (
        <button type="button" className="button button-small" onClick={() => actions.watch.acknowledge([id])}>
          {WATCH_TEXT.acknowledge}
        </button>
      ) : (
        <span className="alert-acknowledged">
          {WATCH_TEXT.acknowledgedAt(formatTime(acknowledged.at, form))}
        </span>
      )}
    </li>
  );
}
