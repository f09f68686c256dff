/** Starting utility processes; the only file that imports `utilityProcess`. */
import { type MessagePortMain, type UtilityProcess, utilityProcess } from 'electron';

export interface UtilityOptions {
  /** The bundled entry. */
  readonly file: string;
  /** Shown by the operating system's process list. */
  readonly serviceName: string;
  readonly environment: Record<string, string>;
  /** A vendor's PKCS#11 library on macOS is not signed by us; only the token process may load such a thing. */
  readonly unsignedLibraries: boolean;
  /** Test builds show what a process says; production has no standard output to leak into. */
  readonly showOutput: boolean;
}

/** How long a process may take to follow a polite request to end, milliseconds. */
const KILL_GRACE_MS = 500;

/** A running utility process. Messages are structured clones. */
export interface Utility {
  postMessage(message: unknown, ports?: readonly MessagePortMain[]): void;
  onMessage(listener: (message: unknown) => void): void;
  onExit(listener: (code: number | null) => void): void;
  /** Ends it, by force where it does not listen. */
  kill(): void;
}

export function startUtility(options: UtilityOptions): Utility {
  const child: UtilityProcess = utilityProcess.fork(options.file, [], {
    env: options.environment,
    execArgv: [],
    serviceName: options.serviceName,
    stdio: options.showOutput ? 'inherit' : 'ignore',
    ...(process.platform === 'darwin' ? { allowLoadingUnsignedLibraries: options.unsignedLibraries } : {}),
  });
  let running = true;
  child.once('exit', () => {
    running = false;
  });
  return {
    postMessage: (message, ports = []) => {
      if (running) child.postMessage(message, [...ports]);
    },
    onMessage: (listener) => {
      child.on('message', listener);
    },
    onExit: (listener) => {
      child.once('exit', (code) => listener(code));
    },
    kill: () => {
      const { pid } = child;
      child.kill();
      setTimeout(() => {
        // A library that hangs in the kernel or blocks signals does not end by itself.
        if (running && pid !== undefined) endByForce(pid);
      }, KILL_GRACE_MS);
    },
  };
}

function endByForce(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended in between.
  }
}
