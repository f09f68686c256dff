import type { ReactElement } from 'react';

/** Line drawings on a 16 by 16 grid. */
const DRAWINGS = {
  alert: 'M8 1.8 15 14H1L8 1.8ZM8 6.2v3.6M8 11.8v.4',
  at: 'M8 10.6a2.6 2.6 0 1 0 0-5.2 2.6 2.6 0 0 0 0 5.2ZM10.6 5.4v3.4c0 2.6 3.6 2.2 3.6-.8A6.2 6.2 0 1 0 11 13.4',
  back: 'M13 8H3.6M7.4 4 3.4 8l4 4',
  bell: 'M3.4 11.4h9.2L11.4 9.6V6.4a3.4 3.4 0 0 0-6.8 0v3.2zM6.6 13.4h2.8M8 1.4V3',
  'bell-off': 'M3.4 11.4h9.2L11.4 9.6V6.4a3.4 3.4 0 0 0-6.8 0v3.2zM6.6 13.4h2.8M2 2l12 12',
  attach: 'm13.4 7.4-5.6 5.6a3.2 3.2 0 0 1-4.6-4.6l6-6a2.1 2.1 0 0 1 3 3l-5.8 5.8a1 1 0 0 1-1.5-1.5l5.1-5.1',
  board: 'M1.5 2.5h13v9h-13zM5.5 14l2.5-2.5 2.5 2.5M4 9c1.4-3.4 2.6-3.4 3.6-1.4S10 9 12 5',
  card: 'M1.5 3.5h13v9h-13zM4 7h3v2.5H4zM9.5 7.2h3M9.5 9.4h2',
  check: 'm3 8.4 3.2 3.2L13 4.8',
  chevron: 'm4 6 4 4 4-4',
  clock: 'M8 14.2A6.2 6.2 0 1 0 8 1.8a6.2 6.2 0 0 0 0 12.4ZM8 4.6V8l2.4 1.6',
  close: 'm3.8 3.8 8.4 8.4M12.2 3.8l-8.4 8.4',
  delivered: 'm1.2 8.6 2.8 2.8 5.6-6.2M7.6 11.4l5.8-6.4',
  edit: 'm10.6 2.6 2.8 2.8-7.8 7.8-3.4.6.6-3.4 7.8-7.8Z',
  eraser: 'M6.5 13.5H14M2.4 9.8 9 3.2l4.4 4.4-5.9 5.9H5.1zM5.6 6.6 10 11',
  failed: 'M8 14.2A6.2 6.2 0 1 0 8 1.8a6.2 6.2 0 0 0 0 12.4ZM8 4.6v4M8 10.9v.5',
  feed: 'M2.5 12.5h.4M2.5 8.2a5.3 5.3 0 0 1 5.3 5.3M2.5 3.4a10.1 10.1 0 0 1 10.1 10.1',
  file: 'M3.5 1.5h6l3 3v10h-9zM9.5 1.5v3h3',
  info: 'M8 14.2A6.2 6.2 0 1 0 8 1.8a6.2 6.2 0 0 0 0 12.4ZM8 7.4v3.8M8 4.7v.5',
  form: 'M3 1.5h10v13H3zM5.5 5h5M5.5 8h5M5.5 11h3',
  keyboard: 'M1.5 4.5h13v7h-13zM4 7h.2M6.6 7h.2M9.2 7h.2M11.8 7h.2M5 9.4h6',
  leave: 'M6.5 2.5h-4v11h4M9.5 5 13 8l-3.5 3M13 8H6',
  lock: 'M3.5 7.2h9v6.3h-9zM5.5 7.2V5a2.5 2.5 0 0 1 5 0v2.2',
  more: 'M3.2 8h.2M7.9 8h.2M12.6 8h.2',
  people:
    'M6 7.4a2.4 2.4 0 1 0 0-4.8 2.4 2.4 0 0 0 0 4.8ZM1.6 13.4c.3-2.5 2-4 4.4-4s4.1 1.5 4.4 4M10.6 3a2.2 2.2 0 0 1 0 4.2M12 9.7c1.4.6 2.2 1.9 2.4 3.7',
  plus: 'M8 3v10M3 8h10',
  quarantine: 'M5.4 1.8h5.2l3.6 3.6v5.2l-3.6 3.6H5.4l-3.6-3.6V5.4zM4.2 11.8l7.6-7.6',
  react:
    'M8 14.2A6.2 6.2 0 1 0 8 1.8a6.2 6.2 0 0 0 0 12.4ZM5.4 9.4c.5 1.2 1.4 1.8 2.6 1.8s2.1-.6 2.6-1.8M6 6.2v.4M10 6.2v.4',
  reply: 'M6.4 3.4 2.2 7.4l4.2 4M2.4 7.4h6.2c3 0 5 1.8 5 5.2',
  retracted: 'M8 14.2A6.2 6.2 0 1 0 8 1.8a6.2 6.2 0 0 0 0 12.4ZM3.7 12.3l8.6-8.6',
  room: 'M6.2 2 4.6 14M11.4 2 9.8 14M2.4 5.6h11.8M1.8 10.4h11.8',
  save: 'M8 2v7.6M4.8 6.6 8 9.8l3.2-3.2M2.5 11v2.5h11V11',
  scan: 'M2 5V2h3M11 2h3v3M14 11v3h-3M5 14H2v-3M4.5 8h7',
  search: 'M7 12a5 5 0 1 0 0-10 5 5 0 0 0 0 10ZM10.8 10.8 14 14',
  send: 'M14 2 7.2 8.8M14 2 9.6 14l-2.4-5.2L2 6.4 14 2Z',
  seen: 'M1.4 8S4 3.8 8 3.8 14.6 8 14.6 8 12 12.2 8 12.2 1.4 8 1.4 8ZM8 10a2 2 0 1 0 0-4 2 2 0 0 0 0 4Z',
  siren: 'M8 14.4A6.4 6.4 0 1 0 8 1.6a6.4 6.4 0 0 0 0 12.8ZM8 4v5M8 11.2v.6M5.2 4.6v4M10.8 4.6v4',
  'tear-off': 'M6 3H2.5v10.5H13V10M8.5 2H14v5.5M14 2 7.5 8.5',
  tiles: 'M1.8 2.5h5.4v4.6H1.8zM8.8 2.5h5.4v4.6H8.8zM1.8 8.9h5.4v4.6H1.8zM8.8 8.9h5.4v4.6H8.8z',
  sent: 'm3 8.4 3.2 3.2L13 4.8',
  down: 'M8 3v9.4M4 8.6l4 4 4-4',
  up: 'M8 13V3.6M4 7.4l4-4 4 4',
} as const;

export type IconName = keyof typeof DRAWINGS;

/** A drawing beside a text that says the same; screen readers skip it. */
export function Icon({ name, size = 16 }: { readonly name: IconName; readonly size?: number }): ReactElement {
  return (
    <svg className="icon" width={size} height={size} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={DRAWINGS[name]} />
    </svg>
  );
}
