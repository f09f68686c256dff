import type { CSSProperties } from 'react';

/**
 * The colours of a marking, for an element of the class `marking`. They are custom properties because the red-light
 * theme must not shine: it keeps the words and shows the colour as an edge only.
 */
export function markingColours(background: string, foreground: string): CSSProperties {
  return { '--marking-ground': background, '--marking-text': foreground } as CSSProperties;
}
