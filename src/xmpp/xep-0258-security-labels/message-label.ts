/** XEP-0258: the label of a message as the conversation shows it. */
import { AppError } from '../../shared/errors.ts';
import { displayLine } from '../../shared/file-contract.ts';
import {
  MAX_LABEL_TEXT,
  type MessageLabel,
  ownMessageLabel,
  type SecurityLabel,
} from '../../shared/labels.ts';
import { knownLabel, type LabelBook } from '../guard/index.ts';
import type { Element } from '../xml.ts';
import { readSecurityLabel, securityLabelsOf } from './labels.ts';

/**
 * The label of a message that the guard has let in: the catalogue's where it means one of them, else its marking as one
 * line that hides nothing, without colours. A message without a label counts as the policy's default.
 */
export function messageLabel(message: Element, book: LabelBook): MessageLabel | undefined {
  const [element] = securityLabelsOf(message);
  if (element === undefined) return assumed(book);
  const known = knownLabel(element, book);
  if (known !== undefined) return { id: known.id, text: known.text };
  return { text: displayLine(readSecurityLabel(element).marking, MAX_LABEL_TEXT) };
}

function assumed({ fallback }: LabelBook): MessageLabel | undefined {
  return fallback && { id: fallback.id, text: fallback.text, assumed: true };
}

/** The catalogue's label with that id. Throws LABEL_UNKNOWN. */
export function labelNamed(id: string | undefined, book: LabelBook): { readonly label?: SecurityLabel } {
  if (id === undefined) return {};
  const label = book.byId.get(id);
  if (label === undefined) throw new AppError('LABEL_UNKNOWN');
  return { label };
}

/** What an own message shows. */
export function ownLabel(
  chosen: SecurityLabel | undefined,
  { fallback, required }: LabelBook,
): { readonly label?: MessageLabel } {
  const label = ownMessageLabel(chosen, fallback, required);
  return label === undefined ? {} : { label };
}
