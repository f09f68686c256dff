import type { CSSProperties, ReactElement } from 'react';
import { type MessageLabel, readableForeground, type SecurityLabel } from '../../../shared/labels.ts';
import { markingColours } from '../../parts/marking.ts';
import { LABELS_TEXT } from '../../text/labels.ts';
import { useLabelRules } from './use-labels.ts';

/** A label in words: the marking, and what is special about it. */
export function labelWords(label: MessageLabel | undefined): string {
  if (label === undefined) return LABELS_TEXT.noLabel;
  if (label.text === '') return LABELS_TEXT.unreadable;
  return label.text;
}

/** By labels of the catalogue: every row has one, and which of two colours can be read takes six powers. */
const COLOURS = new WeakMap<SecurityLabel, CSSProperties>();

/** What the class `marking` is drawn in. */
export function labelColours(label: SecurityLabel): CSSProperties {
  const known = COLOURS.get(label);
  if (known !== undefined) return known;
  const colours = markingColours(label.background, readableForeground(label));
  COLOURS.set(label, colours);
  return colours;
}

function explanation(label: MessageLabel | undefined, known: boolean): string {
  if (label === undefined) return LABELS_TEXT.cameWithout;
  if (!known) return LABELS_TEXT.notInCatalogue;
  return label.assumed === true ? LABELS_TEXT.assumed : '';
}

/** Markings of more letters than this stand above the text, not beside it. */
export const BESIDE = 24;

/** The label of one message. Its colours are the catalogue's; a label that is not in it has none. */
export function LabelTag({ label }: { readonly label: MessageLabel | undefined }): ReactElement | null {
  const labels = useLabelRules()?.labels;
  const entry = label?.id === undefined ? undefined : labels?.catalogue.find(({ id }) => id === label.id);
  if (label === undefined && labels?.required !== true) return null;
  const words = labelWords(label);
  const why = explanation(label, entry !== undefined);
  const classes = ['label-tag'];
  classes.push(entry === undefined ? 'label-tag-unknown' : 'marking');
  if (label?.assumed === true) classes.push('label-tag-assumed');
  return (
    <span className={words.length > BESIDE ? 'message-label message-label-long' : 'message-label'}>
      <bdi
        className={classes.join(' ')}
        style={entry === undefined ? undefined : labelColours(entry)}
        title={why === '' ? words : `${words} (${why})`}
      >
        {words}
      </bdi>
      <span className="visually-hidden">{why === '' ? '.' : `, ${why}.`}</span>
    </span>
  );
}
