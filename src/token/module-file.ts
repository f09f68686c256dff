/** Finding the PKCS#11 module and proving that it is the approved one, before any of its code runs. */
import { createHash } from 'node:crypto';
import { readFile, realpath, stat } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import type { TokenErrorCode } from '../shared/error-catalogue.ts';
import { AppError } from '../shared/errors.ts';
import type { TokenModuleConfig } from './types.ts';

/** A larger file is no PKCS#11 module. */
const MAX_MODULE_BYTES = 128 * 1024 * 1024;

async function readModule(path: string): Promise<Uint8Array | undefined> {
  try {
    const found = await stat(path);
    return found.isFile() && found.size <= MAX_MODULE_BYTES ? await readFile(path) : undefined;
  } catch {
    return undefined;
  }
}

/** SHA-256 of a module's file, hex: what a policy names. */
export async function moduleSha256(path: string): Promise<string> {
  const bytes = await readModule(path);
  if (bytes === undefined) throw new AppError('MODULE_MISSING', { path });
  return createHash('sha256').update(bytes).digest('hex');
}

/**
 * The real path of the first module that is installed. One that is installed and not as approved is an error even when
 * another would follow: somebody replaced it.
 */
export async function findApprovedModule(modules: readonly TokenModuleConfig[]): Promise<string> {
  const [first] = modules;
  if (first === undefined) throw new AppError<TokenErrorCode>('MODULE_NOT_CONFIGURED');
  for (const { path } of modules) {
    if (!isAbsolute(path)) throw new AppError('MODULE_MISSING', { path });
    const real = await realpath(path).catch(() => undefined);
    const bytes = real === undefined ? undefined : await readModule(real);
    if (real === undefined || bytes === undefined) continue;
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const approved = modules.some((module) => module.path === path && module.sha256.toLowerCase() === sha256);
    if (!approved) throw new AppError('MODULE_HASH_MISMATCH', { path, sha256 });
    return real;
  }
  throw new AppError('MODULE_MISSING', { path: first.path });
}
