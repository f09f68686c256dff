/** Whiteboards: the fixtures, and what is photographed. */
import type { Page } from 'playwright-core';
import type { BoardInfo, BoardItem } from '../../src/shared/chat-board-commands.ts';
import type { ChatEvent, ChatMessage } from '../../src/shared/chat-model.ts';
import { type BOARD_COLOURS, type BoardElement, boardBody, type Point } from '../../src/shared/whiteboard.ts';
import type { DrawnElement } from '../../src/shared/whiteboard-state.ts';
import type { Fixture } from './fixtures.ts';
import { WATCH_FLOOR } from './people.ts';
import type { Scene } from './scenes.ts';
import { NOW } from './talk.ts';

const at = (x: number, y: number): Point => ({ x, y });
const ink = (colour: (typeof BOARD_COLOURS)[number], width: 'thin' | 'medium' | 'thick' = 'medium') => ({
  colour,
  width,
});

/** A line as a hand draws it. */
function wavy(from: Point, to: Point, waves: number, height: number): readonly Point[] {
  return Array.from({ length: 40 }, (_, step) => {
    const along = step / 39;
    return at(
      Math.round(from.x + (to.x - from.x) * along),
      Math.round(from.y + (to.y - from.y) * along + Math.sin(along * Math.PI * waves) * height),
    );
  });
}

const SKETCH: readonly (readonly [string, BoardElement, Partial<DrawnElement>?])[] = [
  [
    'Bravo',
    {
      kind: 'stroke',
      id: 'river',
      ...ink('blue', 'thick'),
      points: wavy(at(300, 4900), at(9600, 3900), 5, 320),
    },
  ],
  ['Bravo', { kind: 'text', id: 'river-name', ...ink('blue', 'thin'), at: at(7600, 4750), text: 'River' }],
  ['Bravo', { kind: 'line', id: 'road-1', ...ink('ink'), from: at(900, 400), to: at(5200, 5600) }],
  ['Bravo', { kind: 'rectangle', id: 'bridge', ...ink('orange'), from: at(3900, 3850), to: at(4700, 4700) }],
  [
    'Bravo',
    {
      kind: 'text',
      id: 'bridge-name',
      ...ink('orange', 'medium'),
      at: at(4850, 3900),
      text: 'Bridge 4: clear, 40 t',
    },
  ],
  ['', { kind: 'arrow', id: 'convoy', ...ink('green', 'thick'), from: at(1300, 600), to: at(3600, 3500) }],
  [
    '',
    {
      kind: 'text',
      id: 'convoy-name',
      ...ink('green', 'medium'),
      at: at(2600, 1500),
      text: 'Convoy, 6 vehicles, on time',
    },
  ],
  ['Ramirez', { kind: 'ellipse', id: 'zone', ...ink('red'), from: at(6300, 900), to: at(9100, 2900) }],
  [
    'Ramirez',
    {
      kind: 'text',
      id: 'zone-name',
      ...ink('red', 'medium'),
      at: at(6700, 2000),
      text: 'No entry before 0600Z',
    },
  ],
  [
    'Ramirez',
    {
      kind: 'stroke',
      id: 'hatch',
      ...ink('purple', 'thin'),
      points: wavy(at(6500, 2500), at(8900, 1300), 12, 120),
    },
  ],
];

const MARKS = { secret: { id: 'secret', text: 'SECRET' }, cui: { id: 'cui', text: 'CUI' } } as const;

function items(): readonly BoardItem[] {
  return SKETCH.map(([name, element, more = {}], index) => ({
    id: `${WATCH_FLOOR}\n${name}\n${element.id}`,
    room: WATCH_FLOOR,
    order: index + 1,
    drawn: {
      key: `${name}\n${element.id}`,
      message: `board-${index}`,
      element,
      name: name === '' ? 'Allen' : name,
      own: name === '',
      at: NOW - (SKETCH.length - index) * 95_000,
      state: 'kept',
      ...more,
    },
  }));
}

const info = (more: Partial<BoardInfo> = {}): BoardInfo => ({
  id: WATCH_FLOOR,
  knowledge: 'whole',
  read: 214,
  refused: 0,
  ...more,
});

const events = (board: BoardInfo, drawn: readonly BoardItem[]): readonly ChatEvent[] => [
  { type: 'collection', collection: 'boards', reset: true, upsert: [board], remove: [] },
  { type: 'collection', collection: 'boardElements', reset: true, upsert: drawn, remove: [] },
];

function talk(): readonly ChatMessage[] {
  const say = (index: number, sender: string, board: NonNullable<ChatMessage['board']>): ChatMessage => ({
    id: `board-${index}`,
    direction: 'in',
    sender,
    body: boardBody(board),
    board,
    at: NOW - (10 - index) * 95_000,
    delayed: false,
  });
  return SKETCH.map(([name, element], index) =>
    say(index, name === '' ? 'Ramirez' : name, [{ type: 'add', element }]),
  );
}

export function boardFixtures(desk: Fixture, labelled: Fixture): Readonly<Record<string, () => Fixture>> {
  const withBoard = (board: BoardInfo, drawn: readonly BoardItem[], base = desk): Fixture => ({
    ...base,
    events: [...(base.events ?? []), ...events(board, drawn)],
    history: new Map([
      ...(base.history ?? []),
      [WATCH_FLOOR, [...(base.history?.get(WATCH_FLOOR) ?? []), ...talk()]],
    ]),
  });
  const marked = () =>
    items().map((item, index) => ({
      ...item,
      drawn: { ...item.drawn, label: index % 3 === 1 ? MARKS.secret : MARKS.cui },
    }));
  const troubled = () =>
    items().map((item, index) => ({
      ...item,
      drawn: {
        ...item.drawn,
        state: index === 5 ? ('waiting' as const) : index === 6 ? ('failed' as const) : item.drawn.state,
      },
    }));
  return {
    'desk-board': () => withBoard(info({ cleared: { name: 'Bravo', at: NOW - 3_600_000 } }), items()),
    'desk-board-labels': () => withBoard(info(), marked(), labelled),
    'desk-board-empty': () => withBoard(info({ read: 3 }), []),
    'desk-board-reading': () => withBoard(info({ knowledge: 'reading', read: 0 }), []),
    'desk-board-troubles': () =>
      withBoard(info({ knowledge: 'failed', refused: 12, error: { code: 'STREAM_TIMEOUT' } }), troubled()),
    'desk-board-partial': () => withBoard(info({ knowledge: 'partial', read: 1000 }), items()),
    'desk-board-short': () =>
      withBoard(
        info({ knowledge: 'short', error: { code: 'HISTORY_REFUSED', detail: { condition: 'forbidden' } } }),
        items().slice(0, 3),
      ),
  };
}

export function boardScenes(open: (page: Page) => Promise<void>): readonly Scene[] {
  const scene = (
    fixture: string,
    name = fixture,
    act: (page: Page) => Promise<void> = async () => undefined,
  ): Scene => ({
    name,
    window: 'chat',
    fixture,
    act: async (page) => {
      await open(page);
      await page.keyboard.press('Control+Shift+B');
      await page.getByRole('application', { name: 'Drawing area' }).waitFor();
      await act(page);
    },
  });
  return [
    ...['', '-labels', '-empty', '-reading', '-troubles', '-partial', '-short'].map((more) =>
      scene(`desk-board${more}`),
    ),
    scene('desk-board', 'desk-board-list', async (page) => {
      await page.getByRole('button', { name: 'What is on the board' }).focus();
      await page.getByRole('button', { name: /^Take back: green arrow/ }).waitFor();
    }),
    scene('desk-board', 'desk-board-keys', async (page) => {
      await page.getByRole('radio', { name: 'Arrow' }).press('ArrowRight');
      const area = page.getByRole('application', { name: 'Drawing area' });
      await area.focus();
      for (const key of ['ArrowLeft', 'Space', 'Shift+ArrowRight', 'Shift+ArrowDown']) await area.press(key);
    }),
    scene('desk-board', 'desk-board-text', async (page) => {
      await page.getByRole('radio', { name: 'Text' }).press('Space');
      await page.getByRole('application', { name: 'Drawing area' }).press('Enter');
      await page.getByLabel('Text', { exact: true }).last().fill('Checkpoint 7');
    }),
    scene('desk-board', 'desk-board-clear', async (page) => {
      await page.getByRole('button', { name: 'Empty the board' }).click();
      await page.getByRole('dialog').waitFor();
    }),
    { ...scene('desk-board', 'zoom-board'), size: { width: 640, height: 400 } },
  ];
}
