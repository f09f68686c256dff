/**
 * Who may write a file on Windows. Node shows no ACL there (`mode` is made up), so Windows is asked for the security
 * descriptor through its own PowerShell, by absolute path, without a profile and with the file's name in a variable so
 * that it can never be taken for a command. Anything that is not a plain "administrators only" is refused, and so is
 * every failure to find out.
 */
import { execFile } from 'node:child_process';
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { PolicyErrorCode } from '../shared/error-catalogue.ts';
import { AppError } from '../shared/errors.ts';
import { isAdminOnlySddl } from './sddl.ts';

const TIME_LIMIT_MS = 10_000;
const MAX_OUTPUT_BYTES = 64 * 1024;
/** Where Windows is. `%SystemRoot%` is not asked: the user sets the environment, and would choose who answers. */
const SYSTEM_ROOT = 'C:\\Windows';
const COMMAND = "$ErrorActionPreference='Stop'; (Get-Acl -LiteralPath $env:SALLYPORT_ACL_PATH).Sddl";

async function readSddl(path: string): Promise<string> {
  const powershell = join(SYSTEM_ROOT, 'System32', 'WindowsPowerShell', 'v1.0', 'powershell.exe');
  const { stdout } = await promisify(execFile)(
    powershell,
    ['-NoLogo', '-NoProfile', '-NonInteractive', '-Command', COMMAND],
    {
      timeout: TIME_LIMIT_MS,
      maxBuffer: MAX_OUTPUT_BYTES,
      windowsHide: true,
      env: { SystemRoot: SYSTEM_ROOT, SALLYPORT_ACL_PATH: path },
    },
  );
  return stdout;
}

/**
 * Checks that only administrators can change any of `paths` (a directory and the file in it).
 *
 * @throws AppError ABSENT or PATH_UNTRUSTED
 */
export async function requireAdminOnly(paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    const stats = await lstat(path).catch((error: unknown) => {
      throw new AppError<PolicyErrorCode>('ABSENT', { path }, { cause: error });
    });
    if (stats.isSymbolicLink()) {
      throw new AppError<PolicyErrorCode>('PATH_UNTRUSTED', { path, reason: 'symbolic-link' });
    }
    const sddl = await readSddl(path).catch((error: unknown) => {
      throw new AppError<PolicyErrorCode>(
        'PATH_UNTRUSTED',
        { path, reason: 'acl-unknown' },
        { cause: error },
      );
    });
    if (!isAdminOnlySddl(sddl)) {
      throw new AppError<PolicyErrorCode>('PATH_UNTRUSTED', { path, reason: 'acl' });
    }
  }
}
