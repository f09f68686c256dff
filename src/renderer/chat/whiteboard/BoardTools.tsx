import type { ReactElement, ReactNode } from 'react';
import { Radio, RadioGroup } from 'react-aria-components/RadioGroup';
import { BOARD_COLOURS, BOARD_WIDTHS } from '../../../shared/whiteboard.ts';
import { Icon } from '../../parts/Icon.tsx';
import {
  BOARD_COLOUR_TEXT,
  BOARD_TEXT,
  BOARD_TOOLS,
  BOARD_WIDTH_TEXT,
  type BoardTool,
} from '../../text/whiteboard.ts';
import { Shape } from './DrawnShape.tsx';
import type { Ink } from './drafting.ts';

interface ChoiceProps<Value extends string> {
  readonly label: string;
  readonly values: readonly Value[];
  readonly text: Readonly<Record<Value, string>>;
  readonly value: Value;
  readonly picture: (value: Value) => ReactNode;
  readonly onChoose: (value: Value) => void;
}

/** One of several, as pictures with names; the arrow keys go from one to the next. */
function Choice<Value extends string>(props: ChoiceProps<Value>): ReactElement {
  const { label, values, text, value, picture, onChoose } = props;
  return (
    <RadioGroup
      className="board-choice"
      aria-label={label}
      orientation="horizontal"
      value={value}
      onChange={(chosen) => {
        const next = values.find((candidate) => candidate === chosen);
        if (next !== undefined) onChoose(next);
      }}
    >
      {values.map((candidate) => (
        <Radio key={candidate} value={candidate} className="board-option" aria-label={text[candidate]}>
          <span className="board-option-face" title={text[candidate]}>
            {picture(candidate)}
          </span>
        </Radio>
      ))}
    </RadioGroup>
  );
}

const FROM = { x: 150, y: 850 };
const TO = { x: 850, y: 150 };

function Sample({ tool }: { readonly tool: BoardTool }): ReactElement {
  const ink = { id: tool, colour: 'ink', width: 'thick' } as const;
  if (tool === 'text') return <span className="board-letter">{BOARD_TOOLS.text.slice(0, 1)}</span>;
  if (tool === 'eraser') return <Icon name="eraser" />;
  if (tool === 'pen') return <Icon name="edit" />;
  return (
    <svg className="board-sample" viewBox="0 0 1000 1000" aria-hidden="true" focusable="false">
      <Shape element={{ kind: tool, ...ink, from: FROM, to: TO }} />
    </svg>
  );
}

const TOOLS = Object.keys(BOARD_TOOLS) as readonly BoardTool[];

interface Props {
  readonly tool: BoardTool;
  readonly ink: Ink;
  readonly onTool: (tool: BoardTool) => void;
  readonly onInk: (ink: Ink) => void;
}

/** What is drawn with. */
export function BoardTools({ tool, ink, onTool, onInk }: Props): ReactElement {
  return (
    <>
      <Choice
        label={BOARD_TEXT.tools}
        values={TOOLS}
        text={BOARD_TOOLS}
        value={tool}
        picture={(one) => <Sample tool={one} />}
        onChoose={onTool}
      />
      <Choice
        label={BOARD_TEXT.colours}
        values={BOARD_COLOURS}
        text={BOARD_COLOUR_TEXT}
        value={ink.colour}
        picture={(colour) => (
          <svg className="board-sample" viewBox="0 0 1000 1000" aria-hidden="true" focusable="false">
            <Shape
              element={{
                kind: 'line',
                id: colour,
                colour,
                width: 'thick',
                from: { x: 60, y: 500 },
                to: { x: 940, y: 500 },
              }}
            />
          </svg>
        )}
        onChoose={(colour) => onInk({ ...ink, colour })}
      />
      <Choice
        label={BOARD_TEXT.widths}
        values={BOARD_WIDTHS}
        text={BOARD_WIDTH_TEXT}
        value={ink.width}
        picture={(width) => <span className={`board-width board-width-${width}`} />}
        onChoose={(width) => onInk({ ...ink, width })}
      />
    </>
  );
}
