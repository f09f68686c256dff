/** The extensions of a session without a connection: what they send is kept and guarded, what they get a test says. */
import type { BareJid, FullJid } from '../../src/shared/jid.ts';
import type { GuardPolicy } from '../../src/shared/session-contract.ts';
import type { Extension, ExtensionHost } from '../../src/xmpp/extension.ts';
import { createExtensions, type Extensions } from '../../src/xmpp/extensions.ts';
import { createGuardConfig, guard } from '../../src/xmpp/guard/index.ts';
import type { QueryHandler } from '../../src/xmpp/rfc6120-iq/queries.ts';
import { Requests } from '../../src/xmpp/rfc6120-iq/requests.ts';
import type { Element } from '../../src/xmpp/xml.ts';
import { guardPolicy } from './guard-policy.ts';
import { parseStanza } from './parse-stanza.ts';

export interface ScriptedExtensions {
  readonly extensions: Extensions;
  /** What was sent, in order; the guard has let all of it pass. */
  readonly sent: readonly string[];
  /** The rooms that this user is in. */
  readonly inside: Set<BareJid>;
  /** Answers the query sent last, as the guard lets the answer in. `payload` empty: an empty result. */
  answer(payload: string, from?: string): void;
  /** Answers one of the queries in `sent`, with a payload or, where it is a word alone, an error of that condition. */
  answerTo(question: string, payload: string): void;
  /** Refuses the query sent last. */
  refuse(condition: string): void;
  /** A query of the server (a push); returns what the handler makes of it, `undefined` where the guard refuses it. */
  push(type: 'get' | 'set', payload: string, from?: string): ReturnType<QueryHandler>;
  /** A message or presence for the extensions; bob is a contact whose presence is seen; false where the guard refuses it, or nobody takes it. */
  receive(stanza: string): boolean;
}

const errorOf = (condition: string): string =>
  `<error type='cancel'><${condition} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>`;

export function scriptedExtensions(changes: Partial<GuardPolicy> = {}): ScriptedExtensions {
  const jid = 'alice@chat.mil/desk' as FullJid;
  const account = 'alice@chat.mil' as BareJid;
  const config = createGuardConfig(
    guardPolicy('chat.mil', ['rooms.chat.mil'], changes),
    jid,
    () => false,
    (bare) => bare === 'bob@chat.mil',
  );
  const sent: string[] = [];
  const inside = new Set<BareJid>();
  const queries = new Map<string, QueryHandler>();
  let count = 0;
  let last: Element | undefined;
  const send = (stanza: Element): void => {
    const verdict = guard('out', stanza, config);
    if (verdict.action !== 'allow') throw new Error(`${JSON.stringify(verdict)}: ${stanza.toString()}`);
    if (stanza.name === 'iq') last = stanza;
    sent.push(stanza.toString());
  };
  const newId = (): string => {
    count += 1;
    return `id-${count}`;
  };
  const requests = new Requests({ account, domain: 'chat.mil', send, newId, lastReceived: () => 0 }, 10_000);
  const host: ExtensionHost = {
    guard: config,
    account,
    requests,
    send,
    newId,
    answer: (type, xmlns, name, handler) => queries.set(`${type} ${xmlns} ${name}`, handler),
    sendNonza: () => undefined,
    online: false,
    mayKnow: () => false,
    emit: () => undefined,
    inRoom: (room) => inside.has(room),
    preferRoom: () => undefined,
  };
  const extensions = createExtensions(host);
  const letIn = (text: string): Element | undefined => {
    const stanza = parseStanza(text);
    const verdict = guard('in', stanza, config);
    if (verdict.action === 'refuse') return undefined;
    return verdict.action === 'rewrite' ? verdict.stanza : stanza;
  };
  const reply = (
    type: 'result' | 'error',
    payload: string,
    from: string | undefined,
    question = last,
  ): void => {
    const { id, to } = question?.attrs ?? {};
    const sender = from ?? to;
    const answer = letIn(
      `<iq type='${type}' id='${id ?? ''}' ${sender === undefined ? '' : `from='${sender}'`} to='${jid}'>${payload}</iq>`,
    );
    if (answer === undefined) throw new Error(`the guard refuses the answer: ${payload}`);
    requests.onAnswer(answer);
  };
  return {
    extensions,
    sent,
    inside,
    answer: (payload, from) => reply('result', payload, from),
    answerTo: (question, payload) =>
      /^[a-z-]+$/.test(payload)
        ? reply('error', errorOf(payload), undefined, parseStanza(question))
        : reply('result', payload, undefined, parseStanza(question)),
    refuse: (condition) => reply('error', errorOf(condition), undefined),
    push(type, payload, from) {
      const sender = from === undefined ? '' : `from='${from}'`;
      const stanza = letIn(`<iq type='${type}' id='push' ${sender} to='${jid}'>${payload}</iq>`);
      const query = stanza?.children.find((child) => typeof child !== 'string');
      if (stanza === undefined || query === undefined || typeof query === 'string') return undefined;
      return queries.get(`${type} ${query.getNS() ?? ''} ${query.name}`)?.(query, stanza);
    },
    receive(text) {
      const stanza = letIn(text);
      const sender = config.resolve(stanza?.attrs.from ?? '');
      if (stanza === undefined) return false;
      return Object.values<Extension>(extensions).some((extension) =>
        stanza.name === 'message'
          ? extension.onMessage?.(stanza, sender) === true
          : sender !== undefined && extension.onPresence?.(stanza, sender) === true,
      );
    },
  };
}
