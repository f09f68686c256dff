/** The token process as its supervisor sees it, over Node's fork; the main process wraps Electron's utilityProcess the same way. */
import { fork } from 'node:child_process';

/** A process that can be spoken with and ended. */
export interface TokenChild {
  /** `transfer`: ports that go along; only Electron's processes take any. */
  postMessage(message: unknown, transfer?: readonly unknown[]): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Called once when the process is gone, or could not be started. */
  onExit(listener: (code: number | null) => void): void;
  /** Ends it at once, whatever hangs in it. */
  kill(): void;
}

/**
 * Starts the token process on plain Node (doctor, tests). Its output goes nowhere: a vendor's module may print what it
 * likes. Ports cannot be transferred.
 */
export function forkTokenProcess(file: string, environment: NodeJS.ProcessEnv): TokenChild {
  const child = fork(file, [], {
    env: environment,
    execArgv: [],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  return {
    postMessage: (message, transfer = []) => {
      if (transfer.length > 0) throw new TypeError('a forked process takes no ports');
      if (typeof message !== 'object' || message === null) throw new TypeError('a message is an object');
      // An error means that the process is gone, which onExit tells.
      if (child.connected) child.send(message, () => undefined);
    },
    onMessage: (listener) => {
      child.on('message', listener);
    },
    onExit: (listener) => {
      let told = false;
      const tell = (code: number | null) => {
        if (!told) listener(code);
        told = true;
      };
      child.once('exit', tell);
      child.once('error', () => {
        if (child.pid === undefined) tell(null);
      });
    },
    kill: () => {
      child.kill('SIGKILL');
    },
  };
}

/** SIGKILL. A process that is gone already, while its end has not been told yet, is what was wanted. */
export function killAtOnce(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
