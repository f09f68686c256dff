/**
 * XML elements: xmpp.js's (ltx's) `Element`, built only here and by the stream parser.
 *
 * Every element in the process is in one canonical form, without prefixes: `name` is the local name, and `attrs.xmlns`
 * is present on an element whose namespace differs from its parent's. So a prefix can't hide a payload from the guard.
 */
import { Element as XmlElement } from '@xmpp/xml';

/** An element in canonical form. A self-contained type, because `@xmpp/xml` has none. */
export interface Element {
  readonly name: string;
  readonly attrs: Record<string, string | undefined>;
  children: (Element | string)[];
  parent: Element | null;
  /** The namespace, inherited where it is not given. */
  getNS(): string | undefined;
  is(name: string, xmlns?: string): boolean;
  toString(): string;
}

export type Attributes = Readonly<Record<string, string | undefined>>;
type Child = Element | string | undefined;

/** Builds an element; attributes and children that are `undefined` are left out. */
export function xml(name: string, attrs: Attributes, ...children: readonly Child[]): Element {
  const element: Element = new XmlElement(name);
  for (const key of Object.keys(attrs)) {
    const value = attrs[key];
    if (value !== undefined) element.attrs[key] = value;
  }
  for (const child of children) {
    if (child === undefined || child === '') continue;
    if (typeof child !== 'string') child.parent = element;
    element.children.push(child);
  }
  return element;
}

/** The child elements, without text. */
export function elementsOf(element: Element): Element[] {
  const elements: Element[] = [];
  for (const child of element.children) if (typeof child !== 'string') elements.push(child);
  return elements;
}

/** The first child with this name and namespace. */
export function childOf(element: Element, name: string, xmlns: string): Element | undefined {
  for (const child of element.children) {
    if (typeof child !== 'string' && child.name === name && child.getNS() === xmlns) return child;
  }
  return undefined;
}

/** The text directly in an element. */
export function textOf(element: Element): string {
  let text = '';
  for (const child of element.children) if (typeof child === 'string') text += child;
  return text;
}

/** The text of a child, `undefined` where there is no such child. */
export function childText(element: Element, name: string, xmlns: string): string | undefined {
  const child = childOf(element, name, xmlns);
  return child === undefined ? undefined : textOf(child);
}

/** RFC 6120 4.1: the three kinds of stanza. */
export function isStanza(element: Element): boolean {
  const { name } = element;
  return (name === 'message' || name === 'presence' || name === 'iq') && element.getNS() === 'jabber:client';
}

/** Code points that XML 1.0 2.2 has no place for: most controls, the two non-characters, lone surrogates. */
const NOT_XML = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;

/** Replaces what XML cannot carry by U+FFFD, so that no text from a person can end the stream. */
export function toXmlText(text: string): string {
  return text.replace(NOT_XML, '\ufffd');
}
