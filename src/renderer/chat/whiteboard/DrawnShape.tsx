import { memo, type ReactElement } from 'react';
import type { BoardElement, Point } from '../../../shared/whiteboard.ts';
import type { DrawnElement } from '../../../shared/whiteboard-state.ts';
import { useTimeForm } from '../../hooks/use-time-form.ts';
import { formatMoment } from '../../text/time.ts';
import { BOARD_TEXT, elementText } from '../../text/whiteboard.ts';
import { STROKE_WIDTHS, TEXT_SIZES } from './drafting.ts';

/** How far an arrow's head reaches back, and how wide it is, in widths of its line. */
const HEAD_LENGTH = 5;
const HEAD_WIDTH = 2.2;

const pointsText = (points: readonly Point[]) => points.map(({ x, y }) => `${x},${y}`).join(' ');

/** The two ends of an arrow's head and its tip. */
function headOf(from: Point, to: Point, width: number): readonly Point[] {
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  const [ux, uy] = [(to.x - from.x) / length, (to.y - from.y) / length];
  const back = Math.min(HEAD_LENGTH * width + 60, length);
  const side = HEAD_WIDTH * width + 20;
  const base = { x: to.x - ux * back, y: to.y - uy * back };
  const end = (sign: 1 | -1): Point => ({
    x: Math.round(base.x - sign * uy * side),
    y: Math.round(base.y + sign * ux * side),
  });
  return [end(1), to, end(-1)];
}

/** One element as lines and letters; nothing of it is more than a number or a text. */
export function Shape({ element }: { readonly element: BoardElement }): ReactElement | null {
  if (element.kind === 'image') return null;
  const ink = { 'data-ink': element.colour };
  const strokeWidth = STROKE_WIDTHS[element.width];
  if (element.kind === 'text') {
    return (
      <text
        className="ink ink-text"
        {...ink}
        x={element.at.x}
        y={element.at.y}
        fontSize={TEXT_SIZES[element.width]}
      >
        {element.text}
      </text>
    );
  }
  if (element.kind === 'stroke') {
    const [only] = element.points;
    return element.points.length === 1 && only !== undefined ? (
      <circle className="ink ink-dot" {...ink} cx={only.x} cy={only.y} r={strokeWidth} />
    ) : (
      <polyline className="ink" {...ink} points={pointsText(element.points)} strokeWidth={strokeWidth} />
    );
  }
  const { from, to } = element;
  const box = {
    x: Math.min(from.x, to.x),
    y: Math.min(from.y, to.y),
    width: Math.abs(to.x - from.x),
    height: Math.abs(to.y - from.y),
  };
  switch (element.kind) {
    case 'line':
      return <polyline className="ink" {...ink} points={pointsText([from, to])} strokeWidth={strokeWidth} />;
    case 'arrow':
      return (
        <g className="ink" {...ink} strokeWidth={strokeWidth}>
          <polyline points={pointsText([from, to])} />
          <polyline className="ink-head" points={pointsText(headOf(from, to, strokeWidth))} />
        </g>
      );
    case 'rectangle':
      return <rect className="ink" {...ink} {...box} strokeWidth={strokeWidth} />;
    case 'ellipse':
      return (
        <ellipse
          className="ink"
          {...ink}
          cx={box.x + box.width / 2}
          cy={box.y + box.height / 2}
          rx={box.width / 2}
          ry={box.height / 2}
          strokeWidth={strokeWidth}
        />
      );
  }
}

/** Where a picture would be that was not asked for yet. */
function Unseen({
  element: { from, to },
  name,
}: {
  readonly element: Extract<BoardElement, { kind: 'image' }>;
  readonly name: string;
}): ReactElement {
  const [x, y] = [Math.min(from.x, to.x), Math.min(from.y, to.y)];
  return (
    <g className="board-unseen">
      <rect x={x} y={y} width={Math.abs(to.x - from.x)} height={Math.abs(to.y - from.y)} />
      <text x={x + 150} y={y + 320} fontSize={TEXT_SIZES.thin}>
        {name}
      </text>
    </g>
  );
}

/** An element of the board, with who drew it and when under the pointer. */
export const DrawnShape = memo(function DrawnShape({
  drawn,
  shown,
}: {
  readonly drawn: DrawnElement;
  /** A picture that lies behind the drawing already. */
  readonly shown: boolean;
}): ReactElement {
  const form = useTimeForm();
  const { element, name, own, at, state, file } = drawn;
  const words = [elementText(element, file?.name), own ? BOARD_TEXT.you : name, formatMoment(at, form)];
  return (
    <g className={`drawn drawn-${state}`}>
      <title>{words.join(', ')}</title>
      {element.kind === 'image' ? (
        shown ? null : (
          <Unseen element={element} name={file?.name ?? ''} />
        )
      ) : (
        <Shape element={element} />
      )}
    </g>
  );
});
