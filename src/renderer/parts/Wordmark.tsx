import type { ReactElement } from 'react';
import { PARTS_TEXT } from '../text/parts.ts';

/** The two gates of a sallyport, one inside the other, and the name. */
export function Wordmark(): ReactElement {
  return (
    <span className="wordmark">
      <svg width="22" height="22" viewBox="0 0 22 22" aria-hidden="true" focusable="false">
        <path d="M2.5 20V9.5a8.5 8.5 0 0 1 17 0V20" />
        <path d="M6.8 20V10a4.2 4.2 0 0 1 8.4 0v10" />
        <path d="M11 12.5V20M1 20h20" />
      </svg>
      <span>{PARTS_TEXT.sallyport}</span>
    </span>
  );
}
