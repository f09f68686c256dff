import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type ReactElement, useEffect, useMemo, useRef, useState } from 'react';
import type { SecurityLabel } from '../../../shared/labels.ts';
import { focusComposer } from '../../hooks/panes.ts';
import { useActions, useWindowState } from '../../hooks/services.ts';
import { useFocusFirst } from '../../hooks/use-focus-first.ts';
import { Modal } from '../../parts/Modal.tsx';
import { foldText, nameOf } from '../../state/directory.ts';
import type { ConversationKey } from '../../state/view-state.ts';
import { LABELS_TEXT } from '../../text/labels.ts';
import type { CurrentLabel } from './current-label.ts';
import { LabelOption } from './LabelOption.tsx';
import { useCurrentLabel, useLabelRules } from './use-labels.ts';

const ROW_HEIGHT = 32;

/** What the keys do in the list, from where it stands. */
const MOVES: Readonly<Record<string, (at: number, last: number) => number>> = {
  ArrowDown: (at, last) => Math.min(at + 1, last),
  ArrowUp: (at) => Math.max(at - 1, 0),
  PageDown: (at, last) => Math.min(at + 8, last),
  PageUp: (at) => Math.max(at - 8, 0),
};

/** The choices that fit what was typed; `undefined` among them is “No label”. */
function choicesFor(
  { allowed, preset, required }: CurrentLabel,
  typed: string,
): readonly (SecurityLabel | undefined)[] {
  const folded = foldText(typed.trim());
  const fits = allowed.filter(({ text }) => foldText(text).includes(folded));
  return preset === undefined && !required && folded === '' ? [undefined, ...fits] : fits;
}

/** Ctrl+Shift+L: type a part of a label, Enter chooses it for this conversation's messages. */
export function LabelDialog({
  target,
  onClose,
}: {
  readonly target: ConversationKey;
  readonly onClose: () => void;
}): ReactElement | null {
  const current = useCurrentLabel(target.jid);
  // The field is what the dialog was opened from in the end.
  useEffect(() => () => focusComposer(), []);
  if (current === undefined) return null;
  return (
    <Modal title={LABELS_TEXT.title} onClose={onClose} size="medium">
      <LabelList target={target} current={current} onClose={onClose} />
    </Modal>
  );
}

function LabelList({
  target,
  current,
  onClose,
}: {
  readonly target: ConversationKey;
  readonly current: CurrentLabel;
  readonly onClose: () => void;
}): ReactElement {
  const actions = useActions();
  const field = useFocusFirst<HTMLInputElement>();
  const name = useWindowState((state) => nameOf(state.chat, target.jid));
  const total = useLabelRules()?.labels.catalogue.length ?? 0;
  const [typed, setTyped] = useState('');
  const choices = useMemo(() => choicesFor(current, typed), [current, typed]);
  const [moved, setMoved] = useState<number>();
  const at = Math.min(moved ?? Math.max(0, choices.indexOf(current.label)), choices.length - 1);
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: choices.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    getItemKey: (index) => choices[index]?.id ?? '',
    overscan: 6,
  });
  useEffect(() => {
    if (at >= 0) virtualizer.scrollToIndex(at);
  }, [at, virtualizer]);

  const choose = (label: SecurityLabel | undefined) => {
    actions.chooseLabel(target.jid, label?.id);
    onClose();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const move = MOVES[event.key];
    if (move !== undefined) setMoved(move(at, choices.length - 1));
    else if (event.key === 'Enter' && !event.nativeEvent.isComposing && at >= 0) choose(choices[at]);
    else return;
    event.preventDefault();
  };
  const hidden = total - current.allowed.length;
  return (
    <>
      <p className="hint">
        {LABELS_TEXT.forYourNextMessagesTo} <bdi>{name}</bdi>.
      </p>
      <input
        type="text"
        className="text-field"
        role="combobox"
        aria-label={LABELS_TEXT.findALabel}
        aria-expanded="true"
        aria-controls="label-choices"
        aria-activedescendant={at >= 0 ? `label-choice-${at}` : undefined}
        aria-autocomplete="list"
        placeholder={LABELS_TEXT.findALabel}
        spellCheck={false}
        ref={field}
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
          setMoved(event.target.value === '' ? undefined : 0);
        }}
        onKeyDown={onKeyDown}
      />
      <div ref={scroller} className="label-choices" hidden={choices.length === 0}>
        <div
          id="label-choices"
          role="listbox"
          aria-label={LABELS_TEXT.labels}
          className="label-choices-sizer"
          style={{ height: virtualizer.getTotalSize() }}
        >
          {virtualizer.getVirtualItems().map((item) => (
            <LabelOption
              key={item.key}
              item={item}
              label={choices[item.index]}
              count={choices.length}
              active={item.index === at}
              isDefault={current.preset !== undefined && choices[item.index] === current.preset}
              isCurrent={choices[item.index] === current.label && !current.missing}
              measure={virtualizer.measureElement}
              onChoose={() => choose(choices[item.index])}
            />
          ))}
        </div>
      </div>
      <p className="switcher-empty" role="status">
        {choices.length === 0
          ? current.allowed.length === 0
            ? LABELS_TEXT.thePolicyAllowsNoLabel
            : LABELS_TEXT.noLabelFits
          : null}
      </p>
      {hidden > 0 ? <p className="hint">{LABELS_TEXT.labelsAbove(hidden)}</p> : null}
    </>
  );
}
