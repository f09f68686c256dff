import { type ReactElement, useMemo, useState } from 'react';
import type { BoardItem } from '../../../shared/chat-board-commands.ts';
import { Icon } from '../../parts/Icon.tsx';
import { Moment } from '../../parts/Moment.tsx';
import { VirtualRows } from '../../parts/VirtualRows.tsx';
import { BOARD_TEXT, elementText } from '../../text/whiteboard.ts';
import { LabelTag } from '../labels/LabelTag.tsx';

/** A window of this height, pixels, has room for the list below the drawing. */
const TALL = 700;
/** Of a row, pixels. */
const ROW_HEIGHT = 28;

interface Props {
  readonly items: readonly BoardItem[];
  readonly readOnly: boolean;
  readonly onErase: (item: BoardItem) => void;
}

function Row({ item, readOnly, onErase }: { readonly item: BoardItem } & Omit<Props, 'items'>): ReactElement {
  const { element, name, own, at, label, state, file } = item.drawn;
  const what = elementText(element, file?.name);
  return (
    <div className="board-row">
      <LabelTag label={label} />
      <bdi className="board-row-what">{what}</bdi>
      <span className="board-row-who">
        <bdi>{own ? BOARD_TEXT.you : name}</bdi>, <Moment at={at} />
        {state === 'kept' ? null : `, ${state === 'waiting' ? BOARD_TEXT.isWaiting : BOARD_TEXT.isFailed}`}
      </span>
      {own && !readOnly ? (
        <button
          type="button"
          className="icon-button"
          aria-label={BOARD_TEXT.takeBack(what)}
          title={BOARD_TEXT.takeBack(what)}
          onClick={() => onErase(item)}
        >
          <Icon name="close" size={14} />
        </button>
      ) : null}
    </div>
  );
}

/** What is on the board in words, newest first, for whoever does not see it and for whoever asks who drew what. */
export function BoardList({ items, ...rest }: Props): ReactElement {
  const [open, setOpen] = useState(() => window.innerHeight >= TALL);
  const newest = useMemo(() => items.toReversed(), [items]);
  return (
    <section className={open ? 'board-list board-list-open' : 'board-list'} data-pane="board-list">
      <button type="button" className="board-list-head" aria-expanded={open} onClick={() => setOpen(!open)}>
        <Icon name="chevron" size={12} />
        {BOARD_TEXT.list(items.length)}
      </button>
      {open && items.length > 0 ? (
        <VirtualRows
          items={newest}
          keyOf={({ id }) => id}
          estimate={ROW_HEIGHT}
          label={BOARD_TEXT.list(items.length)}
          className="board-rows"
          render={(item) => <Row item={item} {...rest} />}
        />
      ) : null}
    </section>
  );
}
