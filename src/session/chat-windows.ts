import type { ChatCommand, ChatEvent, ChatReply } from '../shared/chat-model.ts';
import { AppError, toErrorReport } from '../shared/errors.ts';
import type { BareJid } from '../shared/jid.ts';
import { MAX_TILE_WINDOWS } from '../shared/watch-contract.ts';
import { parseWindowMessage } from './commands/parse.ts';
import { EventBatcher } from './event-batcher.ts';
import type { Port } from './ports.ts';
import { eventForWindow, replyForWindow } from './window-messages.ts';

/** The chat window's key; every other window is a torn-off one. */
export const MAIN_WINDOW = 'chat';
/** The chat window and the torn-off ones, and one that is just being replaced. */
const MAX_WINDOWS = MAX_TILE_WINDOWS + 2;

/** Files belong to the window that has them open, and that is the chat window. */
const MAIN_WINDOW_ONLY: ReadonlySet<ChatCommand['type']> = new Set([
  'offer-file',
  'put-file-part',
  'fail-file',
]);

interface AttachedWindow {
  readonly port: Port;
  readonly batcher: EventBatcher;
  /** What the user has before the eyes in it. */
  attended: ReadonlySet<BareJid>;
}

export interface ChatWindowsOptions {
  /** The events that bring an empty window up to date, a snapshot first. */
  readonly state: () => readonly ChatEvent[];
  readonly execute: (command: ChatCommand) => Promise<ChatReply>;
  /** The user looks at these conversations in a window now. */
  readonly onAttended: (conversations: readonly BareJid[]) => void;
  /** A window is not there any more, or begins anew. */
  readonly onGone: (window: string) => void;
}

/** The windows that show the chat, each with its port and its own pace: one that stands still holds up no other. */
export class ChatWindows {
  readonly #options: ChatWindowsOptions;
  readonly #windows = new Map<string, AttachedWindow>();

  constructor(options: ChatWindowsOptions) {
    this.#options = options;
  }

  /** Gives a window's port; the port it had before is closed. A window too many is not shown anything. */
  attach(window: string, port: Port): void {
    this.detach(window);
    if (this.#windows.size >= MAX_WINDOWS) {
      port.close();
      return;
    }
    const batcher = new EventBatcher(
      (events) => port.postMessage({ kind: 'events', events }),
      () => this.#options.state(),
    );
    this.#windows.set(window, { port, batcher, attended: new Set() });
    port.onClose(() => {
      if (this.#windows.get(window)?.port === port) this.detach(window);
    });
    port.onMessage((data) => this.#receive(window, port, data));
    for (const event of this.#options.state()) batcher.push(event);
  }

  detach(window: string): void {
    const attached = this.#windows.get(window);
    if (attached === undefined) return;
    this.#windows.delete(window);
    attached.batcher.close();
    attached.port.close();
    this.#options.onGone(window);
  }

  show(event: ChatEvent): void {
    const shown = eventForWindow(event);
    for (const { batcher } of this.#windows.values()) batcher.push(shown);
  }

  /** Whether the user looks at a conversation in any window. */
  isAttended(conversation: BareJid): boolean {
    for (const { attended } of this.#windows.values()) if (attended.has(conversation)) return true;
    return false;
  }

  close(): void {
    for (const window of [...this.#windows.keys()]) this.detach(window);
  }

  #receive(window: string, port: Port, data: unknown): void {
    const attached = this.#windows.get(window);
    if (attached?.port !== port) return;
    const message = parseWindowMessage(data);
    // A window that breaks the contract is not one of ours; it gets no second chance on this port.
    if (message === undefined) this.detach(window);
    else if (message.kind === 'ack') attached.batcher.acknowledge(message.count);
    else void this.#answer(window, port, message.id, message.command);
  }

  #attend(window: string, conversations: readonly BareJid[]): void {
    const attached = this.#windows.get(window);
    if (attached === undefined) return;
    attached.attended = new Set(conversations);
    this.#options.onAttended(conversations);
  }

  async #answer(window: string, port: Port, id: number, command: ChatCommand): Promise<void> {
    let reply: ChatReply;
    try {
      if (window !== MAIN_WINDOW && MAIN_WINDOW_ONLY.has(command.type)) throw new AppError('IPC_REFUSED');
      if (command.type === 'attend') this.#attend(window, command.conversations);
      reply = await this.#options.execute(command);
    } catch (error) {
      reply = { ok: false, error: toErrorReport(error) };
    }
    const attached = this.#windows.get(window);
    if (attached?.port !== port) return;
    // What the command changed is shown before its answer arrives. A window that says what it has read has applied that already.
    if (command.type !== 'mark-read') attached.batcher.flush();
    port.postMessage({ kind: 'reply', id, reply: replyForWindow(reply) });
  }
}
