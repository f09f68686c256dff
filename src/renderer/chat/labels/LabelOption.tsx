import type { VirtualItem } from '@tanstack/react-virtual';
import type { ReactElement } from 'react';
import type { SecurityLabel } from '../../../shared/labels.ts';
import { Icon } from '../../parts/Icon.tsx';
import { LABELS_TEXT } from '../../text/labels.ts';
import { labelColours } from './LabelTag.tsx';

interface Props {
  readonly item: VirtualItem;
  /** Absent: “No label”. */
  readonly label: SecurityLabel | undefined;
  readonly count: number;
  readonly active: boolean;
  readonly isDefault: boolean;
  readonly isCurrent: boolean;
  readonly measure: (element: Element | null) => void;
  readonly onChoose: () => void;
}

/** One label of the chooser; the keys are the field's above. */
export function LabelOption(props: Props): ReactElement {
  const { item, label, count, active, isDefault, isCurrent, measure, onChoose } = props;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the field of the combobox has the focus and takes the keys
    <div
      ref={measure}
      data-index={item.index}
      id={`label-choice-${item.index}`}
      role="option"
      tabIndex={-1}
      aria-selected={active}
      aria-posinset={item.index + 1}
      aria-setsize={count}
      className="label-choice"
      style={{ transform: `translateY(${item.start}px)` }}
      onClick={onChoose}
    >
      <bdi
        className={label === undefined ? 'label-tag label-tag-unknown' : 'label-tag marking'}
        style={label === undefined ? undefined : labelColours(label)}
      >
        {label?.text ?? LABELS_TEXT.noLabel}
      </bdi>
      {isDefault ? <span className="label-choice-note">{LABELS_TEXT.default}</span> : null}
      {isCurrent ? (
        <>
          <Icon name="check" size={14} />
          <span className="visually-hidden">{LABELS_TEXT.chosen}</span>
        </>
      ) : null}
    </div>
  );
}
