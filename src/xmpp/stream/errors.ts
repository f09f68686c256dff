/** Stream and stanza errors (RFC 6120 4.9 and 8.3) as the catalogue's codes. */
import type { XmppErrorCode } from '../../shared/error-catalogue.ts';
import { AppError } from '../../shared/errors.ts';
import { NS } from '../namespaces.ts';
import { type Element, elementsOf, xml } from '../xml.ts';

/** A server's words reach logs and windows only as a short token. */
const CONDITION = /^[a-z][a-z-]{0,39}$/;

/** The defined condition of an error element, `undefined-condition` for anything unknown. */
export function conditionOf(error: Element | undefined, xmlns: string): string {
  if (error === undefined) return 'undefined-condition';
  for (const child of elementsOf(error)) {
    if (child.name !== 'text' && child.getNS() === xmlns && CONDITION.test(child.name)) return child.name;
  }
  return 'undefined-condition';
}

/** The condition of a stanza with `type='error'`. */
export function stanzaErrorCondition(stanza: Element): string {
  const error = elementsOf(stanza).find((child) => child.name === 'error' && child.getNS() === NS.client);
  return conditionOf(error, NS.stanzaErrors);
}

/**
 * What a received `<stream:error/>` means here. Never followed, whatever it names: `see-other-host` (RFC 6120 4.9.3.19)
 * would lead past the policy's list of servers.
 */
export function streamErrorToAppError(element: Element): AppError<XmppErrorCode> {
  const condition = conditionOf(element, NS.streamErrors);
  switch (condition) {
    case 'see-other-host':
      return new AppError('REDIRECT_REFUSED');
    case 'conflict':
      return new AppError('CONFLICT');
    default:
      return new AppError('STREAM_ERROR', { condition });
  }
}

/** RFC 6120 8.3.3: what the sender may try after each condition; `cancel` for those that are not here. */
const MODIFY: ReadonlySet<string> = new Set([
  'bad-request',
  'jid-malformed',
  'not-acceptable',
  'policy-violation',
]);

/** The error reply to a stanza (RFC 6120 8.3.1). Addressed by that stanza only; repeats nothing of it. */
export function errorReply(request: Element, condition: string): Element {
  const type = MODIFY.has(condition) ? 'modify' : 'cancel';
  return xml(
    request.name,
    { xmlns: NS.client, type: 'error', to: request.attrs.from, id: request.attrs.id },
    xml('error', { type }, xml(condition, { xmlns: NS.stanzaErrors })),
  );
}
