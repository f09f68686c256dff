/**
 * TLS with a client key that stays on the card: OpenSSL 3 in a worker thread, the key operation by the caller's
 * `ClientIdentity.sign`.
 */
export { connectTls } from './client.ts';
export { TlsConnection } from './connection.ts';
export type { TlsClientOptions, TlsVersion } from './options.ts';
export { Utf8Stream } from './utf8-stream.ts';
export { prepareTls, stopTlsWorkers, workerHost } from './worker-host.ts';
export type { TlsInfo, WorkerStatistics } from './worker-protocol.ts';
