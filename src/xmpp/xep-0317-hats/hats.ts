/**
 * XEP-0317 Hats, version 0.3.1: what an occupant is in this room beyond role and affiliation, in the room's words. A room that
 * does not know hats passes on those that an occupant has put on himself, so they count only where the room says that it does
 * (4.2).
 */
import { safeText } from '../../shared/display-name.ts';
import { NS } from '../namespaces.ts';
import { childOf, type Element, elementsOf } from '../xml.ts';

const MAX_HATS = 4;
/** UTF-16 code units of one. */
const MAX_TITLE = 32;

/** The titles of a presence's hats. */
export function readHats(presence: Element): readonly string[] {
  const hats = childOf(presence, 'hats', NS.hats);
  if (hats === undefined) return [];
  const titles = new Set<string>();
  for (const hat of elementsOf(hats)) {
    const title = hat.is('hat', NS.hats) ? safeText(hat.attrs.title ?? '', MAX_TITLE) : '';
    if (title !== '' && titles.size < MAX_HATS) titles.add(title);
  }
  return [...titles];
}
