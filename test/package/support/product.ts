/** Making packages as an administrator does: `npm run package`. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../../build/lib/paths.mjs';

/** The development runtime's package: its name says what it is. */
export const NAME = 'sallyport-development';
export const TREE = '/opt/Sallyport-DEVELOPMENT';

/** Seconds; any time will do, as long as it is one. */
export const EPOCH = '1790000000';

export const ORGANISATION = {
  format: 'sallyport.organisation/1',
  name: 'Harbour Command',
  maintainer: 'Harbour Help Desk <help@harbour.example>',
  homepage: 'https://it.harbour.example/sallyport',
  pkcs11Modules: { linux: ['/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so'] },
  packages: { deb: ['opensc-pkcs11'], rpm: ['opensc'] },
};

/** Writes an organisation's directory. */
export function writeOrganisation(
  directory: string,
  trustRoot: string,
  document: unknown = ORGANISATION,
): void {
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'organisation.json'), JSON.stringify(document));
  cpSync(trustRoot, join(directory, 'trust-root.json'));
}

export interface Outcome {
  readonly code: number;
  readonly output: string;
}

/** Runs `npm run package` in the repository or a kit. */
export function runPackage(
  args: readonly string[],
  root = ROOT,
  environment: NodeJS.ProcessEnv = {},
): Outcome {
  try {
    const output = execFileSync(process.execPath, [join(root, 'build/package/package.mjs'), ...args], {
      cwd: root,
      encoding: 'utf8',
      env: { ...process.env, SOURCE_DATE_EPOCH: EPOCH, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      maxBuffer: 16 * 1024 * 1024,
    });
    return { code: 0, output };
  } catch (error) {
    const { status, stdout, stderr } = error as { status: number | null; stdout: string; stderr: string };
    return { code: status ?? 1, output: `${stdout}${stderr}` };
  }
}

/** The file with this ending in a directory. */
export function fileIn(directory: string, ending: string): string {
  const name = readdirSync(directory).find((each) => each.endsWith(ending));
  if (name === undefined) throw new Error(`no ${ending} in ${directory}`);
  return join(directory, name);
}

export interface Authority {
  readonly trustRoot: string;
  /** The directory of the key files, which no passphrase closes. */
  readonly keys: string;
}

/** An organisation's keys and trust root, by `sallyport-policy init` of `out/cli`. */
export function makeAuthority(directory: string, ...more: readonly string[]): Authority {
  execFileSync(process.execPath, [
    join(ROOT, 'out/cli/sallyport-policy.cjs'),
    ...['init', '--directory', directory, '--org', 'harbour', '--author', 'IT', '--unencrypted-keys'],
    ...['--organization', 'Harbour', '--support', 'IT', '--domain', 'chat.harbour.example'],
    ...['--module', '/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so', ...more],
  ]);
  return { trustRoot: join(directory, 'trust-root.json'), keys: join(directory, 'keys') };
}
