/** XEP-0085 Chat State Notifications, version 2.1: who writes, one to one. In rooms they are neither sent nor shown. */
import type { BareJid } from '../../shared/jid.ts';
import type { Extension, ExtensionHost } from '../extension.ts';
import type { Address } from '../guard/index.ts';
import { carbonOf } from '../guard/index.ts';
import { NS } from '../namespaces.ts';
import { childOf, type Element, elementsOf, xml } from '../xml.ts';

type ChatState = 'active' | 'composing' | 'paused' | 'inactive' | 'gone';

/** After so long without a key the user has stopped (5.2). */
const PAUSE_MS = 30_000;
/** Who has sent states in this session; to others none are sent by themselves (5.1). */
const MAX_PEERS = 1_000;
const STATES: ReadonlySet<string> = new Set(['active', 'composing', 'paused', 'inactive', 'gone']);

/** What goes along with each message (5.1): whoever answers with one knows states. */
export function activeState(): Element {
  return xml('active', { xmlns: NS.chatStates });
}

export function chatStateOf(message: Element): ChatState | undefined {
  for (const child of elementsOf(message)) {
    if (child.getNS() === NS.chatStates && STATES.has(child.name)) return child.name as ChatState;
  }
  return undefined;
}

export class ChatStates implements Extension {
  readonly features = [NS.chatStates];
  readonly #host: ExtensionHost;
  readonly #peers = new Set<BareJid>();
  /** To whom this user writes at present, until when. */
  readonly #composing = new Map<BareJid, NodeJS.Timeout>();

  constructor(host: ExtensionHost) {
    this.#host = host;
  }

  onNewSession(): void {
    for (const timer of this.#composing.values()) clearTimeout(timer);
    this.#composing.clear();
    this.#peers.clear();
  }

  onMessage(stanza: Element, sender: Address | undefined): boolean {
    if (sender === undefined || sender.room || stanza.attrs.type === 'error') return false;
    if (carbonOf(stanza) !== undefined || childOf(stanza, 'delay', NS.delay) !== undefined) return false;
    const state = chatStateOf(stanza);
    const from = sender.bare as BareJid;
    if (state !== undefined && this.#peers.size < MAX_PEERS) this.#peers.add(from);
    // Whoever has sent a message does not write any more, whether their client says so or not.
    if (state !== undefined || childOf(stanza, 'body', NS.client) !== undefined) {
      this.#host.emit('typing', from, state === 'composing');
    }
    return false;
  }

  /** The user writes to `to`, or has stopped; told once each time. */
  typing(to: BareJid, typing: boolean): void {
    if (!typing) {
      if (this.#end(to)) this.#send(to, 'paused');
      return;
    }
    if (!this.#peers.has(to) || !this.#host.mayKnow(to)) return;
    const isTold = this.#end(to);
    const timer = setTimeout(() => this.typing(to, false), PAUSE_MS);
    timer.unref();
    this.#composing.set(to, timer);
    if (!isTold) this.#send(to, 'composing');
  }

  /** A message to `to` was sent, with its `active`. */
  onSent(to: BareJid): void {
    this.#end(to);
  }

  #end(to: BareJid): boolean {
    clearTimeout(this.#composing.get(to));
    return this.#composing.delete(to);
  }

  /** Nothing is lost where there is no connection. */
  #send(to: BareJid, state: ChatState): void {
    if (!this.#host.online) return;
    this.#host.send(
      xml(
        'message',
        { xmlns: NS.client, to, type: 'chat', id: this.#host.newId() },
        xml(state, { xmlns: NS.chatStates }),
        xml('no-store', { xmlns: NS.hints }),
      ),
    );
  }
}
