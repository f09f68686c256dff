/** One stanza as it would come over the stream. */
import { DEFAULT_LIMITS } from '../../src/xmpp/limits.ts';
import { StreamParser } from '../../src/xmpp/stream/parser.ts';
import type { Element } from '../../src/xmpp/xml.ts';

const HEADER = "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>";

export function parseStanza(text: string): Element {
  let parsed: Element | undefined;
  const parser = new StreamParser(DEFAULT_LIMITS, true, {
    onSkipped: (_head, limit) => {
      throw new Error(`over the limit: ${limit}`);
    },
    onHeader: () => undefined,
    onElement: (element) => {
      parsed = element;
    },
    onEnd: () => undefined,
  });
  parser.write(Buffer.from(`${HEADER}${text}`));
  if (parsed === undefined) throw new Error(`not a stanza: ${text}`);
  return parsed;
}
