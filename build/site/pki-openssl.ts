/** The few `openssl` commands that the throw-away PKI is made with; run without a shell, a bounded number at a time. */
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';

const run = promisify(execFile);

let running = 0;
const waiting: (() => void)[] = [];

/** Runs `openssl` with `args`; what it printed on an error becomes the error's message. */
export async function openssl(...args: readonly string[]): Promise<string> {
  while (running >= availableParallelism()) {
    await new Promise<void>((free) => waiting.push(free));
  }
  running++;
  try {
    const { stdout } = await run('openssl', [...args], { encoding: 'utf8', timeout: 60_000 });
    return stdout;
  } catch (error) {
    const text = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error);
    throw new Error(`openssl ${args[0]}: ${text.trim()}`, { cause: error });
  } finally {
    running--;
    waiting.shift()?.();
  }
}

export type KeyAlgorithm = 'rsa2048' | 'p256' | 'p384';

const NEW_KEY: Record<KeyAlgorithm, readonly string[]> = {
  rsa2048: ['-newkey', 'rsa:2048'],
  p256: ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-pkeyopt', 'ec_param_enc:named_curve'],
  p384: ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-384', '-pkeyopt', 'ec_param_enc:named_curve'],
};

/** The part of a subject that all certificates share. */
export const DOD_SUBJECT = '/C=US/O=U.S. Government/OU=DoD/OU=PKI';

/** Makes a key and a certificate request (`-x509` in `extra` for a self-signed certificate instead). */
export async function newKeyAndRequest(options: {
  readonly algorithm: KeyAlgorithm;
  readonly key: string;
  readonly out: string;
  readonly subject: string;
  readonly extra?: readonly string[];
}): Promise<void> {
  const { algorithm, key, out, subject, extra = [] } = options;
  await openssl(
    'req',
    '-new',
    '-sha256',
    '-nodes',
    ...NEW_KEY[algorithm],
    '-keyout',
    key,
    '-out',
    out,
    '-subj',
    subject,
    ...extra,
  );
}

/** Puts PEM files one after the other into one. */
export async function writeChain(path: string, certificates: readonly string[]): Promise<void> {
  const parts = await Promise.all(certificates.map((file) => readFile(file, 'utf8')));
  await writeFile(path, parts.join(''));
}

/** A time as `openssl ca` takes it, `days` from now. */
export function inDays(days: number): string {
  const iso = new Date(Date.now() + days * 86_400_000).toISOString();
  return `${iso.slice(0, 19).replace(/[-:T]/g, '')}Z`;
}
