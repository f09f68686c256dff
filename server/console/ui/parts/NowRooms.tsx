/** Rooms in which something was said, and their switches. */
import type { ReactElement } from 'react';
import type { RoomInfo } from '../../contract.ts';
import { shortTime } from '../format.ts';
import { TEXT } from '../text/frame.ts';
import { NOW } from '../text/now.ts';
import { SWITCH } from '../text/switch.ts';
import { useDesk, useLoaded } from './hooks.ts';
import { ErrorNotice } from './Notice.tsx';
import { type Column, Rows } from './Rows.tsx';
import { useSwitches } from './SwitchDialog.tsx';

const SHOWN = 15;
const EVERY_MS = 2000;

const COLUMNS: readonly Column<RoomInfo>[] = [
  {
    name: NOW.room,
    cell: ({ room, off }) => (
      <>
        <bdi>{room}</bdi> {off ? <span className="mark danger">{TEXT.off}</span> : null}
      </>
    ),
    className: 'wide',
  },
  {
    name: NOW.messageCount,
    cell: ({ messages }) => messages.toLocaleString('en'),
    className: 'number',
  },
  { name: NOW.lastMessage, cell: ({ last }) => shortTime(last), className: 'time' },
];

export function NowRooms(): ReactElement | null {
  const { session } = useDesk();
  const { value, error, reload } = useLoaded<{ readonly rooms: readonly RoomInfo[] }>(
    `/api/now/rooms?limit=${SHOWN}`,
    EVERY_MS,
  );
  const { ask, outcome, dialog } = useSwitches(reload);
  if (value === undefined) return <ErrorNotice error={error} />;
  const deed: Column<RoomInfo> = {
    name: TEXT.action,
    cell: ({ name, off }) => {
      const label = off ? SWITCH.turnOn : SWITCH.turnOff;
      return (
        <button
          type="button"
          className="button row-button"
          aria-label={`${label} room ${name}`}
          onClick={() => ask({ kind: 'room', name, position: off ? 'on' : 'off' })}
        >
          {label}
        </button>
      );
    },
  };
  return (
    <section aria-label={NOW.rooms}>
      <h2>{NOW.rooms}</h2>
      <ErrorNotice error={error} />
      {outcome}
      {value.rooms.length === 0 ? (
        <p className="quiet">{NOW.noRooms}</p>
      ) : (
        <Rows
          label={NOW.rooms}
          rows={value.rooms}
          keyOf={({ room }) => room}
          columns={session.who.role === 'operator' ? [...COLUMNS, deed] : COLUMNS}
        />
      )}
      {dialog}
    </section>
  );
}
