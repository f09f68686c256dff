/** The guard at work on a stream: its verdicts carried out, counted and audited. */

import { AppError } from '../../shared/errors.ts';
import type { AuditRecord } from '../../shared/session-contract.ts';
import type { StanzaTrace } from '../api.ts';
import { NS } from '../namespaces.ts';
import { errorReply } from '../stream/errors.ts';
import type { StanzaGate } from '../stream/stream.ts';
import { type Element, elementsOf, xml } from '../xml.ts';
import type { GuardConfig } from './config.ts';
import { guard } from './guard.ts';
import { type Direction, type GuardReason, refuse, type Verdict } from './verdict.ts';

export interface GateOptions {
  config(): GuardConfig;
  /** A stanza came in, before it is judged. */
  received(): void;
  /** Answers a refused stanza whose sender is owed it. */
  reply(stanza: Element): void;
  audit(record: AuditRecord): void;
  /** Absent while nobody watches. */
  trace(): ((trace: StanzaTrace) => void) | undefined;
}

/** Audit records of refusals in a minute; more are counted and told with the next. */
const AUDITS_PER_MINUTE = 20;
/** Messages that are answered with an error in a minute; queries are answered always, or their senders wait. */
const MESSAGE_ERRORS_PER_MINUTE = 20;

function traceOf(direction: Direction, stanza: Element, verdict: Verdict): StanzaTrace {
  return {
    direction,
    kind: `${stanza.name}/${stanza.attrs.type ?? ''}`.slice(0, 64),
    payloads: elementsOf(stanza)
      .slice(0, 16)
      .map((child) => (child.getNS() ?? '').slice(0, 128)),
    verdict: verdict.action,
    ...(verdict.action === 'allow' ? {} : { reason: verdict.reason }),
  };
}

function isAnswer({ name, attrs }: Element): boolean {
  return name === 'iq' && attrs.type === 'result';
}

/** In place of an answer that was refused: whoever asked is told at once, instead of waiting for its time to run out. */
function refusedAnswer({ attrs: { id, from, to } }: Element): Element {
  return xml(
    'iq',
    { xmlns: NS.client, type: 'error', id, from, to },
    xml('error', { type: 'cancel' }, xml('policy-violation', { xmlns: NS.stanzaErrors })),
  );
}

export class Gate implements StanzaGate {
  readonly #options: GateOptions;
  #window = 0;
  #audited = 0;
  #suppressed = 0;
  #messageErrors = 0;

  constructor(options: GateOptions) {
    this.#options = options;
  }

  incoming(stanza: Element): Element | undefined {
    this.#options.received();
    const verdict = this.#judge('in', stanza);
    if (verdict.action === 'refuse') {
      this.#audit('in', stanza, verdict.reason);
      if (verdict.answer) this.#answer(stanza, verdict.condition);
      return isAnswer(stanza) ? refusedAnswer(stanza) : undefined;
    }
    return verdict.action === 'rewrite' ? verdict.stanza : stanza;
  }

  skipped(head: Element): void {
    this.#options.received();
    this.#options.trace()?.(traceOf('in', head, refuse('limit')));
    this.#audit('in', head, 'limit');
    const isQuery = head.name === 'iq' && (head.attrs.type === 'get' || head.attrs.type === 'set');
    if (isQuery && this.#options.config().resolve(head.attrs.from ?? '')?.approved === true) {
      this.#options.reply(errorReply(head, 'not-acceptable'));
    }
  }

  outgoing(stanza: Element): Element {
    const verdict = this.#judge('out', stanza);
    if (verdict.action === 'refuse') {
      this.#audit('out', stanza, verdict.reason);
      throw new AppError('GUARD_REFUSED', { reason: verdict.reason });
    }
    return verdict.action === 'rewrite' ? verdict.stanza : stanza;
  }

  #judge(direction: Direction, stanza: Element): Verdict {
    const verdict = guard(direction, stanza, this.#options.config());
    this.#options.trace()?.(traceOf(direction, stanza, verdict));
    return verdict;
  }

  #answer(stanza: Element, condition: string): void {
    if (stanza.name === 'message') {
      this.#startMinute();
      if (this.#messageErrors >= MESSAGE_ERRORS_PER_MINUTE) return;
      this.#messageErrors += 1;
    }
    this.#options.reply(errorReply(stanza, condition));
  }

  #startMinute(): void {
    const minute = Math.floor(Date.now() / 60_000);
    if (minute === this.#window) return;
    this.#window = minute;
    this.#audited = 0;
    this.#messageErrors = 0;
  }

  /** Who, which way and why; never what. */
  #audit(direction: Direction, stanza: Element, reason: GuardReason): void {
    this.#startMinute();
    if (this.#audited >= AUDITS_PER_MINUTE) {
      this.#suppressed += 1;
      return;
    }
    this.#audited += 1;
    const peer = this.#options
      .config()
      .resolve((direction === 'in' ? stanza.attrs.from : stanza.attrs.to) ?? '');
    const suppressed = this.#suppressed;
    this.#suppressed = 0;
    this.#options.audit({
      event: 'stanza-refused',
      outcome: 'failure',
      detail: { direction, kind: stanza.name, reason, peer: peer?.bare ?? '', suppressed },
    });
  }
}
