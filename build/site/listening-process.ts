/** A program of the site that says “listening” when it does: started, watched, ended by its process, also with the one that started it. */
import { type ChildProcess, spawn } from 'node:child_process';

export interface ListeningProcess {
  readonly process: ChildProcess;
  /** Resolves when it has ended. */
  readonly gone: Promise<void>;
  ended(): boolean;
  /** Whether it has said that it listens. */
  listening(): boolean;
}

/** Starts it; what it prints goes to `print`. */
export function startProgram(
  command: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
  print: (text: string) => void,
): ListeningProcess {
  const child = spawn(command, [...args], { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let ended = false;
  let listening = false;
  const collect = (chunk: Buffer) => {
    listening ||= chunk.includes('listening');
    print(chunk.toString('utf8'));
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  const atExit = () => child.kill('SIGKILL');
  process.once('exit', atExit);
  const gone = new Promise<void>((done) => {
    const end = () => {
      ended = true;
      process.off('exit', atExit);
      done();
    };
    child.once('close', end);
    child.once('error', (error) => {
      collect(Buffer.from(String(error)));
      end();
    });
  });
  return { process: child, gone, ended: () => ended, listening: () => listening };
}
