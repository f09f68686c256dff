/**
 * What an element may look like: its attributes, its text, its children, each again a shape. Whatever a shape does not
 * name is strange: it is taken out of what comes in, and nothing strange goes out.
 */
import { type Element, xml } from '../xml.ts';
import { type Forbidden, forbiddenBy } from './forbidden.ts';

/** By namespace and local name. */
export type Table = ReadonlyMap<string, ReadonlyMap<string, Shape>>;
export type TableEntries = Readonly<Record<string, Readonly<Record<string, Shape>>>>;

export interface Shape {
  readonly attrs: ReadonlySet<string>;
  /** Longest text directly inside, UTF-16 code units; 0: white space only. */
  readonly text: number;
  readonly children: Table;
  /** What else has to be so, once all that is strange is taken out. */
  readonly accepts: ((element: Element) => boolean) | undefined;
}

export interface ShapeOptions {
  readonly attrs?: readonly string[];
  readonly text?: number;
  readonly children?: TableEntries;
  readonly accepts?: (element: Element) => boolean;
}

export function table(...entries: readonly TableEntries[]): Table {
  const result = new Map<string, Map<string, Shape>>();
  for (const each of entries) {
    for (const [xmlns, names] of Object.entries(each)) {
      const known = result.get(xmlns) ?? new Map<string, Shape>();
      for (const [name, shape] of Object.entries(names)) known.set(name, shape);
      result.set(xmlns, known);
    }
  }
  return result;
}

export function shape(options: ShapeOptions = {}): Shape {
  const { attrs = [], text = 0, children = {}, accepts } = options;
  return { attrs: new Set(attrs), text, children: table(children), accepts };
}

/** Something that the shape does not name, and that is not forbidden by name either. */
export const STRANGE = 'strange';
export type Finding = undefined | typeof STRANGE | Forbidden;

const BLANK = /^[\t\n\r ]*$/;

/** Compares an element of namespace `xmlns` with its shape; a forbidden namespace anywhere below outweighs the rest. */
export function inspect(element: Element, expected: Shape, xmlns: string): Finding {
  let finding: Finding;
  const { attrs } = element;
  for (const name in attrs) if (name !== 'xmlns' && !expected.attrs.has(name)) finding = STRANGE;
  let text = 0;
  for (const child of element.children) {
    if (typeof child === 'string') {
      text += child.length;
      if (expected.text === 0 && !BLANK.test(child)) finding = STRANGE;
      continue;
    }
    const namespace = child.attrs.xmlns ?? xmlns;
    const known = expected.children.get(namespace)?.get(child.name);
    const below =
      known === undefined ? (forbiddenBelow(child, namespace) ?? STRANGE) : inspect(child, known, namespace);
    if (below === undefined) continue;
    if (below !== STRANGE) return below;
    finding = STRANGE;
  }
  if (expected.text > 0 && text > expected.text) return STRANGE;
  if (finding === undefined && expected.accepts?.(element) === false) return STRANGE;
  return finding;
}

/** A forbidden namespace in a tree of any depth; `xmlns` is the namespace of its root. */
function forbiddenBelow(root: Element, xmlns: string): Forbidden | undefined {
  const open: (readonly [Element, string])[] = [[root, xmlns]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [element, namespace] = next;
    const forbidden = forbiddenBy(namespace);
    if (forbidden !== undefined) return forbidden;
    for (const child of element.children) {
      if (typeof child !== 'string') open.push([child, child.attrs.xmlns ?? namespace]);
    }
  }
  return undefined;
}

/** A copy that holds only what the shape names; `undefined` if the element does not pass at all. */
export function cleaned(element: Element, expected: Shape, xmlns: string): Element | undefined {
  const attrs: Record<string, string | undefined> = {};
  for (const name in element.attrs) {
    if (name === 'xmlns' || expected.attrs.has(name)) attrs[name] = element.attrs[name];
  }
  const children: (Element | string)[] = [];
  let text = 0;
  for (const child of element.children) {
    if (typeof child === 'string') {
      if (expected.text > 0) children.push(child);
      text += child.length;
      continue;
    }
    const namespace = child.attrs.xmlns ?? xmlns;
    const known = expected.children.get(namespace)?.get(child.name);
    const copy = known === undefined ? undefined : cleaned(child, known, namespace);
    if (copy !== undefined) children.push(copy);
  }
  if (expected.text > 0 && text > expected.text) return undefined;
  const copy = xml(element.name, attrs, ...children);
  return expected.accepts?.(copy) === false ? undefined : copy;
}

/** A deep copy in which `change` decides about each element: itself stays (copied), another takes its place, none goes. */
export function copyWith(element: Element, change: (child: Element) => Element | undefined): Element {
  const children = element.children.map((child) => {
    if (typeof child === 'string') return child;
    const changed = change(child);
    return changed === child ? copyWith(child, change) : changed;
  });
  return xml(element.name, element.attrs, ...children);
}
