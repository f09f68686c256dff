/**
 * The chat window's end of the port to the session process: correlates commands with replies, hands arrays of events
 * on and acknowledges each after it could be painted. It knows nothing of Electron, so that it is tested alone.
 */
import type { ChatCommand, ChatEvent, ChatPortMessage, ChatReply } from '../shared/chat-model.ts';

/** The part of a MessagePort that is used. */
export interface ChatPort {
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  postMessage(message: ChatPortMessage): void;
  close(): void;
  start(): void;
  addEventListener(type: 'close', listener: () => void): void;
}

export interface ChatLinkOptions {
  /** Asks for a fresh port, which arrives through {@link ChatLink.attach}. */
  readonly requestPort: () => void;
  /** Calls back after the next frame was painted. */
  readonly afterFrame: (callback: () => void) => void;
}

/** Commands that may wait for their reply at once; a page that sends more is out of order. */
const MAX_PENDING = 512;

const NOT_CONNECTED: ChatReply = { ok: false, error: { code: 'NOT_CONNECTED' } };

export class ChatLink {
  readonly #options: ChatLinkOptions;
  readonly #pending = new Map<number, (reply: ChatReply) => void>();
  #port: ChatPort | undefined;
  #listener: ((events: readonly ChatEvent[]) => void) | undefined;
  #nextId = 1;

  constructor(options: ChatLinkOptions) {
    this.#options = options;
  }

  /** Starts the flow of events to `listener`; a second listener takes the first one's place. */
  connect(listener: (events: readonly ChatEvent[]) => void): () => void {
    this.#listener = listener;
    // The flow begins with a snapshot, which only a fresh port brings.
    this.#drop();
    this.#options.requestPort();
    return () => {
      if (this.#listener !== listener) return;
      this.#listener = undefined;
      this.#drop();
    };
  }

  /** Takes a fresh port in place of the one before. */
  attach(port: ChatPort): void {
    this.#drop();
    if (this.#listener === undefined) {
      port.close();
      return;
    }
    this.#port = port;
    port.onmessage = (event) => {
      if (this.#port === port) this.#receive(port, event.data as ChatPortMessage);
    };
    port.addEventListener('close', () => {
      if (this.#port !== port) return;
      this.#drop();
      if (this.#listener !== undefined) this.#options.requestPort();
    });
    port.start();
  }

  /** Sends a command; resolves with `NOT_CONNECTED` when the session process is not there or goes away. */
  command(command: ChatCommand): Promise<ChatReply> {
    const port = this.#port;
    if (port === undefined || this.#pending.size >= MAX_PENDING) return Promise.resolve(NOT_CONNECTED);
    const id = this.#nextId++;
    return new Promise((resolve) => {
      this.#pending.set(id, resolve);
      port.postMessage({ kind: 'command', id, command });
    });
  }

  #receive(port: ChatPort, message: ChatPortMessage): void {
    if (message.kind === 'reply') {
      const resolve = this.#pending.get(message.id);
      this.#pending.delete(message.id);
      resolve?.(message.reply);
    } else if (message.kind === 'events') {
      this.#listener?.(message.events);
      this.#options.afterFrame(() => {
        if (this.#port === port) port.postMessage({ kind: 'ack', count: 1 });
      });
    }
  }

  #drop(): void {
    const port = this.#port;
    this.#port = undefined;
    port?.close();
    const waiting = [...this.#pending.values()];
    this.#pending.clear();
    for (const resolve of waiting) resolve(NOT_CONNECTED);
  }
}
