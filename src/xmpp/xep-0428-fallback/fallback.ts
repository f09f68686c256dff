/** XEP-0428 Fallback Indication, version 0.2.1: text that is there only for clients that do not know better. */
import { NS } from '../namespaces.ts';
import { childOf, type Element, elementsOf, xml } from '../xml.ts';

/** Marks code points `start` to `end` of the body; without them the whole body. */
export function buildFallback(of: string, range?: readonly [start: number, end: number]): Element {
  const attrs = range === undefined ? {} : { start: String(range[0]), end: String(range[1]) };
  return xml('fallback', { xmlns: NS.fallback, for: of }, xml('body', attrs));
}

/** Which part of the body stands there for clients without `of`; `undefined`: none, all of it, or nothing that makes sense. */
export function fallbackRange(
  message: Element,
  of: string,
): readonly [start: number, end: number] | undefined {
  for (const child of elementsOf(message)) {
    if (!child.is('fallback', NS.fallback) || child.attrs.for !== of) continue;
    const body = childOf(child, 'body', NS.fallback);
    const [start, end] = [numberOf(body?.attrs.start), numberOf(body?.attrs.end)];
    return start === undefined || end === undefined || end <= start ? undefined : [start, end];
  }
  return undefined;
}

function numberOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,6}$/.test(text) ? Number(text) : undefined;
}
