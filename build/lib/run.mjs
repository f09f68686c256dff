/** Running programs from the build scripts. */
import { spawn } from 'node:child_process';
import { progress } from './progress.mjs';

/** Lines of a failed program's output that are shown. */
const TAIL_LINES = 40;

/**
 * Runs a program to its end. Its output is kept and shown only when it fails, unless `show` is set; every 15 seconds a
 * line says that it is still at work.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, label?: string, show?: boolean }} [options]
 * @returns {Promise<{ code: number, output: string, stdout: string }>} `code` is 1 when a signal or a missing program ended it.
 */
export function run(command, args, { cwd, env, label = command, show = false } = {}) {
  return new Promise((resolve) => {
    let output = '';
    let stdout = '';
    const child = spawn(command, [...args], {
      cwd,
      env: env ?? process.env,
      stdio: show ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'],
    });
    const since = Date.now();
    const ticker = setInterval(
      () => progress(`  … ${label}: ${Math.round((Date.now() - since) / 1000)} s`),
      15_000,
    );
    child.stdout?.setEncoding('utf8').on('data', (text) => {
      output += text;
      stdout += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
    const finish = (code) => {
      clearInterval(ticker);
      resolve({ code, output, stdout });
    };
    child.on('error', (error) => {
      output += `${error.message}\n`;
      finish(1);
    });
    child.on('close', (code, signal) => {
      if (signal !== null) progress(`  ${label} was ended by ${signal}`);
      finish(code ?? 1);
    });
  });
}

/** The last lines of a program's output. */
export function tail(output) {
  return output.trimEnd().split('\n').slice(-TAIL_LINES).join('\n');
}
