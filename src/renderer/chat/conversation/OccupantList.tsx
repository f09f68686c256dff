import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactElement, useRef } from 'react';
import type { BareJid } from '../../../shared/jid.ts';
import { useWindowState } from '../../hooks/services.ts';
import { SCROLLABLE } from '../../parts/scrollable.ts';
import { NO_OCCUPANTS, sortOccupants } from '../../state/occupants.ts';
import { ROOM_HEAD_TEXT } from '../../text/conversation.ts';
import { useRights } from '../rooms/use-rights.ts';
import { OccupantRow } from './OccupantRow.tsx';

const ROW_HEIGHT = 28;

/** Who is in the room; only the rows in sight are in the document. */
export function OccupantList({ room }: { readonly room: BareJid }): ReactElement {
  const occupants = useWindowState((state) => state.chat.occupants.get(room));
  const order = useRef(NO_OCCUPANTS);
  order.current = sortOccupants(order.current, occupants);
  const sorted = order.current.list;
  const rights = useRights(room);
  const manages = rights.moderate || rights.members;
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: sorted.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    getItemKey: (index) => sorted[index]?.nick ?? index,
    overscan: 12,
  });
  return (
    <aside className="occupants" aria-label={ROOM_HEAD_TEXT.occupants}>
      <h2>
        {ROOM_HEAD_TEXT.occupants} <span className="section-count">{sorted.length}</span>
      </h2>
      <section
        ref={scroller}
        className="occupants-scroll"
        aria-label={ROOM_HEAD_TEXT.occupantList}
        data-pane="occupants"
        {...SCROLLABLE}
      >
        <ul className="occupants-sizer" style={{ height: virtualizer.getTotalSize() }}>
          {virtualizer.getVirtualItems().map((item) => {
            const occupant = sorted[item.index];
            return occupant === undefined ? null : (
              <OccupantRow
                key={item.key}
                occupant={occupant}
                position={item.index + 1}
                count={sorted.length}
                offset={item.start}
                manages={manages}
              />
            );
          })}
        </ul>
      </section>
    </aside>
  );
}
