/** A chat desk of the session process with a window's state behind it, as the renderer builds it from what it is sent. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type ChatState, EMPTY_CHAT } from '../../src/renderer/state/chat-state.ts';
import { applyEvents, applyPage, setHistory } from '../../src/renderer/state/reduce-chat.ts';
import { ChatDesk } from '../../src/session/chat-desk.ts';
import type { ChatDeskOptions } from '../../src/session/chat-desk-options.ts';
import { SaveChannel } from '../../src/session/files/save-channel.ts';
import type { Port } from '../../src/session/ports.ts';
import type {
  ChatCommand,
  ChatMessage,
  ChatPortMessage,
  ChatReply,
  ConnectionInfo,
} from '../../src/shared/chat-model.ts';
import type { BareJid } from '../../src/shared/jid.ts';
import type { MessageTemplate } from '../../src/shared/message-templates.ts';
import { NO_PREFS, NOTHING_WATCHED } from '../../src/shared/watch-contract.ts';
import type { XmppClient } from '../../src/xmpp/index.ts';
import { until } from './xmpp-analyst.ts';

/** As much of a window as scrolling needs. */
export class DeskWindow {
  readonly desk: ChatDesk;
  state: ChatState = EMPTY_CHAT;
  readonly unread: number[] = [];
  readonly #replies = new Map<number, (reply: ChatReply) => void>();
  #receive: (data: unknown) => void = () => undefined;
  #next = 0;
  #snapshots = 0;

  /**
   * @param storeWorkerFile of `bundleStoreWorker`, where something is to be kept
   * @param more in place of a policy that says nothing
   */
  constructor(
    xmpp: XmppClient,
    domain: string,
    templates: readonly MessageTemplate[] = [],
    storeWorkerFile?: string,
    more: Partial<ChatDeskOptions> = {},
  ) {
    this.desk = new ChatDesk({
      domain,
      displayName: 'TEST.ANALYST.A.1000000001',
      xmpp,
      labels: { labels: { catalogue: [], required: false }, partners: [] },
      templates,
      whiteboards: true,
      onUnread: (total) => this.unread.push(total),
      onReconnectNow: () => undefined,
      saveChannel: new SaveChannel(),
      onAudit: () => undefined,
      watch: { policy: NOTHING_WATCHED, prefs: NO_PREFS },
      onNotice: () => undefined,
      onPrefs: () => undefined,
      ...(storeWorkerFile === undefined ? {} : { storeWorkerFile }),
      ...more,
    });
    this.desk.attach(this.#port());
  }

  /** The session process tells of a connection; ends when the window has begun anew with it. */
  async connected(resumed: boolean): Promise<void> {
    const before = this.#snapshots;
    this.desk.setConnection({ streamManagement: { enabled: true, resumed } } as ConnectionInfo);
    await until('a snapshot', () => this.#snapshots > before);
  }

  command(command: ChatCommand): Promise<ChatReply> {
    this.#next += 1;
    const id = this.#next;
    const reply = new Promise<ChatReply>((resolve) => this.#replies.set(id, resolve));
    this.#receive({ kind: 'command', id, command });
    return reply;
  }

  /** One look above the oldest message that the window has. */
  async older(conversation: BareJid, limit = 100): Promise<ChatReply> {
    const before = this.messages(conversation)[0]?.id;
    this.state = setHistory(this.state, conversation, 'loading');
    const reply = await this.command({
      type: 'load-messages',
      conversation,
      limit,
      ...(before === undefined ? {} : { before }),
    });
    if (reply.ok) {
      const { messages = [], complete = false } = reply;
      this.state = applyPage(this.state, conversation, { messages, complete, before });
    } else this.state = setHistory(this.state, conversation, 'failed');
    return reply;
  }

  /** Looks until there is nothing older; returns how many looks it took. */
  async toTheStart(conversation: BareJid): Promise<number> {
    for (let looks = 1; looks < 100; looks += 1) {
      const reply = await this.older(conversation);
      if (!reply.ok) throw new Error(reply.error.code);
      if (reply.complete === true) return looks;
    }
    throw new Error('there is no start');
  }

  /** Looks further back until a message with this text is there, as after a snapshot that began the window anew. */
  async backTo(conversation: BareJid, body: string): Promise<void> {
    for (let looks = 0; !this.bodies(conversation).includes(body); looks += 1) {
      if (looks > 20) throw new Error(`there is no ${body}`);
      await this.older(conversation);
      await this.settled();
    }
  }

  messages(conversation: BareJid): readonly ChatMessage[] {
    const log = this.state.conversations.get(conversation)?.log;
    return log === undefined ? [] : log.slice(0, log.size);
  }

  bodies(conversation: BareJid): readonly string[] {
    return this.messages(conversation).map(({ body }) => body);
  }

  /** Lets what waits for the next frame arrive. */
  settled(): Promise<void> {
    return sleep(60);
  }

  #port(): Port {
    return {
      postMessage: (data) => this.#onMessage(data as ChatPortMessage),
      onMessage: (listener) => {
        this.#receive = listener;
      },
      onClose: () => undefined,
      close: () => undefined,
    };
  }

  #onMessage(message: ChatPortMessage): void {
    if (message.kind === 'events') {
      this.state = applyEvents(this.state, message.events);
      if (message.events.some(({ type }) => type === 'snapshot')) this.#snapshots += 1;
      this.#receive({ kind: 'ack', count: 1 });
    } else if (message.kind === 'reply') {
      this.#replies.get(message.id)?.(message.reply);
      this.#replies.delete(message.id);
    }
  }
}
