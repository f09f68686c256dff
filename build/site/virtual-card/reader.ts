/**
 * The card side of the vpcd protocol (vsmartcard): messages of a two-byte length and a body. A body of one byte is a
 * control (00 off, 01 on, 02 reset, no answer; 04 asks for the ATR), anything else a command APDU to answer.
 *
 * Connecting is inserting the card and disconnecting is taking it out. vpcd looks only when pcscd polls the reader.
 * The card connects to vpcd, which listens; the other way round vpcd 3.3 goes astray over closed descriptors while
 * nobody answers, and takes pcscd with it.
 */
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PivCard } from './piv-card.ts';

/** How soon a card that lies in the reader shows itself again after vpcd dropped it, in milliseconds. */
const RETRY_MS = 50;

const CONTROL = { OFF: 0, ON: 1, RESET: 2, ATR: 4 } as const;

/** In one write: vpcd cannot bear half a length (it would answer pcscd with a NULL buffer, and that ends pcscd). */
function frame(body: Buffer): Buffer {
  const message = Buffer.alloc(2 + body.length);
  message.writeUInt16BE(body.length);
  body.copy(message, 2);
  return message;
}

export class VirtualReader {
  readonly #port: number;
  #card: PivCard | undefined;
  #socket: net.Socket | undefined;

  /** @param port vpcd's port on the loopback; the second reader of a pcscd has the next one. */
  constructor(port: number) {
    this.#port = port;
  }

  get present(): boolean {
    return this.#card !== undefined;
  }

  /** Puts a card in; pcscd sees it at its next poll. */
  async insert(card: PivCard): Promise<void> {
    if (this.#card) throw new Error('there is a card in the reader');
    this.#card = card;
    try {
      this.#serve(card, await this.#connect());
    } catch (error) {
      this.#card = undefined;
      throw error;
    }
  }

  /** Takes the card out, at once and whatever it was doing. */
  remove(): void {
    const card = this.#card;
    this.#card = undefined;
    this.#socket?.destroy();
    this.#socket = undefined;
    card?.reset();
  }

  #connect(): Promise<net.Socket> {
    return new Promise((resolve, reject) => {
      const socket = net.connect({ host: '127.0.0.1', port: this.#port, noDelay: true });
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(socket);
      });
    });
  }

  #serve(card: PivCard, socket: net.Socket): void {
    this.#socket = socket;
    let buffer = Buffer.alloc(0);
    let queue = Promise.resolve(); // one message at a time, in order
    socket.on('data', (chunk) => {
      buffer = Buffer.concat([buffer, chunk]);
      while (buffer.length >= 2 && buffer.length >= 2 + buffer.readUInt16BE()) {
        const message = buffer.subarray(2, 2 + buffer.readUInt16BE());
        buffer = buffer.subarray(2 + message.length);
        queue = queue.then(() => this.#handle(card, socket, message));
      }
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      if (this.#socket === socket) void this.#reconnect(card);
    });
  }

  /**
   * vpcd drops a connection of which it had given up the last command, at times the one that came after it. The card
   * lies in the reader all the same: it loses its power and is found again.
   */
  async #reconnect(card: PivCard): Promise<void> {
    this.#socket = undefined;
    card.reset();
    while (this.#card === card && this.#socket === undefined) {
      const socket = await this.#connect().catch(() => undefined);
      if (socket === undefined) await sleep(RETRY_MS, undefined, { ref: false });
      else if (this.#card === card && this.#socket === undefined) this.#serve(card, socket);
      else socket.destroy();
    }
  }

  async #handle(card: PivCard, socket: net.Socket, message: Buffer): Promise<void> {
    if (this.#socket !== socket) return; // taken out meanwhile
    const [control] = message;
    if (message.length !== 1) {
      const answer = await card.process(message);
      if (this.#socket === socket) socket.write(frame(answer));
    } else if (control === CONTROL.OFF || control === CONTROL.ON || control === CONTROL.RESET) card.reset();
    else if (control === CONTROL.ATR) socket.write(frame(card.description.atr));
  }
}
