/** One file on its way in: from the gate to the main process, which checks and keeps it. */
import { createHash } from 'node:crypto';
import { AppError } from '../../shared/errors.ts';
import { FILE_PART_BYTES, type SharedFile } from '../../shared/file-contract.ts';
import { asFileError, type GateClient } from './gate-client.ts';
import type { SaveChannel } from './save-channel.ts';

export interface DownloadContext {
  readonly gate: GateClient;
  readonly channel: SaveChannel;
  readonly signal: AbortSignal;
  readonly onProgress: (bytes: number) => void;
}

/**
 * Fetches the file and resolves with its name on disk. Rejects with FILE_ADDRESS_REFUSED, FILE_GONE, FILE_WITHHELD,
 * FILE_HASH_MISMATCH, FILE_SAVE_FAILED, FILE_GATE_UNREACHABLE or the signal's reason; nothing is left on disk then.
 */
export async function download(file: SharedFile, context: DownloadContext): Promise<string> {
  const { gate, channel, signal } = context;
  // The address is looked at before anything is opened.
  const response = await gate.get(file, signal);
  try {
    const target = await channel.open(file, gate.origin);
    try {
      let done = 0;
      for await (const chunk of response.body) {
        for (let at = 0; at < chunk.length; at += FILE_PART_BYTES) {
          // A copy of its own size: the whole buffer would travel along with a view.
          const part = new Uint8Array(chunk.subarray(at, at + FILE_PART_BYTES));
          await target.write(part);
          done += part.length;
          context.onProgress(done);
        }
      }
      signal.throwIfAborted();
      return await target.finish();
    } catch (error) {
      target.abort();
      throw error;
    }
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (error instanceof AppError && error.code === 'HTTP_TOO_LARGE')
      throw new AppError('FILE_HASH_MISMATCH', { reason: 'size' }, { cause: error });
    throw asFileError(error);
  } finally {
    response.close();
  }
}

/** Fetches a small file whole and checks it. Rejects as {@link download}, but for what saving adds. */
export async function readFile(
  file: SharedFile,
  gate: Pick<GateClient, 'get'>,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const response = await gate.get(file, signal);
  try {
    const bytes = new Uint8Array(file.size);
    let done = 0;
    for await (const chunk of response.body) {
      if (done + chunk.length > file.size) throw new AppError('FILE_HASH_MISMATCH', { reason: 'size' });
      bytes.set(chunk, done);
      done += chunk.length;
    }
    signal.throwIfAborted();
    if (done !== file.size) throw new AppError('FILE_HASH_MISMATCH', { reason: 'size' });
    if (createHash('sha256').update(bytes).digest('base64') !== file.sha256)
      throw new AppError('FILE_HASH_MISMATCH', { reason: 'hash' });
    return bytes;
  } finally {
    response.close();
  }
}
