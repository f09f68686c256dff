/** Entry of the session process, an Electron utilityProcess: connects its port to the main process with a Session. */
import { join } from 'node:path';
import { keepHeapSmall } from '../platform/heap.ts';
import { nodeCrypto } from '../platform/node-crypto.ts';
import { keepMemoryPrivate } from '../platform/private-memory.ts';
import type { SessionReport, SessionRequest } from '../shared/session-contract.ts';
import { prepareTls } from '../tls/index.ts';
import { type ElectronPort, fromElectronPort } from './ports.ts';
import { Session } from './session.ts';

/** Electron's `process.parentPort` inside a utilityProcess. */
interface ParentPort {
  postMessage(message: unknown): void;
  on(
    event: 'message',
    listener: (event: { readonly data: unknown; readonly ports: readonly ElectronPort[] }) => void,
  ): unknown;
}

const { parentPort } = process as unknown as { readonly parentPort: ParentPort };

keepMemoryPrivate();
keepHeapSmall();

const workerFile = join(__dirname, 'tls-worker.cjs');

const session = new Session({
  report: (report: SessionReport) => parentPort.postMessage(report),
  crypto: nodeCrypto,
  workerFile,
  storeWorkerFile: join(__dirname, 'store-worker.cjs'),
});

// The process is started for a sign-in that is about to come.
prepareTls(workerFile);

/** The main process is trusted: it started this one and nobody else holds the port. */
parentPort.on('message', ({ data, ports: [port] }) => {
  session.handle(data as SessionRequest, port === undefined ? undefined : fromElectronPort(port));
});
