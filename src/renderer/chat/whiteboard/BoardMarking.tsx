import { type ReactElement, useMemo } from 'react';
import type { BoardItem } from '../../../shared/chat-board-commands.ts';
import { NO_LABELS, withLabelsOf } from '../../state/seen-labels.ts';
import { BOARD_TEXT } from '../../text/whiteboard.ts';
import { highestLabels } from '../labels/high-water.ts';
import { LabelTag } from '../labels/LabelTag.tsx';
import { useLabelRules } from '../labels/use-labels.ts';

/** The high-water mark of what is on the board: the highest label, and every one that the catalogue does not have. */
export function BoardMarking({ items }: { readonly items: readonly BoardItem[] }): ReactElement | null {
  const catalogue = useLabelRules()?.labels.catalogue;
  const labels = useMemo(() => {
    const seen = withLabelsOf(
      NO_LABELS,
      items.map(({ drawn }) => drawn),
    );
    const known = catalogue === undefined ? [] : highestLabels(seen, catalogue);
    return [...known.map(({ id, text }) => ({ id, text })), ...[...seen.foreign].map((text) => ({ text }))];
  }, [items, catalogue]);
  return labels.length === 0 ? null : (
    <section className="board-marking" aria-label={BOARD_TEXT.marking}>
      {labels.map((label) => (
        <LabelTag key={label.text} label={label} />
      ))}
    </section>
  );
}
