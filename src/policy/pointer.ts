/**
 * JSON pointers (RFC 6901) of settings. Members of the schema are letters and digits, so nothing is ever escaped, and a
 * pointer with an escape leads nowhere.
 */

/** The value at a pointer; `undefined` where there is none. Inherited members are none. */
export function valueAt(settings: unknown, pointer: string): unknown {
  let node: unknown = settings;
  for (const member of pointer.split('/').slice(1)) {
    if (typeof node !== 'object' || node === null || !Object.hasOwn(node, member)) return undefined;
    node = Reflect.get(node, member);
  }
  return node;
}

/**
 * A copy of an object in which the member at the pointer is `value`. What does not lie on the way is shared with the
 * original; missing objects on the way are made.
 *
 * @param pointer of a setting: none of its members is `__proto__`
 */
export function withValueAt<T>(settings: T, pointer: string, value: unknown): T {
  const put = (node: unknown, [member, ...rest]: readonly string[]): unknown => {
    if (member === undefined) return value;
    const object = typeof node === 'object' && node !== null ? node : {};
    const below = Object.hasOwn(object, member) ? Reflect.get(object, member) : undefined;
    return { ...object, [member]: put(below, rest) };
  };
  return put(settings, pointer.split('/').slice(1)) as T;
}

/** True when `pointer` is the one that `covering` names, or below it. */
export function isCovered(pointer: string, covering: string): boolean {
  return pointer === covering || pointer.startsWith(`${covering}/`);
}
