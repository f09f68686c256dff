/** One file on its way out: a slot, the bytes, the gate's verdict; and then, only then, its message. */
import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '../../shared/errors.ts';
import type { SharedFile } from '../../shared/file-contract.ts';
import type { SlotRequest, UploadSlot } from '../../xmpp/index.ts';
import type { GateClient, GateVerdict, OutgoingFile } from './gate-client.ts';
import type { PartQueue } from './part-queue.ts';

export interface UploadContext {
  readonly gate: GateClient;
  readonly requestSlot: (request: SlotRequest) => Promise<UploadSlot>;
  readonly signal: AbortSignal;
  readonly onProgress: (bytes: number) => void;
  readonly onScanning: (sha256: string) => void;
}

/** How long the gate may take to say what it thinks of a file, milliseconds. */
const SCAN_MS = 15 * 60_000;
/** How long its scanner may be down meanwhile. */
const SCANNER_DOWN_MS = 2 * 60_000;
/** Longest pause between two questions; the card signs each. */
const MAX_PAUSE_MS = 15_000;
/** Questions in a row that may fail on a bad line. */
const MAX_FAILURES = 4;

/**
 * Sends the file and resolves when the gate says that it is clean. Rejects with FILE_QUARANTINED, FILE_SCAN_TIMEOUT,
 * FILE_SCANNER_UNAVAILABLE, FILE_HASH_MISMATCH, the slot's, the window's or the gate's error, or the signal's reason.
 */
export async function upload(
  file: OutgoingFile & { readonly name: string },
  parts: PartQueue,
  context: UploadContext,
): Promise<SharedFile> {
  const { gate, signal } = context;
  const { name, size, mediaType } = file;
  const slot = await unlessAborted(context.requestSlot({ name, size, mediaType }), signal);
  const hash = createHash('sha256');
  async function* hashed(): AsyncGenerator<Uint8Array> {
    let done = 0;
    for await (const part of parts.parts()) {
      hash.update(part);
      yield part;
      done += part.length;
      context.onProgress(done);
    }
  }
  await gate.put(slot, file, hashed(), signal);
  const sha256 = hash.digest('base64');
  context.onScanning(sha256);
  const verdict = await awaitVerdict(gate, slot.getUrl, signal);
  if (verdict.kind === 'quarantined') throw new AppError('FILE_QUARANTINED', { reason: verdict.reason });
  // The gate has looked at what it has: that has to be what was sent.
  if (verdict.sha256 !== sha256 || verdict.size !== size)
    throw new AppError('FILE_HASH_MISMATCH', { reason: 'gate' });
  return { name, mediaType, size, sha256, url: slot.getUrl };
}

async function awaitVerdict(
  gate: GateClient,
  url: string,
  signal: AbortSignal,
): Promise<Exclude<GateVerdict, { kind: 'pending' }>> {
  const start = performance.now();
  let scannerUpAt = start;
  let pauseMs = 500;
  let failures = 0;
  for (;;) {
    const verdict = await gate.verdict(url, signal).catch((error: unknown) => {
      failures += 1;
      if (!(error instanceof AppError) || error.code !== 'FILE_GATE_UNREACHABLE' || failures > MAX_FAILURES)
        throw error;
      return undefined;
    });
    const now = performance.now();
    if (verdict !== undefined) {
      failures = 0;
      if (verdict.kind !== 'pending') return verdict;
      if (verdict.scannerUp) scannerUpAt = now;
      if (now - scannerUpAt > SCANNER_DOWN_MS) throw new AppError('FILE_SCANNER_UNAVAILABLE');
      pauseMs = Math.max(pauseMs, verdict.retryMs);
    }
    if (now - start > SCAN_MS) throw new AppError('FILE_SCAN_TIMEOUT');
    await pause(Math.min(pauseMs, MAX_PAUSE_MS), signal);
    pauseMs *= 1.5;
  }
}

/** The server's answer is not waited for by someone who has given up. */
function unlessAborted<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await delay(milliseconds, undefined, { signal }).catch(() => undefined);
  signal.throwIfAborted();
}
