/** Resource binding (RFC 6120 7) and the beginning or resumption of stream management (XEP-0198 3 and 5). */
import { AppError } from '../../shared/errors.ts';
import { type FullJid, parseJid, toFullJid } from '../../shared/jid.ts';
import { NS } from '../namespaces.ts';
import { stanzaErrorCondition } from '../stream/errors.ts';
import type { XmppStream } from '../stream/stream.ts';
import type { StreamManagement, Unacknowledged } from '../xep-0198-stream-management/stream-management.ts';
import { childOf, childText, type Element, isStanza, xml } from '../xml.ts';
import { unexpected } from './features.ts';

const BIND_ID = 'bind';
/** No presence was sent yet, so there is little that could come. */
const MAX_EARLY = 1_000;

/** What asks for a resource. */
export function bindElement(resource: string): Element {
  return xml(
    'iq',
    { xmlns: NS.client, type: 'set', id: BIND_ID },
    xml('bind', { xmlns: NS.bind }, xml('resource', {}, resource)),
  );
}

/** Takes the answer to {@link bindElement}. Rejects with BIND_FAILED, also when the address is not one of `domain`. */
export async function bindResource(stream: XmppStream, domain: string): Promise<FullJid> {
  const answer = await stream.next();
  if (!answer.is('iq', NS.client) || answer.attrs.id !== BIND_ID) throw unexpected('bind');
  if (answer.attrs.type !== 'result') {
    throw new AppError('BIND_FAILED', { condition: stanzaErrorCondition(answer) });
  }
  const bind = childOf(answer, 'bind', NS.bind);
  const jid = toFullJid((bind && childText(bind, 'jid', NS.bind)) ?? '');
  const parts = jid === undefined ? undefined : parseJid(jid);
  if (jid === undefined || parts?.local === undefined || parts.domain !== domain) {
    throw new AppError('BIND_FAILED', { condition: 'address' });
  }
  return jid;
}

export type ResumeOutcome =
  | { readonly resumed: true; readonly acknowledged: readonly Unacknowledged[] }
  | { readonly resumed: false; readonly acknowledged: readonly Unacknowledged[] };

/** Takes the answer to `<resume/>`. */
export async function resumeSession(
  stream: XmppStream,
  management: StreamManagement,
): Promise<ResumeOutcome> {
  const answer = await stream.next();
  if (answer.is('resumed', NS.streamManagement)) {
    return { resumed: true, acknowledged: management.onResumed(answer) };
  }
  if (!answer.is('failed', NS.streamManagement)) throw unexpected('resume');
  return { resumed: false, acknowledged: management.onResumeFailed(answer) };
}

/**
 * Switches stream management on. Stanzas that come before the server's answer are not counted by it; they are returned
 * to be handled once the session stands.
 */
export async function enableManagement(
  stream: XmppStream,
  management: StreamManagement,
): Promise<readonly Element[]> {
  const done = stream.deadline('step', 'STREAM_TIMEOUT');
  try {
    stream.send(management.enableElement());
    return await untilEnabled(stream, management);
  } finally {
    done();
  }
}

async function untilEnabled(stream: XmppStream, management: StreamManagement): Promise<readonly Element[]> {
  const early: Element[] = [];
  for (;;) {
    const answer = await stream.next();
    if (answer.is('enabled', NS.streamManagement)) management.onEnabled(answer);
    else if (isStanza(answer)) {
      if (early.length >= MAX_EARLY)
        throw new AppError('STREAM_LIMIT', { limit: 'stanzas before the session' });
      early.push(answer);
      continue;
    } else if (!answer.is('failed', NS.streamManagement)) throw unexpected('stream management');
    return early;
  }
}
