/**
 * Telling the desktop that something waits. What it says is decided here: no more than the policy's /notifications lets it,
 * whatever the session process reports.
 */
import type { PolicySettings } from '../../policy/index.ts';
import type { Notice } from '../../shared/watch-contract.ts';
import { NOTICE_TEXT } from '../text.ts';

type Rules = PolicySettings['notifications'];

/** A notification of the desktop. */
export interface DesktopNotice {
  readonly title: string;
  readonly body: string;
  /** It stays until somebody takes it away, where the desktop can do that. */
  readonly urgent: boolean;
}

/** What can ask for a look. */
export interface Attention {
  /** The window's button flashes; it has no place for a text. */
  drawAttention(): void;
  show(notice: DesktopNotice): void;
  /** The number on the dock's or the task bar's icon; 0 takes it away. */
  badge(total: number): void;
}

/** Longest line of a notification, in UTF-16 code units. */
const MAX_LINE = 256;

/** One line that turns nothing around it: a desktop may show it in any surroundings. */
function line(text: string): string {
  const plain = text.replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]+/gu, ' ').trim();
  return plain.length <= MAX_LINE
    ? plain
    : `${plain.slice(0, MAX_LINE - 1).replace(/[\ud800-\udbff]$/u, '')}…`;
}

function bodyOf({ sender, label, text, count }: Notice, content: Rules['content']): string {
  const more = (said: string) => line(NOTICE_TEXT.andMore(said, Math.max(0, count - 1)));
  if (content === 'none' || sender === undefined) return NOTICE_TEXT.open;
  if (content === 'sender' || text === undefined) return more(NOTICE_TEXT.from(sender));
  return more(`${label === undefined ? '' : `[${label}] `}${sender}: ${text}`);
}

/** What a notification says. Its marking stands before the text. */
export function desktopNotice(notice: Notice, { content }: Rules): DesktopNotice {
  const title = NOTICE_TEXT.reasons[notice.reason][notice.count > 1 ? 1 : 0];
  const severe = notice.reason === 'watchword' ? NOTICE_TEXT.severities[notice.severity](title) : title;
  return {
    title: line(severe),
    body: bodyOf(notice, content),
    urgent: notice.reason === 'watchword' && notice.severity === 'critical',
  };
}

/** Called with what arrived and nobody looks at. */
export function announce(notice: Notice, rules: Rules, attention: Attention): void {
  if (!rules.enabled) return;
  attention.drawAttention();
  attention.show(desktopNotice(notice, rules));
}

/** Called with each new number of unread messages: a number, and nothing of them. */
export function announceUnread(total: number, rules: Rules, attention: Pick<Attention, 'badge'>): void {
  attention.badge(rules.enabled ? Math.max(0, total) : 0);
}
