/** The guard's rules for security labels (XEP-0258): which may be on what goes to and comes from whom. */
import { rankLimit, type SecurityLabel } from '../../shared/labels.ts';
import type { GuardPolicy } from '../../shared/session-contract.ts';
import { NS } from '../namespaces.ts';
import { buildSecurityLabel, readSecurityLabel } from '../xep-0258-security-labels/labels.ts';
import type { Element } from '../xml.ts';
import { isAcknowledgement } from './acknowledgements.ts';
import type { Address } from './config.ts';
import { copyWith } from './shape.ts';
import { type Direction, type Refusal, refuse } from './verdict.ts';

/** The policy's catalogue, ready to be looked up in. */
export interface LabelBook {
  readonly byId: ReadonlyMap<string, SecurityLabel>;
  readonly byText: ReadonlyMap<string, SecurityLabel>;
  /** What an unlabelled message counts as. */
  readonly fallback: SecurityLabel | undefined;
  readonly required: boolean;
  /** The highest rank, by peer's domain where that is lower. Infinite: any label, known or not. */
  readonly maximum: number;
  readonly ceilings: ReadonlyMap<string, number>;
}

export function createLabelBook({ labels, partners }: GuardPolicy): LabelBook {
  const byId = new Map(labels.catalogue.map((label) => [label.id, label]));
  return {
    byId,
    byText: new Map(labels.catalogue.map((label) => [label.text, label])),
    fallback: labels.defaultLabel === undefined ? undefined : byId.get(labels.defaultLabel),
    required: labels.required,
    maximum: rankLimit(labels.maximumLabel, labels.catalogue),
    ceilings: new Map(
      partners.map((partner) => [
        partner.domain.toLowerCase(),
        rankLimit(partner.maximumLabel, labels.catalogue),
      ]),
    ),
  };
}

/** The catalogue's label that an element means: by its id, by its exact marking, and by both where it gives both. */
export function knownLabel(element: Element, book: LabelBook): SecurityLabel | undefined {
  const { id, marking } = readSecurityLabel(element);
  const marked = book.byText.get(marking);
  if (id === '') return marked;
  const named = book.byId.get(id);
  return marking === '' || named === undefined || named.text === marking || named === marked
    ? named
    : undefined;
}

/**
 * Judges a message's label; `peer` is the other side. Returns the message, with the default label where one has to be added,
 * or the refusal.
 */
export function judgeLabel(
  direction: Direction,
  message: Element,
  peer: Address | undefined,
  book: LabelBook,
): Element | Refusal {
  let found: Element | undefined;
  let content = false;
  let needsLabel = false;
  for (const child of message.children) {
    if (typeof child === 'string') continue;
    if (child.name === 'securitylabel' && child.getNS() === NS.securityLabels) {
      if (found !== undefined) return refuse('label');
      found = child;
    } else if (child.name === 'body' || child.name === 'file-sharing' || isAcknowledgement(child)) {
      content = true;
      needsLabel = true;
    } else if (child.name === 'subject') content = true;
  }
  if (found === undefined && !content) return message;
  const limit = Math.min(
    book.maximum,
    peer?.partner === true ? (book.ceilings.get(peer.domain) ?? book.maximum) : book.maximum,
  );
  const label = found === undefined ? book.fallback : knownLabel(found, book);
  const required = needsLabel && direction === 'out' && book.required;
  if (required && label === undefined) return refuse('label-required');
  if (limit !== Number.POSITIVE_INFINITY) {
    // What cannot be told is above every limit; an unlabelled message without a default is above a partner's only.
    const told = label !== undefined || (found === undefined && peer?.partner !== true);
    if (!told || (label !== undefined && label.rank > limit)) return refuse('label');
  }
  if (!required || found !== undefined || label === undefined) return message;
  return withLabel(message, label);
}

function withLabel(message: Element, label: SecurityLabel): Element {
  const copy = copyWith(message, (child) => child);
  const element = buildSecurityLabel(label);
  element.parent = copy;
  copy.children.push(element);
  return copy;
}
