/** XEP-0258 Security Labels in XMPP, version 1.1.1: building and reading `<securitylabel/>`. */
import type { SecurityLabel } from '../../shared/labels.ts';
import { NS } from '../namespaces.ts';
import { childOf, childText, type Element, elementsOf, textOf, toXmlText, xml } from '../xml.ts';

/**
 * The label of a message: the catalogue's marking to be shown, and the id of the label. 10.1 has an element of another
 * namespace in `<label/>`; ours holds the id.
 */
export function buildSecurityLabel({ id, text, foreground, background }: SecurityLabel): Element {
  return xml(
    'securitylabel',
    { xmlns: NS.securityLabels },
    xml('displaymarking', { fgcolor: foreground, bgcolor: background }, toXmlText(text)),
    xml('label', {}, xml('id', { xmlns: NS.sallyportLabel }, id)),
  );
}

/** What a label says about itself; empty strings where it says nothing. */
export interface ReadLabel {
  readonly id: string;
  readonly marking: string;
}

/** The labels of a message: there is to be one at most. */
export function securityLabelsOf(message: Element): Element[] {
  return elementsOf(message).filter((child) => child.is('securitylabel', NS.securityLabels));
}

export function readSecurityLabel(element: Element): ReadLabel {
  const label = childOf(element, 'label', NS.securityLabels);
  const id = label === undefined ? '' : (childText(label, 'id', NS.sallyportLabel) ?? textOf(label));
  return { id: id.trim(), marking: childText(element, 'displaymarking', NS.securityLabels) ?? '' };
}
