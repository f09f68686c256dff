import type { ReactElement } from 'react';
import { tooltipOf } from '../../commands/table.ts';
import { useActions } from '../../hooks/services.ts';
import { Icon } from '../../parts/Icon.tsx';
import type { ConversationKey } from '../../state/view-state.ts';
import { LABELS_TEXT } from '../../text/labels.ts';
import { BESIDE, labelColours } from './LabelTag.tsx';
import { useCurrentLabel } from './use-labels.ts';

/** The label of the next message, and the way to another; absent where the policy has no labels. */
export function LabelButton({ target }: { readonly target: ConversationKey }): ReactElement | null {
  const actions = useActions();
  const current = useCurrentLabel(target.jid);
  if (current === undefined) return null;
  const { label, missing } = current;
  const words = label?.text ?? (missing ? LABELS_TEXT.choose : LABELS_TEXT.noLabel);
  const classes = ['label-button'];
  if (missing) classes.push('label-button-missing');
  if (words.length > BESIDE) classes.push('label-button-long');
  return (
    <button
      type="button"
      className={classes.join(' ')}
      data-label
      aria-haspopup="dialog"
      aria-label={label === undefined ? words : LABELS_TEXT.labelOf(words)}
      title={tooltipOf('label', words)}
      onClick={() => actions.show('label')}
    >
      <bdi
        className={label === undefined ? 'label-button-text' : 'label-button-text marking'}
        style={label === undefined ? undefined : labelColours(label)}
      >
        {words}
      </bdi>
      <Icon name="chevron" size={10} />
    </button>
  );
}
