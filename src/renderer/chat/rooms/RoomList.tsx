import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactElement, useEffect, useMemo, useRef } from 'react';
import type { RoomListing } from '../../../shared/room-contract.ts';
import { ErrorNotice } from '../../parts/ErrorNotice.tsx';
import { Icon } from '../../parts/Icon.tsx';
import { foldText } from '../../state/directory.ts';
import { ROOM_TEXT, roomTraits } from '../../text/rooms.ts';
import { useRoomList } from './use-room-list.ts';

const ROW_HEIGHT = 44;
const MAX_HEIGHT = 266;
/** Milliseconds that a room stays in sight before it is asked about itself. */
const DESCRIBE_DELAY = 150;

interface Props {
  readonly service: string;
  /** What was typed; the list shows what fits. */
  readonly typed: string;
  readonly onChoose: (room: RoomListing) => void;
}

/** The rooms of a service that fit what was typed; only the rows in sight are in the document. */
export function RoomList({ service, typed, onChoose }: Props): ReactElement {
  const list = useRoomList(service);
  const { rooms, details, describe } = list;
  const shown = useMemo(() => {
    const folded = foldText(typed.trim());
    return rooms
      .filter(({ jid, name }) => foldText(name).includes(folded) || jid.split('@', 1)[0]?.includes(folded))
      .sort((left, right) => left.name.localeCompare(right.name, undefined, { numeric: true }));
  }, [rooms, typed]);
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    getItemKey: (index) => shown[index]?.jid ?? index,
    overscan: 4,
  });
  const items = virtualizer.getVirtualItems();
  const inSight = items.map(({ index }) => shown[index]?.jid).filter((jid) => jid !== undefined);
  const key = inSight.join(' ');
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` stands for the rooms in sight
  useEffect(() => {
    const timer = setTimeout(() => describe(inSight), DESCRIBE_DELAY);
    return () => clearTimeout(timer);
  }, [describe, key]);
  const note = noteFor(list.loading, rooms.length, shown.length);
  return (
    <>
      <div
        ref={scroller}
        className="room-list"
        hidden={shown.length === 0}
        style={{ height: Math.min(MAX_HEIGHT, virtualizer.getTotalSize() + 2) }}
      >
        <ul
          className="room-list-sizer"
          aria-label={ROOM_TEXT.list}
          style={{ height: virtualizer.getTotalSize() }}
        >
          {items.map((item) => {
            const room = shown[item.index];
            if (room === undefined) return null;
            const detail = details.get(room.jid);
            return (
              <li
                key={item.key}
                className="room-list-item"
                style={{ transform: `translateY(${item.start}px)` }}
                aria-setsize={shown.length}
                aria-posinset={item.index + 1}
              >
                <button type="button" className="room-list-row" onClick={() => onChoose(room)}>
                  <Icon name="room" size={12} />
                  <span className="room-list-text">
                    <bdi className="row-name">{room.name}</bdi>
                    <bdi className="room-list-more">{detail?.description || room.jid.split('@', 1)[0]}</bdi>
                  </span>
                  {detail === undefined ? null : (
                    <span className="row-note">
                      {roomTraits(detail)}
                      {detail.occupants === undefined ? null : (
                        <span className="row-count">{ROOM_TEXT.occupants(detail.occupants)}</span>
                      )}
                    </span>
                  )}
                </button>
              </li>
            );
          })}
        </ul>
      </div>
      <p className="hint" role="status">
        {note ?? ROOM_TEXT.shown(rooms.length, list.total)}
      </p>
      {list.more === undefined ? null : (
        <button type="button" className="button button-small room-list-next" onClick={list.more}>
          {ROOM_TEXT.more}
        </button>
      )}
      {list.error === undefined ? null : <ErrorNotice error={list.error} role="status" tone="warning" />}
    </>
  );
}

function noteFor(loading: boolean, listed: number, shown: number): string | undefined {
  if (loading) return ROOM_TEXT.loading;
  if (listed === 0) return ROOM_TEXT.empty;
  return shown === 0 ? ROOM_TEXT.nothingFits : undefined;
}
