import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import { type ReactElement, type ReactNode, useRef } from 'react';
import { useFocusedLine } from '../hooks/use-focused-line.ts';
import { withKept } from './kept-rows.ts';
import { SCROLLABLE } from './scrollable.ts';

interface Props<Item> {
  readonly items: readonly Item[];
  readonly keyOf: (item: Item) => string;
  readonly render: (item: Item) => ReactNode;
  /** Pixels of a row until it is on the screen and measured. */
  readonly estimate: number;
  /** What the rows scroll in. */
  readonly label: string;
  readonly className: string;
  /** The part of the window that it is (`F6`). */
  readonly pane?: string;
}

/**
 * The rows of a long list: only those in sight are in the document, and the one with the focus. Their places in the whole are told to
 * screen readers.
 */
export function VirtualRows<Item>(props: Props<Item>): ReactElement {
  const { items, keyOf, render, estimate, label, className, pane } = props;
  const scroller = useRef<HTMLElement>(null);
  const focused = useFocusedLine(scroller);
  const virtualizer = useVirtualizer<HTMLElement, Element>({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => estimate,
    getItemKey: (index) => {
      const item = items[index];
      return item === undefined ? index : keyOf(item);
    },
    rangeExtractor: (range) => withKept(defaultRangeExtractor(range), [focused], items.length),
    overscan: 4,
  });
  return (
    <section ref={scroller} className={className} aria-label={label} data-pane={pane} {...SCROLLABLE}>
      <ul className="virtual-rows" style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map((row) => {
          const item = items[row.index];
          if (item === undefined) return null;
          return (
            <li
              key={row.key}
              ref={virtualizer.measureElement}
              data-index={row.index}
              className="virtual-row"
              style={{ transform: `translateY(${row.start}px)` }}
              aria-posinset={row.index + 1}
              aria-setsize={items.length}
            >
              {render(item)}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
