/**
 * saxes as the stream parser uses it: strict XML 1.0 with namespaces, no positions.
 *
 * A saxes parser keeps each handler in a property that {@link SaxesParser.on} adds by a computed name. V8 bears six of those and
 * makes a hash table of the object with the seventh; then each character, which takes a dozen of its properties, costs five times as
 * much. So the properties are there before a handler is given. Were saxes to name them otherwise, it would be slow again and
 * nothing else.
 */
import { SaxesParser } from 'saxes';

export type Sax = SaxesParser<{
  xmlns: true;
  position: boolean;
  forceXMLVersion: true;
  defaultXMLVersion: '1.0';
}>;

/** Without the types of what saxes keeps to itself. */
const Bare: new (options: object) => object = SaxesParser;

class WithHandlers extends Bare {
  xmldeclHandler = undefined;
  textHandler = undefined;
  piHandler = undefined;
  doctypeHandler = undefined;
  commentHandler = undefined;
  openTagStartHandler = undefined;
  attributeHandler = undefined;
  openTagHandler = undefined;
  closeTagHandler = undefined;
  cdataHandler = undefined;
  errorHandler = undefined;
}

/** A parser without handlers. */
export function createSax(): Sax {
  const sax = new WithHandlers({
    xmlns: true,
    position: false,
    forceXMLVersion: true,
    defaultXMLVersion: '1.0',
  });
  if (!(sax instanceof SaxesParser)) throw new Error('not a parser');
  return sax;
}
