/** Starting utility processes; the only file that imports `utilityProcess`. */
import { type MessagePortMain, type UtilityProcess, utilityProcess } from 'electron';
import { killAtOnce } from '../../token/index.ts';

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

/** A running utility process. Messages are structured clones. */
export interface Utility {
  postMessage(message: unknown, ports?: readonly MessagePortMain[]): void;
  onMessage(listener: (message: unknown) => void): void;
  onExit(listener: (code: number | null) => void): void;
  /** Ends it at once, whatever hangs in it. What wants an orderly end asks for it in a message before. */
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
      if (!running) return;
      // Electron's kill() asks with SIGTERM; a library that blocks signals is not asked.
      if (child.pid === undefined || process.platform === 'win32') child.kill();
      else killAtOnce(child.pid);
    },
  };
}
