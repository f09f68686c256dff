import type { ReactElement } from 'react';
import type { BoardInfo, BoardItem } from '../../../shared/chat-board-commands.ts';
import type { BareJid } from '../../../shared/jid.ts';
import { useActions } from '../../hooks/services.ts';
import { Moment } from '../../parts/Moment.tsx';
import { errorText } from '../../text/error-text.ts';
import { BOARD_TEXT, elementText } from '../../text/whiteboard.ts';
import type { Pictures } from './use-pictures.ts';

/** What is not all here, and what can be done about it. */
function Knowledge({
  room,
  info,
}: {
  readonly room: BareJid;
  readonly info: BoardInfo;
}): ReactElement | null {
  const { boards } = useActions();
  const { knowledge, read, error } = info;
  if (knowledge === 'whole') return null;
  if (knowledge === 'reading') return <p className="board-note">{BOARD_TEXT.reading}</p>;
  const text = {
    partial: BOARD_TEXT.partial(read),
    short: BOARD_TEXT.short,
    failed: BOARD_TEXT.failed,
  }[knowledge];
  return (
    <p className="board-note board-note-warn">
      <span>
        {text} {error === undefined ? null : `${errorText(error).title} (${error.code})`}
      </span>
      <button type="button" className="button button-small" onClick={() => boards.read(room)}>
        {knowledge === 'partial' ? BOARD_TEXT.readFurther : BOARD_TEXT.readAgain}
      </button>
    </p>
  );
}

interface Props {
  readonly room: BareJid;
  readonly info: BoardInfo | undefined;
  readonly items: readonly BoardItem[];
  readonly voiceless: boolean;
  readonly pictures: Pictures;
  readonly onShow: (item: BoardItem) => void;
}

/** Pictures that are named at a time. */
const MAX_NAMED = 3;

/** What should be known of the board besides what is on it. */
export function BoardNotes({ room, info, items, voiceless, pictures, onShow }: Props): ReactElement {
  const waiting = items.filter(({ drawn }) => drawn.state === 'waiting').length;
  const failed = items.filter(({ drawn }) => drawn.state === 'failed').length;
  const unseen = items.filter(({ id, drawn }) => drawn.element.kind === 'image' && !pictures.has(id));
  const { refused = 0, cleared } = info ?? {};
  return (
    <div className="board-notes" role="status">
      {info === undefined ? null : <Knowledge room={room} info={info} />}
      {unseen.slice(0, MAX_NAMED).map((item) => {
        const what = elementText(item.drawn.element, item.drawn.file?.name);
        return (
          <p key={item.id} className="board-note">
            <bdi>{BOARD_TEXT.behind(what)}</bdi>
            <button
              type="button"
              className="button button-small"
              aria-label={BOARD_TEXT.show(what)}
              onClick={() => onShow(item)}
            >
              {BOARD_TEXT.showShort}
            </button>
          </p>
        );
      })}
      {voiceless ? <p className="board-note">{BOARD_TEXT.noVoice}</p> : null}
      {refused === 0 ? null : <p className="board-note board-note-warn">{BOARD_TEXT.full(refused)}</p>}
      {waiting === 0 ? null : <p className="board-note">{BOARD_TEXT.waiting(waiting)}</p>}
      {failed === 0 ? null : <p className="board-note board-note-warn">{BOARD_TEXT.unsent(failed)}</p>}
      {cleared === undefined ? null : (
        <p className="board-note">
          {BOARD_TEXT.cleared(cleared.name)} <Moment at={cleared.at} />
        </p>
      )}
    </div>
  );
}
