import { type ReactElement, useEffect, useRef } from 'react';
import type { BoardItem } from '../../../shared/chat-board-commands.ts';
import { BOARD_HEIGHT, BOARD_WIDTH, type Point } from '../../../shared/whiteboard.ts';
import type { Pictures } from './use-pictures.ts';

/** Pixels of the canvas for each unit of the board. */
const SCALE = 0.2;

/** As large as it can be in the box, in its own proportions, in the middle. */
export function fitted(from: Point, to: Point, size: { readonly width: number; readonly height: number }) {
  const box = { width: Math.abs(to.x - from.x), height: Math.abs(to.y - from.y) };
  const scale = Math.min(box.width / size.width, box.height / size.height);
  const [width, height] = [size.width * scale, size.height * scale];
  return {
    x: Math.min(from.x, to.x) + (box.width - width) / 2,
    y: Math.min(from.y, to.y) + (box.height - height) / 2,
    width,
    height,
  };
}

interface Props {
  readonly items: readonly BoardItem[];
  readonly pictures: Pictures;
}

/** The pictures behind everything that is drawn. */
export function PictureLayer({ items, pictures }: Props): ReactElement {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (context === null || context === undefined) return;
    context.clearRect(0, 0, context.canvas.width, context.canvas.height);
    for (const { id, drawn } of items) {
      const picture = pictures.get(id);
      if (picture === undefined || drawn.element.kind !== 'image') continue;
      const { x, y, width, height } = fitted(drawn.element.from, drawn.element.to, picture);
      context.drawImage(picture, x * SCALE, y * SCALE, width * SCALE, height * SCALE);
    }
  }, [items, pictures]);
  return (
    <div className="board-pictures" aria-hidden="true">
      <canvas ref={canvas} width={BOARD_WIDTH * SCALE} height={BOARD_HEIGHT * SCALE} />
    </div>
  );
}
