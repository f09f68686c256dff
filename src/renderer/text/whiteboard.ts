import type { BoardColour, BoardElement, BoardWidth } from '../../shared/whiteboard.ts';

export const BOARD_TEXT = {
  title: 'Whiteboard',
  open: 'Whiteboard',
  close: 'Close the whiteboard',
  /** Before what was drawn, for whoever does not see the sign. */
  drawn: 'Whiteboard:',
  surface: 'Drawing area',
  help: 'Arrow keys move the cross, with Shift in large steps and with Alt in small ones. Space begins and ends a line or shape, places a text or erases. Escape gives up.',
  tools: 'Tool',
  colours: 'Colour',
  widths: 'Width',
  undo: 'Undo',
  redo: 'Redo',
  clear: 'Empty the board',
  clearTitle: 'Empty the whiteboard?',
  clearLead:
    'Everything on it goes, for everybody in the room. It stays in the room’s history and in the server’s log.',
  clearKeep: 'Leave it',
  textField: 'Text',
  textPlace: 'Place',
  textCancel: 'Cancel',
  empty: 'Nothing is drawn yet.',
  reading: 'Reading what was drawn in this room…',
  partial: (read: number) =>
    `The board is not complete: ${read} messages were read, and what was drawn before is not here.`,
  readFurther: 'Read further back',
  short:
    'The board is not complete: this room has no archive that can be read. You see what was drawn since you came in.',
  failed: 'The board may not be complete: the room’s archive could not be read.',
  readAgain: 'Read again',
  full: (count: number) =>
    count === 1
      ? 'The board is full: one element is not drawn. Take something back, or have a moderator empty it.'
      : `The board is full: ${count} elements are not drawn. Take something back, or have a moderator empty it.`,
  noVoice: 'You have no voice in this room: you can look at the board, not draw on it.',
  waiting: (count: number) =>
    count === 1 ? 'One element is not sent yet.' : `${count} elements are not sent yet.`,
  unsent: (count: number) =>
    count === 1
      ? 'One element was refused. It is seen by you alone; the message in the conversation says why.'
      : `${count} elements were refused. They are seen by you alone; the messages in the conversation say why.`,
  cleared: (name: string) => `Emptied by ${name},`,
  list: (count: number) => `What is on the board (${count})`,
  you: 'You',
  by: (name: string) => `by ${name}`,
  isWaiting: 'not sent yet',
  isFailed: 'refused',
  takeBack: (what: string) => `Take back: ${what}`,
  position: (x: number, y: number) => `Cross at ${x} across, ${y} down.`,
  begun: (tool: string) => `${tool} begun.`,
  givenUp: 'Given up.',
  nothingHere: 'Nothing of yours is here.',
  behind: (what: string) => `Behind the board lies a ${what}.`,
  show: (what: string) => `Show: ${what}`,
  showShort: 'Show',
  putBehind: 'Put behind the whiteboard',
  marking: 'Highest label on the board',
} as const;

export const BOARD_TOOLS = {
  pen: 'Pen',
  line: 'Line',
  arrow: 'Arrow',
  rectangle: 'Rectangle',
  ellipse: 'Ellipse',
  text: 'Text',
  eraser: 'Eraser (own)',
} as const;

export type BoardTool = keyof typeof BOARD_TOOLS;

export const BOARD_COLOUR_TEXT: Readonly<Record<BoardColour, string>> = {
  ink: 'Ink',
  red: 'Red',
  orange: 'Orange',
  green: 'Green',
  blue: 'Blue',
  purple: 'Purple',
};

export const BOARD_WIDTH_TEXT: Readonly<Record<BoardWidth, string>> = {
  thin: 'Thin',
  medium: 'Medium',
  thick: 'Thick',
};

const KINDS: Readonly<Record<BoardElement['kind'], string>> = {
  stroke: 'stroke',
  line: 'line',
  arrow: 'arrow',
  rectangle: 'rectangle',
  ellipse: 'ellipse',
  text: 'text',
  image: 'picture',
};

/** Hundredths of the width, which is also what one step of the arrow keys is. */
const percent = (value: number) => Math.round(value / 100);

/** `red arrow from 12, 4 to 90, 30`; places in hundredths of the board's width. */
export function elementText(element: BoardElement, file?: string): string {
  const at = ({ x, y }: { readonly x: number; readonly y: number }) => `${percent(x)}, ${percent(y)}`;
  if (element.kind === 'image') return `${KINDS.image} ${file ?? ''}`.trim();
  const named = `${BOARD_COLOUR_TEXT[element.colour].toLowerCase()} ${KINDS[element.kind]}`;
  if (element.kind === 'text') return `${named} “${element.text}” at ${at(element.at)}`;
  if (element.kind === 'stroke') {
    const [first] = element.points;
    const last = element.points.at(-1);
    return first === undefined || last === undefined ? named : `${named} from ${at(first)} to ${at(last)}`;
  }
  return `${named} from ${at(element.from)} to ${at(element.to)}`;
}
