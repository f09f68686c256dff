/** Ends its process while the TLS worker waits for a signature. Argument: the options of one connection, as JSON. */
import { connectTls } from '../../src/tls/index.ts';
import { readCertificates, softwareIdentity } from './software-identity.ts';

/** What {@link process.exit} is given: a crash would show as another status. */
export const EXIT_STATUS = 7;

export interface ExitOptions {
  readonly port: number;
  readonly workerFile: string;
  readonly serverName: string;
  readonly anchors: string;
  readonly pin: string;
  readonly identity: { readonly certificate: string; readonly key: string };
}

function run(options: ExitOptions): void {
  const sign = (): Promise<Uint8Array> => {
    setTimeout(() => process.exit(EXIT_STATUS), 50);
    return new Promise(() => undefined);
  };
  void connectTls({
    host: '127.0.0.1',
    port: options.port,
    serverName: options.serverName,
    trustAnchors: readCertificates(options.anchors),
    pins: [options.pin],
    minVersion: '1.3',
    maxVersion: '1.3',
    groups: [],
    cipherSuites: [],
    cipherList: [],
    requireFips: false,
    revocationLists: undefined,
    integrityOnly: false,
    identity: { ...softwareIdentity(options.identity), sign },
    timeouts: { connectMs: 10_000, handshakeMs: 10_000, signMs: 60_000 },
    workerFile: options.workerFile,
  });
}

const argument = process.argv[2];
if (argument?.startsWith('{')) run(JSON.parse(argument) as ExitOptions);
