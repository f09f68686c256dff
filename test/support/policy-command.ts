/** The administrators' command as a process, from a bundle of its own: what `out/cli` holds, without the build stage. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { buildSync } from 'esbuild';

const ROOT = resolve(import.meta.dirname, '..', '..');

export interface CommandResult {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface PolicyCommand {
  /** Holds the launcher `sallyport-policy`, for a PATH. */
  readonly directory: string;
  /** The program, for `node`. */
  readonly file: string;
  /** Everything that was printed so far, to look for secrets in. */
  printed(): string;
  /** Runs it with standard input closed. */
  run(...args: readonly string[]): Promise<CommandResult>;
  /** The same with `--json`; the parsed line and the exit code. */
  json(...args: readonly string[]): Promise<{ readonly code: number; readonly value: CommandReport }>;
  remove(): void;
}

// biome-ignore lint/suspicious/noExplicitAny: tests look into many shapes of reports
export type CommandReport = any;

/** Bundles the command into a new directory below `out/test`, from where native packages are found. */
export function bundlePolicyCommand(environment: NodeJS.ProcessEnv = {}): PolicyCommand {
  const parent = join(ROOT, 'out', 'test');
  mkdirSync(parent, { recursive: true });
  const directory = mkdtempSync(join(parent, 'policy-'));
  const file = join(directory, 'sallyport-policy.cjs');
  buildSync({
    entryPoints: [join(ROOT, 'src', 'cli', 'policy', 'main.ts')],
    outfile: file,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['pkcs11js', 'koffi'],
    logLevel: 'error',
  });
  const launcher = join(directory, 'sallyport-policy');
  writeFileSync(launcher, `#!/bin/sh\nexec '${process.execPath}' '${file}' "$@"\n`, { mode: 0o755 });
  const texts: string[] = [];
  const run = (...args: readonly string[]) =>
    new Promise<CommandResult>((done) => {
      const options = { timeout: 30_000, env: { ...process.env, ...environment } };
      const child = execFile(process.execPath, [file, ...args], options, (error, out, err) => {
        texts.push(out, err);
        done({ code: error === null ? 0 : Number(error.code), out, err });
      });
      child.stdin?.end();
    });
  return {
    directory,
    file,
    printed: () => texts.join(''),
    run,
    json: async (...args) => {
      const { code, out } = await run(...args, '--json');
      return { code, value: JSON.parse(out) };
    },
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}
