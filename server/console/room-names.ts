/**
 * Localparts of rooms as a part of an address of the API. They may hold backslashes (XEP-0106: `night\20watch`), which no
 * address of the console may: there `~` stands for the backslash, and `~7e`, which XEP-0106 does not use, for `~` itself. A
 * room that has `\7e` all the same has it in a capital there: it is one room, whatever the case.
 */

export function toSegment(localpart: string): string {
  return localpart.replaceAll('~', '~7e').replaceAll('\\7e', '~7E').replaceAll('\\', '~');
}

export function fromSegment(segment: string): string {
  return segment.replaceAll(/~(?!7e)/g, '\\').replaceAll('~7e', '~');
}
