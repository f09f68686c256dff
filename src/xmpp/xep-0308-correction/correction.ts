/** XEP-0308 Last Message Correction, version 1.2.1. */
import { NS } from '../namespaces.ts';
import { childOf, type Element, xml } from '../xml.ts';

/** @param id the stanza id that the message had when it was sent first, also for the second correction (4) */
export function buildCorrection(id: string): Element {
  return xml('replace', { xmlns: NS.correction, id });
}

/** The stanza id of the message that this one corrects. */
export function correctedIdOf(message: Element): string | undefined {
  return childOf(message, 'replace', NS.correction)?.attrs.id;
}
