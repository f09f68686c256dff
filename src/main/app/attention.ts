/** Telling the desktop that a message waits. What it says is decided here: that there is one, and nothing of it. */
import type { PolicySettings } from '../../policy/index.ts';

/** What can ask for a look: a window's button that flashes. It has no place for a text. */
export interface Attention {
  drawAttention(): void;
}

/** Called with each new number of unread messages. */
export function announceUnread(
  total: number,
  rules: PolicySettings['notifications'],
  attention: Attention,
): void {
  if (total > 0 && rules.enabled) attention.drawAttention();
}
