/**
 * A bad link on the loopback: a TCP relay that is as slow, as far away and as unreliable as it is told to be. What a lost
 * packet is to those above TCP, a pause until it was sent again, is a pause here.
 */
import { createServer, connect as open, type Server, type Socket } from 'node:net';

export interface LinkConditions {
  /** Bits a second, each way; absent: as fast as the machine. */
  readonly bitsPerSecond?: number;
  /** There and back, milliseconds. */
  readonly roundTripMs?: number;
  /** Share of the segments that are lost once, 0 to 1. */
  readonly loss?: number;
  /**
   * Share of the segments in which one bit is turned over, 0 to 1: what TCP's checksum lets through. The first kilobyte of each
   * way is spared: an altered hello is a server that the policy does not know, and that ends a sign-in until a person looks.
   */
  readonly corruption?: number;
}

export interface LinkTotals {
  readonly connections: number;
  /** Bytes, both ways together. */
  readonly bytes: number;
  readonly lost: number;
  readonly corrupted: number;
}

/** Default maximum segment of TCP (RFC 9293 3.7.1), bytes. */
const SEGMENT_BYTES = 536;
/** A sender waits at least so long before it sends again (RFC 6298 2.4 has 1 s, what is in use 200 ms). */
const MIN_RETRANSMISSION_MS = 200;
/** What may wait in one direction before its sender is held back: a modem's buffer, not a city's. */
const QUEUE_BYTES = 8 * 1024;
/** The hellos of TLS, which nothing protects yet. */
const CLEAR_BYTES = 1024;

interface Segment {
  readonly data: Buffer;
  /** By `performance.now()`. */
  readonly due: number;
}

/** One direction of one connection. */
class Direction {
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #link: Link;
  readonly #queue: Segment[] = [];
  #bytes = 0;
  #taken = 0;
  #lineFree = 0;
  #lastDue = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(from: Socket, to: Socket, link: Link) {
    this.#from = from;
    this.#to = to;
    this.#link = link;
    from.on('data', (chunk: Buffer) => this.#take(chunk));
    from.on('end', () => this.#push(Buffer.alloc(0)));
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #take(chunk: Buffer): void {
    for (let at = 0; at < chunk.length; at += SEGMENT_BYTES) {
      const segment = Buffer.from(chunk.subarray(at, at + SEGMENT_BYTES));
      this.#push(this.#taken < CLEAR_BYTES ? this.#link.count(segment) : this.#link.spoil(segment));
      this.#taken += segment.length;
    }
    if (this.#bytes > QUEUE_BYTES) this.#from.pause();
  }

  /** An empty segment is the end. */
  #push(data: Buffer): void {
    const { bitsPerSecond, roundTripMs = 0 } = this.#link.conditions;
    const onTheLine = bitsPerSecond === undefined ? 0 : (data.length * 8_000) / bitsPerSecond;
    this.#lineFree = Math.max(performance.now(), this.#lineFree) + onTheLine;
    // In order: what comes behind a lost segment waits for it.
    const due = Math.max(this.#lineFree + roundTripMs / 2 + this.#link.pause(), this.#lastDue);
    this.#lastDue = due;
    this.#queue.push({ data, due });
    this.#bytes += data.length;
    this.#deliver();
  }

  #deliver(): void {
    clearTimeout(this.#timer);
    for (let next = this.#queue[0]; next !== undefined; next = this.#queue[0]) {
      const wait = next.due - performance.now();
      if (wait > 0) {
        this.#timer = setTimeout(() => this.#deliver(), Math.ceil(wait));
        return;
      }
      this.#queue.shift();
      this.#bytes -= next.data.length;
      if (next.data.length === 0) this.#to.end();
      else this.#to.write(next.data);
    }
    if (this.#bytes <= QUEUE_BYTES / 2) this.#from.resume();
  }
}

/** The relay. Its port stands in for the server's. */
export class Link {
  conditions: LinkConditions;
  readonly #server: Server;
  readonly #target: number;
  readonly #random: () => number;
  readonly #sockets = new Set<Socket>();
  #broken = false;
  #connections = 0;
  #bytes = 0;
  #lost = 0;
  #corrupted = 0;

  private constructor(target: number, conditions: LinkConditions, random: () => number) {
    this.#target = target;
    this.conditions = conditions;
    this.#random = random;
    this.#server = createServer({ allowHalfOpen: true }, (socket) => this.#relay(socket));
  }

  /** Starts a link to `target`, a port on the loopback. @param random a number in [0, 1) */
  static async to(
    target: number,
    conditions: LinkConditions = {},
    random: () => number = Math.random,
  ): Promise<Link> {
    const link = new Link(target, conditions, random);
    await new Promise<void>((done, failed) => {
      link.#server.once('error', failed);
      link.#server.listen(0, '127.0.0.1', done);
    });
    return link;
  }

  get port(): number {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the link is not up');
    return address.port;
  }

  get totals(): LinkTotals {
    return {
      connections: this.#connections,
      bytes: this.#bytes,
      lost: this.#lost,
      corrupted: this.#corrupted,
    };
  }

  /** Ends all connections without a word; with `down` none can be made until {@link mend}. */
  cut(down = false): void {
    this.#broken = down;
    for (const socket of [...this.#sockets]) socket.resetAndDestroy();
  }

  mend(): void {
    this.#broken = false;
  }

  async stop(): Promise<void> {
    this.cut(true);
    await new Promise<void>((done) => this.#server.close(() => done()));
  }

  /** How much later a segment arrives because it was lost. */
  pause(): number {
    const { loss = 0, roundTripMs = 0 } = this.conditions;
    if (this.#random() >= loss) return 0;
    this.#lost += 1;
    return Math.max(MIN_RETRANSMISSION_MS, 1.5 * roundTripMs);
  }

  /** A segment that arrives as it is. */
  count(segment: Buffer): Buffer {
    this.#bytes += segment.length;
    return segment;
  }

  /** A segment as it arrives. */
  spoil(segment: Buffer): Buffer {
    this.count(segment);
    const { corruption = 0 } = this.conditions;
    if (segment.length === 0 || this.#random() >= corruption) return segment;
    this.#corrupted += 1;
    const at = Math.floor(this.#random() * segment.length);
    segment[at] = (segment[at] ?? 0) ^ (1 << Math.floor(this.#random() * 8));
    return segment;
  }

  #relay(client: Socket): void {
    if (this.#broken) {
      client.resetAndDestroy();
      return;
    }
    this.#connections += 1;
    const server = open({ port: this.#target, host: '127.0.0.1', allowHalfOpen: true });
    const directions = [new Direction(client, server, this), new Direction(server, client, this)];
    for (const socket of [client, server]) {
      socket.setNoDelay(true);
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.once('close', () => {
        this.#sockets.delete(socket);
        for (const direction of directions) direction.close();
        client.destroy();
        server.destroy();
      });
    }
  }
}
