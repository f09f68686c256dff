/** The order in which a record's fields are read: servers write them in any. */

/** When and what, between whom, what was said; then who and where. */
const FIRST = [
  ...['time', 'event', 'outcome', 'reason', 'label', 'from', 'to', 'type', 'body'],
  ...['user', 'machine', 'session', 'ip'],
];
/** What only a check of the chain reads. */
const LAST = ['prev', 'hash'];

function rank(name: string): number {
  const first = FIRST.indexOf(name);
  if (first !== -1) return first;
  return LAST.includes(name) ? FIRST.length + 1 + LAST.indexOf(name) : FIRST.length;
}

/** The members of a record, always in one order; those without a place of their own by name, before the chain's. */
export function fieldsInOrder(record: object): readonly (readonly [name: string, value: unknown])[] {
  return Object.entries(record).sort(
    ([one], [other]) => rank(one) - rank(other) || (one < other ? -1 : one > other ? 1 : 0),
  );
}
