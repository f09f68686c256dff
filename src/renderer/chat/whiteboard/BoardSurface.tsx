import {
  type KeyboardEvent,
  memo,
  type PointerEvent,
  type ReactElement,
  useId,
  useRef,
  useState,
} from 'react';
import type { BoardItem } from '../../../shared/chat-board-commands.ts';
import { BOARD_HEIGHT, BOARD_WIDTH, type BoardElement, type Point } from '../../../shared/whiteboard.ts';
import { SCROLLABLE } from '../../parts/scrollable.ts';
import { BOARD_TEXT, BOARD_TOOLS, type BoardTool } from '../../text/whiteboard.ts';
import { DrawnShape, Shape } from './DrawnShape.tsx';
import { drawnBy, type Ink, newElementId, onBoard, ownAt } from './drafting.ts';
import { PictureLayer } from './PictureLayer.tsx';
import type { Pictures } from './use-pictures.ts';

interface Props {
  readonly items: readonly BoardItem[];
  readonly pictures: Pictures;
  readonly tool: BoardTool;
  readonly ink: Ink;
  readonly readOnly: boolean;
  /** Asked before anything is begun that needs a label. */
  readonly mayBegin: () => boolean;
  readonly onDraw: (element: BoardElement) => void;
  readonly onErase: (item: BoardItem) => void;
  /** A text is to begin here. */
  readonly onText: (at: Point) => void;
}

const Drawings = memo(function Drawings({
  items,
  pictures,
}: Pick<Props, 'items' | 'pictures'>): ReactElement {
  return (
    <>
      {items.map(({ id, drawn }) => (
        <DrawnShape key={id} drawn={drawn} shown={pictures.has(id)} />
      ))}
    </>
  );
});

/** One step of the arrow keys, in the board's units. */
const STEP = 100;
const LARGE_STEP = 500;
const SMALL_STEP = 10;
const MOVES: Readonly<Record<string, Point>> = {
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
};

function stepOf({ shiftKey, altKey }: KeyboardEvent): number {
  if (altKey) return SMALL_STEP;
  return shiftKey ? LARGE_STEP : STEP;
}

function Cross({ at: { x, y } }: { readonly at: Point }): ReactElement {
  return (
    <g className="board-cross">
      <polyline points={`${x - 200},${y} ${x + 200},${y}`} />
      <polyline points={`${x},${y - 200} ${x},${y + 200}`} />
    </g>
  );
}

/** Where it is drawn, with a pointer or with the keyboard. */
export function BoardSurface(props: Props): ReactElement {
  const { items, pictures, tool, ink, readOnly, mayBegin, onDraw, onErase, onText } = props;
  const help = useId();
  const svg = useRef<SVGSVGElement>(null);
  const [way, setWay] = useState<readonly Point[]>();
  const [cross, setCross] = useState<Point>({ x: BOARD_WIDTH / 2, y: BOARD_HEIGHT / 2 });
  const [keyed, setKeyed] = useState(false);
  const [said, setSaid] = useState('');

  const pointOf = ({ clientX, clientY }: PointerEvent): Point => {
    const box = svg.current?.getBoundingClientRect();
    if (box === undefined || box.width === 0 || box.height === 0) return { x: 0, y: 0 };
    return onBoard({
      x: ((clientX - box.left) / box.width) * BOARD_WIDTH,
      y: ((clientY - box.top) / box.height) * BOARD_HEIGHT,
    });
  };
  const erase = (at: Point) => {
    const item = ownAt(items, at);
    if (item === undefined) setSaid(BOARD_TEXT.nothingHere);
    else onErase(item);
  };
  /** The draft is over; what it comes to is drawn. */
  const end = (points: readonly Point[]) => {
    setWay(undefined);
    if (tool === 'text' || tool === 'eraser') return;
    const element = drawnBy(tool, points, ink, newElementId());
    if (element !== undefined) onDraw(element);
  };
  const begin = (at: Point): boolean => {
    if (tool === 'eraser') erase(at);
    else if (!mayBegin()) return false;
    else if (tool === 'text') onText(at);
    else setWay([at]);
    return true;
  };

  const onPointerDown = (event: PointerEvent) => {
    if (readOnly || event.button !== 0) return;
    setKeyed(false);
    event.currentTarget.setPointerCapture(event.pointerId);
    begin(pointOf(event));
  };
  const onPointerMove = (event: PointerEvent) => {
    if (way === undefined || keyed) return;
    setWay([...way, pointOf(event)]);
  };
  const onPointerUp = (event: PointerEvent) => {
    if (way !== undefined && !keyed) end([...way, pointOf(event)]);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const move = MOVES[event.key];
    if (event.ctrlKey || event.metaKey) return;
    if (move !== undefined) {
      const step = stepOf(event);
      const at = onBoard({ x: cross.x + move.x * step, y: cross.y + move.y * step });
      setKeyed(true);
      setCross(at);
      if (way !== undefined) setWay([...way, at]);
      setSaid(BOARD_TEXT.position(Math.round(at.x / 100), Math.round(at.y / 100)));
    } else if ((event.key === ' ' || event.key === 'Enter') && !readOnly) {
      setKeyed(true);
      if (way === undefined) {
        if (begin(cross)) setSaid(BOARD_TEXT.begun(BOARD_TOOLS[tool]));
      } else end([...way, cross]);
    } else if (event.key === 'Escape' && way !== undefined) {
      setWay(undefined);
      setSaid(BOARD_TEXT.givenUp);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const draft =
    way === undefined || tool === 'text' || tool === 'eraser' ? undefined : drawnBy(tool, way, ink, 'draft');
  return (
    <div className="board-frame">
      <div
        role="application"
        className={`board-surface board-tool-${readOnly ? 'none' : tool}`}
        aria-label={BOARD_TEXT.surface}
        aria-describedby={help}
        data-pane-focus
        {...SCROLLABLE}
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onPointerUp={onPointerUp}
        onPointerCancel={() => setWay(undefined)}
        onKeyDown={onKeyDown}
        onBlur={() => setKeyed(false)}
      >
        <div className="board-sheet">
          <PictureLayer items={items} pictures={pictures} />
          <svg
            ref={svg}
            className="board-drawing"
            viewBox={`0 0 ${BOARD_WIDTH} ${BOARD_HEIGHT}`}
            aria-hidden="true"
            focusable="false"
          >
            <Drawings items={items} pictures={pictures} />
            {draft === undefined ? null : <Shape element={draft} />}
            {keyed ? <Cross at={cross} /> : null}
          </svg>
        </div>
      </div>
      <p id={help} className="visually-hidden">
        {BOARD_TEXT.help}
      </p>
      <p className="visually-hidden" role="status">
        {said}
      </p>
    </div>
  );
}
