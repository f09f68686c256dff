/** Talking to clamd (clamd(8)): `zINSTREAM`, `zVERSION`. One connection a command, everything bounded. */
import { connect, type Socket } from 'node:net';
import type { Readable } from 'node:stream';

export type ClamdAddress = { readonly path: string } | { readonly host: string; readonly port: number };

/** `unreachable`: no connection. `failed`: it gave up on this file, which may be the file's fault. `limit`: too large for it. */
export type ScannerProblem = 'unreachable' | 'failed' | 'limit';

/** clamd is not there, is too slow, or answers what it should not. Nothing may be released on that. */
export class ScannerError extends Error {
  override readonly name = 'ScannerError';
  readonly kind: ScannerProblem;

  constructor(kind: ScannerProblem, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.kind = kind;
  }
}

export type ScanResult = { readonly clean: true } | { readonly clean: false; readonly signature: string };

const MAX_REPLY_BYTES = 4096;
const CONNECT_MS = 5000;

interface Exchange {
  readonly socket: Socket;
  /** clamd's answer, without its NUL. */
  readonly reply: Promise<string>;
}

function exchange(address: ClamdAddress, timeoutMs: number): Exchange {
  const socket = connect(address);
  const reply = new Promise<string>((done, failed) => {
    const parts: Buffer[] = [];
    let length = 0;
    let connected = false;
    const fail = (message: string, cause?: unknown) => {
      socket.destroy();
      failed(new ScannerError(connected ? 'failed' : 'unreachable', message, cause));
    };
    socket.once('connect', () => {
      connected = true;
    });
    const deadline = setTimeout(() => fail('clamd took too long'), timeoutMs);
    const greeting = setTimeout(() => connected || fail('clamd does not take the connection'), CONNECT_MS);
    socket.on('data', (chunk: Buffer) => {
      parts.push(chunk);
      length += chunk.length;
      if (length > MAX_REPLY_BYTES) fail('clamd answers without end');
    });
    socket.once('end', () => {
      const text = Buffer.concat(parts).toString('utf8');
      const end = text.indexOf('\0');
      if (end === -1) fail('clamd hung up');
      else done(text.slice(0, end));
    });
    socket.once('error', (error) => {
      const text = Buffer.concat(parts).toString('utf8');
      // A stream that is too long is answered and then closed while we still write.
      if (text.includes('\0')) done(text.slice(0, text.indexOf('\0')));
      else fail(connected ? 'clamd hung up' : 'clamd cannot be reached', error);
    });
    socket.once('close', () => {
      clearTimeout(deadline);
      clearTimeout(greeting);
      fail('clamd hung up');
    });
  });
  reply.catch(() => undefined);
  return { socket, reply };
}

/** Bytes go out with back-pressure; a connection that closed meanwhile is the reply's business. */
function send(socket: Socket, data: Uint8Array): Promise<void> | undefined {
  if (socket.destroyed || socket.write(data)) return undefined;
  return new Promise((done) => {
    const settle = () => {
      socket.off('drain', settle);
      socket.off('close', settle);
      done();
    };
    socket.once('drain', settle);
    socket.once('close', settle);
  });
}

function sizeOf(chunk: Uint8Array): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt32BE(chunk.length);
  return size;
}

/**
 * Scans a stream. The stream is destroyed when clamd answers early.
 *
 * @throws ScannerError
 */
export async function scan(
  address: ClamdAddress,
  content: Readable,
  timeoutMs: number,
  onChunk: (chunk: Uint8Array) => void = () => undefined,
): Promise<ScanResult> {
  const { socket, reply } = exchange(address, timeoutMs);
  try {
    socket.write('zINSTREAM\0');
    for await (const chunk of content as AsyncIterable<Buffer>) {
      if (socket.destroyed || socket.readableEnded) break;
      onChunk(chunk);
      if (chunk.length === 0) continue;
      socket.write(sizeOf(chunk));
      await send(socket, chunk);
    }
    if (!socket.destroyed) socket.write(Buffer.alloc(4));
    const text = await reply;
    if (text === 'stream: OK') return { clean: true };
    const found = /^stream: ([\x21-\x7e]{1,512}) FOUND$/.exec(text);
    if (found?.[1] !== undefined) return { clean: false, signature: found[1] };
    const limit = text.includes('size limit exceeded');
    throw new ScannerError(limit ? 'limit' : 'failed', `clamd: ${text.slice(0, 200)}`);
  } finally {
    content.destroy();
    socket.destroy();
  }
}

/** Engine and signatures, for the record. @throws ScannerError */
export async function version(address: ClamdAddress, timeoutMs: number): Promise<string> {
  const { socket, reply } = exchange(address, timeoutMs);
  try {
    socket.write('zVERSION\0');
    const text = await reply;
    if (!/^ClamAV [\x20-\x7e]{1,200}$/.test(text)) throw new ScannerError('failed', 'clamd gives no version');
    return text;
  } finally {
    socket.destroy();
  }
}
