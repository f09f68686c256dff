/** Bytes to text across chunk borders. */
import { TextDecoder } from 'node:util';
import { AppError } from '../shared/errors.ts';

/**
 * A streaming UTF-8 decoder that accepts nothing but UTF-8 (RFC 3629): a character split over any number of chunks
 * arrives whole, and bytes that are no UTF-8 end in `STREAM_MALFORMED` instead of a replacement character. A byte order
 * mark is a character like any other.
 */
export class Utf8Stream {
  #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

  /** The text that is complete so far; may be empty. */
  write(bytes: Uint8Array): string {
    return this.#decode(bytes, true);
  }

  /** The end of the stream: an unfinished character is an error. */
  end(): void {
    this.#decode(new Uint8Array(0), false);
  }

  #decode(bytes: Uint8Array, stream: boolean): string {
    try {
      return this.#decoder.decode(bytes, { stream });
    } catch (cause) {
      // What is left of a broken character must not colour what a caller decodes next.
      this.#decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
      throw new AppError('STREAM_MALFORMED', { reason: 'not UTF-8' }, { cause });
    }
  }
}
