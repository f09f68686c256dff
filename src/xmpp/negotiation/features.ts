/** Stream features (RFC 6120 4.3.2). */
import { AppError } from '../../shared/errors.ts';
import { NS } from '../namespaces.ts';
import { ParserRefusal } from '../stream/parser.ts';
import type { XmppStream } from '../stream/stream.ts';
import type { Element } from '../xml.ts';

/** An element that has no place at this point of the negotiation. */
export function unexpected(step: string): AppError<'STREAM_MALFORMED'> {
  return new AppError(
    'STREAM_MALFORMED',
    { reason: `unexpected element (${step})` },
    { cause: new ParserRefusal('policy-violation', step) },
  );
}

/**
 * Opens the stream (anew) and reads the features that the server offers on it. `ahead` leaves with the header: what will be
 * asked for whatever is offered, and saves a round trip, two seconds over a satellite (as XEP-0305 has it). The features
 * are read all the same before the answer to it is.
 */
export async function openForFeatures(
  stream: XmppStream,
  signedIn: boolean,
  ahead: readonly Element[] = [],
): Promise<Element> {
  const opened = stream.open(signedIn);
  for (const element of ahead) stream.send(element);
  await opened;
  const features = await stream.next();
  if (!features.is('features', NS.streams)) throw unexpected('features');
  return features;
}
