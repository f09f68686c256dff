import type { ChatMessage } from '../../shared/chat-model.ts';
import { MAX_NOTICE_TEXT, type Notice, type WatchPolicy } from '../../shared/watch-contract.ts';
import { excerptOf, higher } from './alert-book.ts';

/** What comes within this time is told as one, milliseconds: a flood is one notice in a while. */
const GATHER_MS = 600;

type About = Pick<Notice, 'reason' | 'severity'>;

const RANK: Readonly<Record<Notice['reason'], number>> = { message: 0, mention: 1, watchword: 2 };

/**
 * Tells the main process what the desktop is to announce. What the policy does not let a notification say never leaves this
 * process.
 */
export class Notices {
  readonly #send: (notice: Notice) => void;
  readonly #rules: () => WatchPolicy['notifications'];
  #waiting: Notice | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(send: (notice: Notice) => void, rules: () => WatchPolicy['notifications']) {
    this.#send = send;
    this.#rules = rules;
  }

  /** A message that nobody looks at has arrived. */
  add(about: About, message: ChatMessage): void {
    if (!this.#rules().enabled) return;
    const former = this.#waiting;
    const weightier = former === undefined || RANK[about.reason] >= RANK[former.reason];
    this.#waiting = {
      ...(weightier || former === undefined ? { ...about, ...this.#content(message) } : former),
      severity: former === undefined ? about.severity : higher(about.severity, former.severity),
      count: (former?.count ?? 0) + 1,
    };
    this.#timer ??= setTimeout(() => this.#flush(), GATHER_MS);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#waiting = undefined;
  }

  #flush(): void {
    this.#timer = undefined;
    const notice = this.#waiting;
    this.#waiting = undefined;
    if (notice !== undefined) this.#send(notice);
  }

  #content({ sender, shownAs, body, label }: ChatMessage): Pick<Notice, 'sender' | 'label' | 'text'> {
    const { content } = this.#rules();
    if (content === 'none') return {};
    const from = { sender: (shownAs ?? sender).slice(0, MAX_NOTICE_TEXT) };
    if (content === 'sender') return from;
    return {
      ...from,
      ...(label === undefined ? {} : { label: label.text.slice(0, MAX_NOTICE_TEXT) }),
      text: excerptOf(body, 0).slice(0, MAX_NOTICE_TEXT),
    };
  }
}
