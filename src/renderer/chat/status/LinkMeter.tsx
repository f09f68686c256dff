import type { ReactElement } from 'react';
import { linkBars, linkHint, linkPace } from '../../text/link.ts';

/** How quick the link is: bars, and the round trip in figures. */
export function LinkMeter({
  roundTripMs,
  slow,
}: {
  readonly roundTripMs: number;
  readonly slow: boolean;
}): ReactElement {
  const bars = linkBars(roundTripMs);
  return (
    <span
      className={slow ? 'link-meter link-meter-slow' : 'link-meter'}
      role="img"
      aria-label={linkHint(roundTripMs, slow)}
      title={linkHint(roundTripMs, slow)}
    >
      <svg width="16" height="12" viewBox="0 0 16 12" aria-hidden="true">
        {[0, 1, 2, 3].map((bar) => (
          <rect
            key={bar}
            className={bar < bars ? 'link-bar link-bar-on' : 'link-bar'}
            x={bar * 4}
            y={9 - bar * 3}
            width="3"
            height={3 + bar * 3}
          />
        ))}
      </svg>
      {linkPace(roundTripMs)}
    </span>
  );
}
