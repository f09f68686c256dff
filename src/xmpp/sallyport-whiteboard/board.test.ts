import { describe, expect, it } from 'vitest';
import { parseStanza } from '../../../test/support/parse-stanza.ts';
import { type BoardOperation, boardBody, drawnInWords } from '../../shared/whiteboard.ts';
import { NS } from '../namespaces.ts';
import { xml } from '../xml.ts';
import { buildBoard, readBoard } from './board.ts';

const ink = { colour: 'red', width: 'medium' } as const;
const ALL: readonly BoardOperation[] = [
  {
    type: 'add',
    element: {
      kind: 'stroke',
      id: 's1',
      ...ink,
      points: [
        { x: 0, y: 0 },
        { x: 12, y: 7 },
      ],
    },
  },
  {
    type: 'add',
    element: { kind: 'arrow', id: 'a1', ...ink, from: { x: 1, y: 2 }, to: { x: 9999, y: 5999 } },
  },
  {
    type: 'add',
    element: { kind: 'text', id: 't1', ...ink, at: { x: 5, y: 5 }, text: 'Halt <here> & wait' },
  },
  { type: 'withdraw', id: 's1' },
];
const PICTURE: readonly BoardOperation[] = [
  { type: 'add', element: { kind: 'image', id: 'i1', from: { x: 0, y: 0 }, to: { x: 99, y: 99 } } },
];
const FILE = { name: 'map.png', mediaType: 'image/png', size: 5, sha256: 'x', url: 'https://f.chat.mil/f/1' };

const sent = (operations: readonly BoardOperation[], body = boardBody(operations)) =>
  parseStanza(
    xml(
      'message',
      { xmlns: NS.client, type: 'groupchat' },
      xml('body', {}, body),
      buildBoard(operations),
    ).toString(),
  );

describe('a board in a message', () => {
  it('is written as the page on it says', () => {
    expect(buildBoard(ALL).toString()).toBe(
      '<board xmlns="urn:sallyport:whiteboard:0">' +
        '<stroke id="s1" colour="red" width="medium">0,0 12,7</stroke>' +
        '<arrow id="a1" colour="red" width="medium" from="1,2" to="9999,5999"/>' +
        '<text id="t1" colour="red" width="medium" at="5,5">Halt &lt;here&gt; &amp; wait</text>' +
        '<withdraw id="s1"/></board>',
    );
    expect(buildBoard([{ type: 'clear' }]).toString()).toBe(
      '<board xmlns="urn:sallyport:whiteboard:0"><clear/></board>',
    );
    expect(boardBody(ALL)).toBe('[whiteboard] 1 stroke, 1 arrow, text “Halt <here> & wait”, 1 taken back');
    expect(drawnInWords(boardBody(ALL))).toBe('1 stroke, 1 arrow, text “Halt <here> & wait”, 1 taken back');
  });

  it('is read as it was written', () => {
    for (const operations of [ALL, [{ type: 'clear' } as const]]) {
      expect(readBoard(sent(operations), boardBody(operations), undefined)).toEqual(operations);
    }
  });

  it('is not obeyed where the text says something else: what is logged and searched is what is drawn', () => {
    expect(readBoard(sent(ALL, 'nothing to see'), 'nothing to see', undefined)).toBeUndefined();
    expect(readBoard(sent(ALL), boardBody(ALL.slice(0, 2)), undefined)).toBeUndefined();
  });

  it('puts up a picture only as the file of its message, and no other file', () => {
    const message = sent(PICTURE);
    const body = boardBody(PICTURE);
    expect(readBoard(message, body, FILE)).toEqual(PICTURE);
    expect(readBoard(message, body, undefined)).toBeUndefined();
    expect(readBoard(message, body, { ...FILE, mediaType: 'image/svg+xml' })).toBeUndefined();
    expect(readBoard(sent(ALL), boardBody(ALL), FILE)).toBeUndefined();
  });

  it('is all of it or nothing', () => {
    const wrong = sent([...ALL, { type: 'withdraw', id: 'no id' }]);
    expect(
      readBoard(wrong, boardBody([...ALL, { type: 'withdraw', id: 'no id' }]), undefined),
    ).toBeUndefined();
  });
});
