import { type ReactElement, useEffect, useState } from 'react';
import type { BoardItem } from '../../../shared/chat-board-commands.ts';
import type { BareJid } from '../../../shared/jid.ts';
import type { BoardElement, BoardOperation, Point } from '../../../shared/whiteboard.ts';
import type { DrawnElement } from '../../../shared/whiteboard-state.ts';
import { useActions } from '../../hooks/services.ts';
import { useOwnOccupant } from '../../hooks/use-own-occupant.ts';
import { Icon } from '../../parts/Icon.tsx';
import { BOARD_TEXT, type BoardTool } from '../../text/whiteboard.ts';
import { BoardList } from './BoardList.tsx';
import { BoardMarking } from './BoardMarking.tsx';
import { BoardNotes } from './BoardNotes.tsx';
import { BoardSurface } from './BoardSurface.tsx';
import { BoardTools } from './BoardTools.tsx';
import { type BoardTurn, did, NO_HISTORY, redo, undo } from './board-history.ts';
import { ClearDialog } from './ClearDialog.tsx';
import { type Ink, newElementId } from './drafting.ts';
import { TextBar } from './TextBar.tsx';
import { useBoardInfo, useBoardItems } from './use-board.ts';
import { usePictures } from './use-pictures.ts';

/** What this user drew last, where this window does not know what it did: the board was opened after that. */
function lastOwn(items: readonly BoardItem[]): DrawnElement | undefined {
  const own = items.filter(({ drawn }) => drawn.own && drawn.element.kind !== 'image');
  return own.reduce<BoardItem | undefined>(
    (last, item) => (last === undefined || item.drawn.at >= last.drawn.at ? item : last),
    undefined,
  )?.drawn;
}

/** What the user does on the board of a room. */
function useBoardWork(room: BareJid, items: readonly BoardItem[]) {
  const { boards } = useActions();
  const [history, setHistory] = useState(NO_HISTORY);
  const draw = (operations: readonly BoardOperation[], label?: string) =>
    boards.draw(room, operations, label);
  const turn = (made: BoardTurn | undefined) => {
    if (made !== undefined && draw(made.operations, made.label) !== undefined) setHistory(made.history);
  };
  const last = history.done.length === 0 ? lastOwn(items) : undefined;
  const undoable =
    last === undefined
      ? history
      : did(history, { kind: 'drew', element: last.element, label: last.label?.id });
  return {
    add(element: BoardElement) {
      const under = draw([{ type: 'add', element }]);
      if (under !== undefined) setHistory(did(history, { kind: 'drew', element, ...under }));
    },
    erase({ drawn: { element, label } }: BoardItem) {
      const under = draw([{ type: 'withdraw', id: element.id }], label?.id);
      // A picture comes with its message, and back with another one.
      if (under !== undefined && element.kind !== 'image')
        setHistory(did(history, { kind: 'erased', element, ...under }));
    },
    clear: () => draw([{ type: 'clear' }]),
    canUndo: undoable.done.length > 0,
    canRedo: history.undone.length > 0,
    undo: () => turn(undo({ ...undoable, undone: history.undone }, newElementId)),
    redo: () => turn(redo(history, newElementId)),
  };
}

/** The whiteboard of a room, beside its conversation. */
export function Board({ room }: { readonly room: BareJid }): ReactElement {
  const { boards } = useActions();
  const items = useBoardItems(room);
  const info = useBoardInfo(room);
  const self = useOwnOccupant({ jid: room, kind: 'room' });
  const work = useBoardWork(room, items);
  const { pictures, show } = usePictures(room);
  const [tool, setTool] = useState<BoardTool>('pen');
  const [ink, setInk] = useState<Ink>({ colour: 'ink', width: 'medium' });
  const [textAt, setTextAt] = useState<Point>();
  const [asking, setAsking] = useState(false);
  // The session forgets open boards with the window's port; it is told again by whoever still shows one.
  const isForgotten = info === undefined;
  useEffect(() => {
    if (isForgotten) boards.open(room);
  }, [boards, room, isForgotten]);
  useEffect(() => () => boards.close(room), [boards, room]);
  const readOnly = self === undefined || self.role === 'visitor' || self.role === 'none';
  return (
    <section className="board" aria-label={BOARD_TEXT.title} data-pane="board">
      <div className="board-head">
        <h2>{BOARD_TEXT.title}</h2>
        <BoardMarking items={items} />
        <button
          type="button"
          className="icon-button"
          aria-label={BOARD_TEXT.close}
          title={BOARD_TEXT.close}
          onClick={() => boards.show(undefined)}
        >
          <Icon name="close" />
        </button>
      </div>
      {readOnly ? null : (
        <div className="board-tools">
          <BoardTools tool={tool} ink={ink} onTool={setTool} onInk={setInk} />
          <span className="board-deeds">
            <button
              type="button"
              className="button button-small"
              disabled={!work.canUndo}
              onClick={work.undo}
            >
              {BOARD_TEXT.undo}
            </button>
            <button
              type="button"
              className="button button-small"
              disabled={!work.canRedo}
              onClick={work.redo}
            >
              {BOARD_TEXT.redo}
            </button>
            {self.role === 'moderator' ? (
              <button
                type="button"
                className="button button-small"
                disabled={items.length === 0}
                onClick={() => setAsking(true)}
              >
                {BOARD_TEXT.clear}
              </button>
            ) : null}
          </span>
        </div>
      )}
      {textAt === undefined || readOnly ? null : (
        <TextBar
          onPlace={(text) => {
            work.add({ kind: 'text', id: newElementId(), ...ink, at: textAt, text });
            setTextAt(undefined);
          }}
          onCancel={() => setTextAt(undefined)}
        />
      )}
      <div className="board-middle">
        <BoardSurface
          items={items}
          pictures={pictures}
          tool={tool}
          ink={ink}
          readOnly={readOnly}
          mayBegin={() => boards.mayDraw(room)}
          onDraw={work.add}
          onErase={work.erase}
          onText={setTextAt}
        />
        {items.length === 0 && info !== undefined && info.knowledge !== 'reading' ? (
          <p className="board-empty">{BOARD_TEXT.empty}</p>
        ) : null}
      </div>
      <BoardNotes
        room={room}
        info={info}
        items={items}
        voiceless={self !== undefined && readOnly}
        pictures={pictures}
        onShow={show}
      />
      <BoardList items={items} readOnly={readOnly} onErase={work.erase} />
      {asking ? <ClearDialog onClear={work.clear} onClose={() => setAsking(false)} /> : null}
    </section>
  );
}
