import { describe, expect, it } from 'vitest';
import { parseWindowMessage } from './parse.ts';

const room = 'ops@rooms.chat.mil';
const ink = { colour: 'red', width: 'thin' };
const line = { kind: 'line', id: 'a', ...ink, from: { x: 0, y: 0 }, to: { x: 9999, y: 5999 } };
const add = (element: object) => ({ type: 'add', element });
const draw = (...operations: readonly unknown[]) => ({ type: 'draw', room, operations });
const parsed = (command: unknown) => parseWindowMessage({ kind: 'command', id: 1, command });

describe('what a window may draw', () => {
  it.each([
    { type: 'open-board', room },
    { type: 'close-board', room },
    { type: 'read-board', room },
    draw(add(line), { type: 'withdraw', id: 'b' }),
    draw({ type: 'clear' }),
    { ...draw(add({ kind: 'stroke', id: 's', ...ink, points: [{ x: 1, y: 2 }] })), label: 'secret' },
    draw(add({ kind: 'text', id: 't', ...ink, at: { x: 1, y: 2 }, text: 'Convoy halts' })),
    { type: 'load-picture', room, element: `${room}\nself\np` },
    { type: 'put-picture', room, message: 'm1', id: 'p', from: { x: 0, y: 0 }, to: { x: 9, y: 9 } },
  ])('accepts %j', (command) => {
    expect(parsed(command)).toEqual({ kind: 'command', id: 1, command });
  });

  it.each([
    ['no room', { type: 'open-board', room: 'rooms.chat.mil' }],
    ['another field', { type: 'open-board', room, extra: 1 }],
    ['nothing', draw()],
    ['a clearing among others', draw({ type: 'clear' }, add(line))],
    ['a picture without its message', draw(add({ kind: 'image', id: 'p', from: line.from, to: line.to }))],
    ['a coordinate off the board', draw(add({ ...line, to: { x: 10_000, y: 0 } }))],
    ['a fraction', draw(add({ ...line, to: { x: 0.5, y: 0 } }))],
    ['a coordinate that is no number', draw(add({ ...line, to: { x: '1', y: 0 } }))],
    ['another colour', draw(add({ ...line, colour: 'url(#x)' }))],
    ['another field of an element', draw(add({ ...line, style: 'x' }))],
    ['another kind', draw(add({ ...line, kind: 'path' }))],
    ['a prototype', draw(add(Object.create({ ...line }) as object))],
    [
      'too many points',
      draw(add({ kind: 'stroke', id: 's', ...ink, points: Array(257).fill({ x: 1, y: 1 }) })),
    ],
    ['no points', draw(add({ kind: 'stroke', id: 's', ...ink, points: [] }))],
    ['a text of two lines', draw(add({ kind: 'text', id: 't', ...ink, at: { x: 1, y: 1 }, text: 'a\nb' }))],
    ['half a character', draw(add({ kind: 'text', id: 't', ...ink, at: { x: 1, y: 1 }, text: 'a\ud800' }))],
    ['an id with spaces', draw({ type: 'withdraw', id: 'a b' })],
    ['a field beside a clearing', draw({ type: 'clear', id: 'a' })],
    [
      'a picture off the board',
      { type: 'put-picture', room, message: 'm', id: 'p', from: line.from, to: { x: 1, y: 6000 } },
    ],
  ])('refuses %s', (_what, command) => {
    expect(parsed(command)).toBeUndefined();
  });
});
