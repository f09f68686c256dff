/** The steps of a diagnosis that concern the server: tcp, tls, pin-check, lock, sasl, bind, roster, and listening. */
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { nodeCrypto } from '../../platform/node-crypto.ts';
import { tlsOptionsFor } from '../../session/tls-options.ts';
import { AppError } from '../../shared/errors.ts';
import type { ApprovedServer, SessionConfig } from '../../shared/session-contract.ts';
import type { Sign } from '../../shared/signing.ts';
import { connectTls, type TlsConnection } from '../../tls/index.ts';
import { type StanzaTrace, XmppClient } from '../../xmpp/index.ts';
import { passed, type Step, type StepResult, since } from './steps.ts';

const TCP_TIMEOUT_MS = 10_000;
const ROSTER_TIMEOUT_MS = 15_000;

/** One TCP connection, opened and closed: is anything there at all? */
export async function checkTcp({ host, port }: ApprovedServer): Promise<{ readonly address: string }> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, timeout: TCP_TIMEOUT_MS });
    socket.once('connect', () => {
      const address = socket.remoteAddress ?? '';
      socket.destroy();
      resolve({ address });
    });
    socket.once('timeout', () => {
      socket.destroy();
      reject(new AppError('CONNECT_TIMEOUT', { host, port }));
    });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      const code =
        error.code === 'ENOTFOUND' || error.code === 'EAI_AGAIN' ? 'DNS_FAILED' : 'SERVER_UNREACHABLE';
      reject(new AppError(code, { host, port, reason: error.code ?? 'unknown' }, { cause: error }));
    });
  });
}

export interface LinkOptions {
  readonly config: SessionConfig;
  readonly server: ApprovedServer;
  readonly sign: Sign;
  readonly workerFile: string;
  readonly onStep: (result: StepResult) => void;
  readonly onStanza: (trace: StanzaTrace) => void;
  /** Seconds to stay connected after the last step; 0 for none. */
  readonly listenSeconds: number;
}

/** From TLS to the roster. Rejects with the AppError of the step that failed; steps before it were reported. */
export async function checkLink(options: LinkOptions): Promise<void> {
  const { config, server, sign, workerFile, onStep } = options;
  const signal = new AbortController().signal;
  let start = performance.now();
  const report = (step: Step, seen: StepResult['seen']): void => {
    onStep(passed(step, since(start), seen));
    start = performance.now();
  };
  const tls = await connectTls(tlsOptionsFor(config, server, sign, workerFile), signal);
  reportTls(tls, report);
  const xmpp = newClient(config);
  if (options.listenSeconds > 0) xmpp.on('stanza', options.onStanza);
  xmpp.on('negotiated', (step) => {
    if (step === 'lock') report('lock', { kid: config.lock.kid });
    else if (step === 'sasl') report('sasl', { mechanism: 'EXTERNAL' });
  });
  const roster = nextRoster(xmpp);
  try {
    const { jid, lock, streamManagement } = await xmpp.connect(tls, signal);
    report('bind', { jid, lockBinding: lock.binding, lockEpoch: lock.epoch, streamManagement });
    report('roster', { contacts: await roster });
    await sleep(options.listenSeconds * 1000);
  } finally {
    await xmpp.disconnect();
  }
}

function reportTls(tls: TlsConnection, report: (step: Step, seen: StepResult['seen']) => void): void {
  const { protocol, cipherSuite, group, serverPin, serverSubject, serverNotAfter } = tls.info;
  report('tls', { protocol, cipherSuite, group, serverSubject, serverNotAfter });
  report('pin-check', { serverPin });
}

function newClient(config: SessionConfig): XmppClient {
  return new XmppClient({
    policy: config.guard,
    resourcePrefix: 'doctor',
    lock: config.lock,
    crypto: nodeCrypto,
  });
}

/** The number of contacts in the first roster that arrives. */
async function nextRoster(xmpp: XmppClient): Promise<number> {
  let end = (): void => undefined;
  const arrival = new Promise<number>((resolve) => {
    end = xmpp.on('contacts', ({ reset, upsert }) => {
      if (reset) resolve(upsert.length);
    });
  });
  const deadline = sleep(ROSTER_TIMEOUT_MS, undefined, { ref: false }).then(() => {
    throw new AppError('STREAM_TIMEOUT');
  });
  try {
    return await Promise.race([arrival, deadline]);
  } finally {
    end();
  }
}
