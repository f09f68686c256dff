import type { ChatEvent } from '../shared/chat-model.ts';
import { isPassing, MessagePace } from './message-pace.ts';
import { PendingEvents } from './pending-events.ts';

/** At most one array of events in this many milliseconds: one frame of a 60 Hz display. */
const FLUSH_INTERVAL_MS = 16;
/**
 * The same in a flood. Each array costs the window a layout of the list, which on a slow machine takes as long as a
 * frame: at 60 a second nothing else would run. Nobody reads hundreds of messages a second.
 */
const FLOOD_INTERVAL_MS = 100;
/**
 * So many arrays above one in {@link STREAM_STEP_MS} are a stream: people who talk at 20 messages a second for hours. What an array
 * costs the window depends little on how much is in it. A machine that is busy for a moment does not end the stream.
 */
const STREAM_ARRAYS = 20;
const STREAM_STEP_MS = 400;
/** No more are counted, so that a stream is over within a second. */
const MAX_STREAM_ARRAYS = 21;
/** Between two arrays of a stream. */
const STREAM_INTERVAL_MS = 250;
/** The same once messages have come faster than they can be read for some seconds, for what is no more than the stream. */
const LASTING_INTERVAL_MS = 500;
/** So many events waiting for one array are a flood, and in a stream so many in a tenth of a second; what brings an empty window up to date is none. */
const FLOOD_EVENTS = 32;
/** Arrays the window has not acknowledged before we hold back (see ChatPortMessage `ack`). */
const MAX_UNACKNOWLEDGED = 8;
/** Messages that may wait for a window that has stopped; with more it starts anew and asks for what it shows. */
const MAX_WAITING_MESSAGES = 10_000;

/**
 * Paces chat events: a burst of thousands of messages reaches the window as a few arrays, and a window that cannot
 * keep up slows only itself. What comes alone is there within a frame, what comes in a stream within a quarter of a second,
 * what comes faster than anybody reads, for seconds, within half a one. What is more than such a stream does not wait for it.
 */
export class EventBatcher {
  readonly #send: (events: readonly ChatEvent[]) => void;
  readonly #refresh: () => readonly ChatEvent[];
  readonly #pending = new PendingEvents();
  readonly #pace = new MessagePace();
  #unacknowledged = 0;
  /** Events since the last array. */
  #arrived = 0;
  #flood = false;
  /** Arrays above the usual, when the last one was sent. */
  #stream = 0;
  /** When the last array was sent, milliseconds of `performance.now()`. */
  #sentAt = Number.NEGATIVE_INFINITY;
  /** What was too much for the last array is waiting. */
  #unfinished = false;
  /** What waits is more than the stream. */
  #pressing = false;
  /** When that last did not wait for the stream, milliseconds. */
  #pressedAt = Number.NEGATIVE_INFINITY;
  /** When the timer ends, milliseconds. */
  #dueAt = 0;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  /** @param refresh the events that bring an empty window up to date, a snapshot first */
  constructor(send: (events: readonly ChatEvent[]) => void, refresh: () => readonly ChatEvent[]) {
    this.#send = send;
    this.#refresh = refresh;
  }

  /** Queues an event; it is sent within one interval unless the window is behind. */
  push(event: ChatEvent): void {
    if (this.#closed) return;
    this.#pending.add(event);
    this.#arrived += 1;
    if (event.type === 'messages') this.#pace.arrived(event.append.length, performance.now());
    if (!isPassing(event)) this.#pressing = true;
    if (this.#pending.messageCount > MAX_WAITING_MESSAGES) {
      for (const state of this.#refresh()) this.#pending.add(state);
    }
    this.#schedule();
  }

  /** Sends what waits now, so that an answer that follows on the same port finds it shown. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#closed || this.#pending.isEmpty) return;
    const now = performance.now();
    // A stream that lasts is gathered for longer.
    const gathered = this.#lasts(now) ? Math.max(1, (now - this.#sentAt) / FLOOD_INTERVAL_MS) : 1;
    this.#flood = this.#arrived >= FLOOD_EVENTS * gathered;
    if (this.#pressing) this.#pressedAt = now;
    this.#pressing = false;
    this.#stream = Math.min(MAX_STREAM_ARRAYS, Math.max(0, this.#streamAt(now)) + 1);
    this.#sentAt = now;
    this.#arrived = 0;
    this.#unacknowledged += 1;
    this.#send(this.#pending.take());
    this.#unfinished = !this.#pending.isEmpty;
    this.#schedule();
  }

  /** The window has shown `count` arrays. */
  acknowledge(count: number): void {
    this.#unacknowledged = Math.max(0, this.#unacknowledged - count);
    this.#schedule();
  }

  /** Drops what waits and stops the timer; the port is gone. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #schedule(): void {
    if (this.#closed || this.#pending.isEmpty) return;
    if (this.#unacknowledged >= MAX_UNACKNOWLEDGED) return;
    const now = performance.now();
    // Only what presses ends a wait that has begun.
    if (this.#timer !== undefined && !(this.#pressing && this.#lasts(now))) return;
    const dueAt = now + this.#interval(now);
    if (this.#timer !== undefined && dueAt >= this.#dueAt) return;
    clearTimeout(this.#timer);
    this.#dueAt = dueAt;
    this.#timer = setTimeout(() => this.flush(), dueAt - now);
  }

  #interval(now: number): number {
    if (this.#flood) return FLOOD_INTERVAL_MS;
    if (this.#unfinished) return FLUSH_INTERVAL_MS;
    if (!this.#lasts(now))
      return this.#streamAt(now) >= STREAM_ARRAYS ? STREAM_INTERVAL_MS : FLUSH_INTERVAL_MS;
    if (!this.#pressing) return LASTING_INTERVAL_MS;
    return Math.max(FLUSH_INTERVAL_MS, STREAM_INTERVAL_MS - (now - this.#pressedAt));
  }

  #lasts(now: number): boolean {
    return this.#pace.isLasting(now);
  }

  #streamAt(now: number): number {
    return this.#stream - (now - this.#sentAt) / STREAM_STEP_MS;
  }
}
