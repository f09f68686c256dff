/** Whiteboards: the fixtures, and what is photographed. */
import type { Page } from 'playwright-core';
import type { BoardInfo, BoardItem } from '../../src/shared/chat-board-commands.ts';
import type { ChatCommand, ChatEvent, ChatMessage, ChatReply } from '../../src/shared/chat-model.ts';
import { type BOARD_COLOURS, type BoardElement, boardBody, type Point } from '../../src/shared/whiteboard.ts';
import type { DrawnElement } from '../../src/shared/whiteboard-state.ts';
import type { Fixture } from './desk.ts';
import { WATCH_FLOOR } from './people.ts';
import type { Scene } from './scene.ts';
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

/** A small map, PNG. */
const MAP =
  'iVBORw0KGgoAAAANSUhEUgAAACgAAAAYCAIAAAAH5iiXAAADFElEQVR42q3VN44jSRBA0T7Yp9Zaq6AIinTSSSeddOIGc4g5ydhz' +
  'rCW2sQtWdg8bgyYQXhB4QBV/xdvvXz/fpyV0hYEwFmbCUtgIIhyFs3ATykJNaAodoS+MhKmwENbCTjgIKlyFklAVGkJb6AlDYSLM' +
  'hZWwFfbCSbgIb//D7zNQxspMWSobRZSjclZuSlmpKU2lo/SVkTJVFspa2SkHRZWrUlKqSkNpKz1lqEyUubJStspeOSkX5Q1HZt9n' +
  '5lg6Ng5xHB1nx81RdtQcTUfH0XeMHFPHwrF27BwHhzqujpKj6mg42o6eY+iYOOaOlWPr2DtOjou7w56Kp+4/4Tce8Rw9Z8/NU/bU' +
  'PE1Px9P3jDxTz8Kz9uw8B496rp6Sp+ppeNqenmfomXjmnpVn69l7Tp6Lv8OBSqAeaAW6IeclcAycA7dAOVALNAOdQD8wCkwDi8A6' +
  'sAscAhq4BkqBaqARaAd6gWFgEpgHVoFtYB84BS7hDkcqkXqkFelGBpFxzPlz5BYpR2qRZqQT6UdGkWlkEVlHdpFDRCPXSClSjTQi' +
  '7UgvMoxMIvPIKrKN7COnyCXe4UQlUU+0Et3EIDFOzBLLlPPlRC3RTHQS/cQoMU0sEuvELnFIaOKaKCWqiUaineglholJYp5YJbaJ' +
  'feKUuKQ7bFSMutEyusbAGBszY2lsDLGcbxodo2+MjKmxMNbGzjgYalyNklE1Gkbb6BlDY2LMjZWxNfbGybjYHRYqQl140vHH/90L' +
  'OkapKHWlpXSVJx1/5L/bccVRd7QcXcfAMXY86TizX9Bxy9P1DDxjz8yz9DzpOONf0PEgMA7MAsvAJvC844x/QcezyDKyiUjkGHnS' +
  '8ccX/4KONwlJHBPnxC3xpOOP/Ncdy4/fj5N3XNzWjMeOs23+uS1u845zOOs4g4v3ONu+d/xHOOs4h7OOM7h4j3P4oeNP4OcdZ7/O' +
  'Os622T3Otu1i9Nk27ziHix3ncPEe5/C/Hf8ZLnacw8WOc7h4j3P4oePP4O91/Ff3+PHJv6bjv7rH/8Ff3eOjcTZuRtnIOv7OPf4H' +
  '8nNuz/V5flEAAAAASUVORK5CYII=';

const PICTURE: DrawnElement = {
  key: 'Bravo\nmap',
  message: 'board-map',
  element: { kind: 'image', id: 'map', from: at(0, 0), to: at(9999, 5999) },
  name: 'Bravo',
  own: false,
  at: NOW - 1_200_000,
  file: { name: 'sector-north.png', mediaType: 'image/png', size: 300, sha256: '', url: '' },
  state: 'kept',
};

/** What the session would answer; `undefined` for commands of others. */
export function boardAnswer(command: ChatCommand): ChatReply | undefined {
  if (command.type !== 'load-picture') return undefined;
  return { ok: true, picture: Uint8Array.from(atob(MAP), (character) => character.charCodeAt(0)) };
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
    'desk-board-picture': () =>
      withBoard(info(), [
        { id: `${WATCH_FLOOR}\nBravo\nmap`, room: WATCH_FLOOR, order: 0.5, drawn: PICTURE },
        ...items(),
      ]),
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
    scene('desk-board-picture'),
    scene('desk-board-picture', 'desk-board-picture-shown', async (page) => {
      await page.getByRole('button', { name: 'Show: picture sector-north.png' }).click();
      await page
        .getByRole('button', { name: 'Show: picture sector-north.png' })
        .waitFor({ state: 'detached' });
    }),
    scene('desk-board', 'desk-board-clear', async (page) => {
      await page.getByRole('button', { name: 'Empty the board' }).click();
      await page.getByRole('dialog').waitFor();
    }),
    { ...scene('desk-board', 'zoom-board'), size: { width: 640, height: 400 } },
  ];
}
