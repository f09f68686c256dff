/** Rooms in which something was said, and their switches. */
import type { ReactElement } from 'react';
import type { RoomInfo } from '../../contract.ts';
import { shortTime } from '../format.ts';
import { NOW } from '../text/now.ts';
import { useDesk, useLoaded } from './hooks.ts';
import { ErrorNotice } from './Notice.tsx';
import { type Column, Rows } from './Rows.tsx';
import { SwitchedName, useSwitches } from './SwitchDialog.tsx';

const SHOWN = 15;
const EVERY_MS = 2000;

const COLUMNS: readonly Column<RoomInfo>[] = [
  {
    name: NOW.room,
    cell: ({ room, off }) => <SwitchedName name={room} off={off} />,
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
  const { column, outcome, dialog } = useSwitches(reload);
  if (value === undefined) return <ErrorNotice error={error} />;
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
          columns={session.who.role === 'operator' ? [...COLUMNS, column('room')] : COLUMNS}
        />
      )}
      {dialog}
    </section>
  );
}
