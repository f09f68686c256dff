import { type ReactElement, useId, useState } from 'react';
import { BOARD_LIMITS, isBoardText } from '../../../shared/whiteboard.ts';
import { useFocusFirst } from '../../hooks/use-focus-first.ts';
import { BOARD_TEXT } from '../../text/whiteboard.ts';

interface Props {
  readonly onPlace: (text: string) => void;
  readonly onCancel: () => void;
}

/** The text that is to be placed where the board was pressed. */
export function TextBar({ onPlace, onCancel }: Props): ReactElement {
  const field = useId();
  const [text, setText] = useState('');
  const first = useFocusFirst<HTMLInputElement>();
  return (
    <form
      className="board-text"
      onSubmit={(event) => {
        event.preventDefault();
        if (isBoardText(text)) onPlace(text);
      }}
    >
      <label htmlFor={field}>{BOARD_TEXT.textField}</label>
      <input
        ref={first}
        id={field}
        type="text"
        maxLength={BOARD_LIMITS.text}
        value={text}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          event.stopPropagation();
          onCancel();
        }}
      />
      <button type="submit" className="button button-small button-primary" disabled={!isBoardText(text)}>
        {BOARD_TEXT.textPlace}
      </button>
      <button type="button" className="button button-small" onClick={onCancel}>
        {BOARD_TEXT.textCancel}
      </button>
    </form>
  );
}
