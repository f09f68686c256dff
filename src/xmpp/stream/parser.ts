/**
 * The streaming XML parser of one stream (RFC 6120 4.2 and 11): bytes in, stream header and canonical elements out.
 *
 * Replaces `@xmpp/xml`'s parser, which has no limits, ignores namespaces and decodes nothing. saxes (strict, with
 * namespaces) reads the text; every limit is checked at the event at which it is exceeded, or after 4 KiB of input
 * without an event, so that nothing oversized is ever a tree in memory. saxes keeps to XML 1.0 and knows the five
 * predefined entities only.
 */
import type { SaxesAttributeNS, SaxesStartTagNS, SaxesTagNS } from 'saxes';
import { AppError } from '../../shared/errors.ts';
import type { StreamLimits } from '../api.ts';
import { NS } from '../namespaces.ts';
import { type Attributes, type Element, xml } from '../xml.ts';
import { OwnValues, ownText } from './own-text.ts';
import { createSax } from './sax.ts';

export interface StreamParserEvents {
  /** The stream header was read; attributes without namespace declarations. */
  onHeader(attrs: Attributes): void;
  /** A complete element directly below the stream. */
  onElement(element: Element): void;
  /**
   * Such an element that exceeded `limit` after sign-in and was read past: its name and attributes. The server has
   * proved who it is, but anybody it serves can make it send one; ending the stream would let them end it for good.
   */
  onSkipped(head: Element, limit: string): void;
  /** `</stream:stream>`. */
  onEnd(): void;
}

/** The RFC 6120 4.9.3 condition that fits a refusal; travels in the error's cause. */
export class ParserRefusal extends Error {
  readonly condition: string;
  constructor(condition: string, message: string) {
    super(message);
    this.condition = condition;
  }
}

/** How far a stanza that is not kept is read past, in sizes of the largest one that is: escaping makes it six times as long. */
const SKIPPED_SIZES = 8;
/** And how deep: what fits in 256 KB goes down to 37,000. */
const SKIPPED_DEPTH = 100_000;

/** Input is handed on in pieces of this many characters, which is how far a limit can be overrun. */
const SLICE = 4096;

function malformed(condition: string, reason: string): AppError<'STREAM_MALFORMED'> {
  return new AppError('STREAM_MALFORMED', { reason }, { cause: new ParserRefusal(condition, reason) });
}

function exceeded(limit: string): AppError<'STREAM_LIMIT'> {
  return new AppError('STREAM_LIMIT', { limit }, { cause: new ParserRefusal('policy-violation', limit) });
}

/** The element's attributes in canonical form: no declarations, nothing prefixed but `xml:lang`. */
function plainAttributes(
  attributes: Record<string, SaxesAttributeNS>,
  values: OwnValues,
): Record<string, string> {
  const plain: Record<string, string> = {};
  for (const name of Object.keys(attributes)) {
    const attribute = attributes[name];
    if (attribute === undefined) continue;
    if (attribute.prefix === '' && name !== 'xmlns') plain[name] = values.of(attribute.value);
    else if (name === 'xml:lang') plain[name] = values.of(attribute.value);
  }
  return plain;
}

/**
 * Declares the namespaces that a tag uses on the tag itself. saxes looks for each through all open elements, which takes
 * minutes for a stanza that goes 40,000 levels deep.
 */
function keepNamespaces(tag: SaxesTagNS): void {
  tag.ns[tag.prefix] ??= tag.uri;
  for (const name of Object.keys(tag.attributes)) {
    const attribute = tag.attributes[name];
    if (attribute !== undefined && attribute.prefix !== '') tag.ns[attribute.prefix] ??= attribute.uri;
  }
}

export class StreamParser {
  readonly #sax = createSax();
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  readonly #limits: StreamLimits;
  readonly #signedIn: boolean;
  readonly #events: StreamParserEvents;
  readonly #values = new OwnValues();
  /** Open elements below the stream, as far as they are kept. */
  #open: Element[] = [];
  /** How many there are. */
  #depth = 0;
  /** Between the name of a tag and its end. */
  #inTag = false;
  /** The element directly below the stream, and the limit that it exceeds. */
  #head: Element | undefined;
  #skipped: string | undefined;
  #rootOpen = false;
  #ended = false;
  #failed: AppError | undefined;
  #attributes = 0;
  #elements = 0;
  /** UTF-8 bytes of the current top-level element, or of what is between two, in slices that were read before. */
  #bytes = 0;
  #slice = '';
  /** Where in the slice that begins. */
  #from = 0;
  /** Characters that saxes was given in earlier slices. */
  #fed = 0;

  constructor(limits: StreamLimits, signedIn: boolean, events: StreamParserEvents) {
    this.#limits = limits;
    this.#signedIn = signedIn;
    this.#events = events;
    const sax = this.#sax;
    sax.on('error', () => this.#refuse(malformed('not-well-formed', 'not well-formed')));
    sax.on('doctype', () => this.#refuse(malformed('restricted-xml', 'document type declaration')));
    sax.on('processinginstruction', () =>
      this.#refuse(malformed('restricted-xml', 'processing instruction')),
    );
    sax.on('comment', () => this.#refuse(malformed('restricted-xml', 'comment')));
    sax.on('xmldecl', (declaration) => this.#onDeclaration(declaration.encoding));
    sax.on('opentagstart', (tag) => this.#onTagStart(tag));
    sax.on('attribute', (attribute) => this.#onAttribute(attribute.name, attribute.value));
    sax.on('opentag', (tag) => this.#onOpen(tag));
    sax.on('closetag', () => this.#onClose());
    sax.on('text', (text) => this.#onText(text));
    sax.on('cdata', (text) => this.#onText(text));
  }

  /** Reads a chunk. Throws AppError STREAM_MALFORMED or STREAM_LIMIT, and the same for every chunk after that. */
  write(chunk: Uint8Array): void {
    if (this.#failed !== undefined) throw this.#failed;
    let text: string;
    try {
      text = this.#decoder.decode(chunk, { stream: true });
    } catch {
      this.#refuse(malformed('unsupported-encoding', 'not UTF-8'));
    }
    for (let start = 0; start < text.length; start += SLICE) {
      if (this.#ended) return;
      this.#writeSlice(text.length <= SLICE ? text : text.slice(start, start + SLICE));
    }
  }

  #writeSlice(slice: string): void {
    this.#slice = slice;
    this.#from = 0;
    this.#sax.write(slice);
    this.#fed += slice.length;
    this.#count(slice.length);
  }

  /** Adds what was read up to `offset` of the slice to the size of what is open. */
  #count(offset: number): void {
    this.#bytes += Buffer.byteLength(this.#slice.slice(this.#from, offset));
    this.#from = offset;
    if (this.#bytes > this.#maxBytes()) this.#exceed('stanza size');
    if (this.#bytes > SKIPPED_SIZES * this.#maxBytes()) this.#refuse(exceeded('stanza size'));
  }

  #maxBytes(): number {
    const { stanzaBytes, stanzaBytesBeforeSignIn, answerBytes } = this.#limits;
    if (!this.#signedIn) return stanzaBytesBeforeSignIn;
    return this.#isAnswer() ? answerBytes : stanzaBytes;
  }

  /** Whether an answer to a query is being read: a roster may be larger than anything that people write. */
  #isAnswer(): boolean {
    return this.#head?.name === 'iq' && this.#head.attrs.type === 'result';
  }

  /** A limit is exceeded: after sign-in the element is read past, as far as that goes; else the stream ends. */
  #exceed(limit: string): void {
    if (!this.#signedIn || !this.#rootOpen || (this.#depth === 0 && !this.#inTag)) {
      this.#refuse(exceeded(limit));
    }
    this.#skipped ??= limit;
    this.#open = [];
  }

  /** Something at the top level ended here (saxes holds back a character at most). */
  #endTopLevel(): void {
    this.#count(Math.max(this.#from, this.#sax.position - this.#fed));
    this.#bytes = 0;
  }

  #refuse(error: AppError): never {
    this.#failed ??= error;
    throw this.#failed;
  }

  #onDeclaration(encoding: string | undefined): void {
    if (encoding !== undefined && encoding.toLowerCase() !== 'utf-8') {
      this.#refuse(malformed('unsupported-encoding', 'not UTF-8'));
    }
  }

  #onTagStart(tag: SaxesStartTagNS): void {
    this.#inTag = true;
    this.#attributes = 0;
    if (this.#depth >= SKIPPED_DEPTH) this.#refuse(exceeded('depth'));
    if (tag.name.length > this.#limits.attributeLength) this.#exceed('name length');
    if (this.#depth >= this.#limits.depth) this.#exceed('depth');
    this.#elements = this.#depth === 0 ? 1 : this.#elements + 1;
    const { elements, answerElements } = this.#limits;
    if (this.#elements > (this.#isAnswer() ? answerElements : elements)) this.#exceed('elements');
  }

  #onAttribute(name: string, value: string): void {
    this.#attributes += 1;
    if (this.#attributes > this.#limits.attributes) this.#exceed('attributes');
    if (name.length > this.#limits.attributeLength || value.length > this.#limits.attributeLength) {
      this.#exceed('attribute length');
    }
  }

  #onOpen(tag: SaxesTagNS): void {
    this.#inTag = false;
    if (!this.#rootOpen) {
      this.#onRoot(tag);
      return;
    }
    this.#depth += 1;
    if (this.#depth > 1 && this.#skipped !== undefined) {
      keepNamespaces(tag);
      return;
    }
    const attrs = plainAttributes(tag.attributes, this.#values);
    const parent = this.#open[this.#open.length - 1];
    if (parent === undefined || parent.getNS() !== tag.uri) attrs.xmlns = this.#values.of(tag.uri);
    const element = xml(tag.local, attrs);
    if (parent === undefined) this.#head = element;
    else if (!this.#append(parent, element)) return;
    if (this.#skipped === undefined) this.#open.push(element);
  }

  /** False when the element has all the children it may have. */
  #append(parent: Element, child: Element | string): boolean {
    const { children, answerElements } = this.#limits;
    if (parent.children.length >= (this.#isAnswer() ? answerElements : children)) {
      this.#exceed('children');
      return false;
    }
    if (typeof child !== 'string') child.parent = parent;
    parent.children.push(child);
    return true;
  }

  #onRoot(tag: SaxesTagNS): void {
    if (tag.local !== 'stream' || tag.uri !== NS.streams) {
      this.#refuse(malformed('invalid-namespace', 'not a stream'));
    }
    if (tag.ns[''] !== NS.client) this.#refuse(malformed('invalid-namespace', 'not a client stream'));
    this.#rootOpen = true;
    this.#endTopLevel();
    this.#events.onHeader(plainAttributes(tag.attributes, this.#values));
  }

  #onClose(): void {
    const element = this.#open.pop();
    if (this.#depth === 0) {
      this.#ended = true;
      this.#events.onEnd();
      return;
    }
    if (this.#depth === 1) this.#endTopLevel();
    this.#depth -= 1;
    if (this.#depth > 0) return;
    const head = this.#head;
    const skipped = this.#skipped;
    this.#head = undefined;
    this.#skipped = undefined;
    if (skipped === undefined && element !== undefined) this.#events.onElement(element);
    else if (skipped !== undefined && head !== undefined) {
      head.children = [];
      this.#events.onSkipped(head, skipped);
    }
  }

  #onText(text: string): void {
    const element = this.#open[this.#open.length - 1];
    if (element !== undefined) this.#append(element, ownText(text));
    else if (this.#depth > 0) return;
    else if (/[^\t\n\r ]/.test(text)) {
      this.#refuse(malformed('bad-format', 'text between stanzas'));
    } else {
      // Keep-alives of an hour are no part of the stanza that follows.
      this.#endTopLevel();
    }
  }
}
