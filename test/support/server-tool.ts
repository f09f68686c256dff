/** The administrators' command of the server kit, run as it is run on a server: a process with a settings file. */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ProsodyServer } from '../../build/site/prosody.ts';

const TOOL = join(import.meta.dirname, '../../server/kit/sallyport-server.mjs');

export interface ToolResult {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface ServerTool {
  /** The settings file. */
  readonly config: string;
  run(...args: readonly string[]): Promise<ToolResult>;
  /** `run` with --json; one value a line. */
  records(...args: readonly string[]): Promise<Readonly<Record<string, unknown>>[]>;
}

/** Runs the tool without a settings file. */
export function runTool(args: readonly string[]): Promise<ToolResult> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [TOOL, ...args],
      { timeout: 60_000, maxBuffer: 64 * 1024 * 1024 },
      (error, out, err) => resolve({ code: error === null ? 0 : Number(error.code ?? -1), out, err }),
    );
    child.stdin?.end();
  });
}

/** Below the site's directory: the process id, and what a backup holds. */
const ENGINES = {
  prosody: {
    pidFile: 'run/prosody.pid',
    backup: ['data', 'lock-masters', 'accounts.json', 'machines.json', 'switch.json', 'prosody.cfg.lua'],
  },
  ejabberd: {
    pidFile: 'home/ejabberd.pid',
    backup: ['database', 'lock-masters', 'accounts.json', 'machines.json', 'switch.json', 'ejabberd.yml'],
  },
} as const;

/** The tool for a test site's server; `changes` replace or add settings. */
export function serverTool(
  server: ProsodyServer,
  changes: Readonly<Record<string, unknown>> = {},
  engine: keyof typeof ENGINES = 'prosody',
): ServerTool {
  const root = dirname(server.logDirectory);
  const at = (name: string) => join(root, name);
  const config = at('server.json');
  const { pidFile, backup } = ENGINES[engine];
  writeFileSync(
    config,
    JSON.stringify({
      format: 'sallyport.server/1',
      engine,
      domain: server.domain,
      switch: server.switchFile,
      accounts: at('accounts.json'),
      machines: at('machines.json'),
      log: server.logDirectory,
      pidFile: at(pidFile),
      certificate: server.certificate,
      clientAuthorities: at('client-authorities.pem'),
      backup: backup.map(at),
      retention: { messageDays: 30, auditDays: 365 },
      ...changes,
    }),
  );
  const run = (...args: readonly string[]) => runTool(['--config', config, ...args]);
  return {
    config,
    run,
    records: async (...args) => {
      const { code, out, err } = await run(...args, '--json');
      if (code !== 0) throw new Error(err);
      return out
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line));
    },
  };
}
