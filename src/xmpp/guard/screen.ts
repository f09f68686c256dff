/** A stanza against its shape: as it is, without what is strange, or not at all. */
import { NS } from '../namespaces.ts';
import type { Element } from '../xml.ts';
import { cleaned, inspect, type Shape, STRANGE } from './shape.ts';
import { ALLOW, type Direction, refuse, type Verdict } from './verdict.ts';

/**
 * `curtail`: what is strange or forbidden is taken out either way. For errors, which repeat what they refuse: they are
 * worth knowing, the rest of them is not.
 */
export function screen(direction: Direction, stanza: Element, expected: Shape, curtail: boolean): Verdict {
  const finding = inspect(stanza, expected, NS.client);
  if (finding === undefined) return ALLOW;
  if (!curtail) {
    if (finding !== STRANGE) return refuse('forbidden-namespace', finding.condition);
    if (direction === 'out') return refuse('payload');
  }
  const copy = cleaned(stanza, expected, NS.client);
  return copy === undefined ? refuse('payload') : { action: 'rewrite', reason: 'payload', stanza: copy };
}
