/** Spread on an element that scrolls and holds nothing to focus: the keyboard can then reach and scroll it. */
export const SCROLLABLE = { tabIndex: 0 } as const;
