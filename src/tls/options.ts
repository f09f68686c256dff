/** What a caller asks for, and its checks: nothing that was not checked here reaches the worker or OpenSSL. */
import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import type { TlsErrorCode } from '../shared/error-catalogue.ts';
import { AppError } from '../shared/errors.ts';
import type { ClientIdentity } from '../shared/signing.ts';

export type TlsVersion = '1.2' | '1.3';

export interface TlsClientOptions {
  /** Where to connect: a DNS name or an IP address. */
  readonly host: string;
  readonly port: number;
  /** The DNS-ID that the certificate must have (RFC 9525) and the SNI: lower-case ASCII, no wildcard, no IP address. */
  readonly serverName: string;
  /** CA certificates, DER; the only ones that are trusted. At least one. */
  readonly trustAnchors: readonly Uint8Array[];
  /** Accepted `sha256/` and base64 of the SHA-256 of the leaf's SubjectPublicKeyInfo. None given refuses every server. */
  readonly pins: readonly string[];
  readonly minVersion: TlsVersion;
  readonly maxVersion: TlsVersion;
  /** OpenSSL's names in order of preference. Empty: OpenSSL's default. */
  readonly groups: readonly string[];
  /** TLS 1.3 suites. Empty: OpenSSL's default. */
  readonly cipherSuites: readonly string[];
  /** TLS 1.2 suites by OpenSSL's names; needed when 1.2 is allowed. */
  readonly cipherList: readonly string[];
  readonly requireFips: boolean;
  /** Revocation lists, DER, for every certificate of the server's chain; `undefined`: revocation is not checked. */
  readonly revocationLists: readonly Uint8Array[] | undefined;
  /** Allows suites of `cipherList` that do not encrypt (NULL). They still authenticate both sides and every record. */
  readonly integrityOnly: boolean;
  /** The card; `none`: the server is checked as strictly, and is shown no certificate (sign-in by password). */
  readonly identity: ClientIdentity | 'none';
  /**
   * Milliseconds. `handshakeMs` does not count the time that the card takes, which `signMs` bounds; a server that is silent
   * for half a minute is given up before it.
   */
  readonly timeouts: { readonly connectMs: number; readonly handshakeMs: number; readonly signMs: number };
  /** The bundled src/tls/worker.ts, absolute path. */
  readonly workerFile: string;
  /** Where a bundled OpenSSL is (Windows, macOS); absolute. On Linux the system's is used without it. */
  readonly libraryDirectory?: string;
}

/** The options as they cross to the worker: checked, copied, without functions. */
export interface ConnectParameters
  extends Omit<TlsClientOptions, 'identity' | 'timeouts' | 'workerFile' | 'libraryDirectory'>,
    Readonly<TlsClientOptions['timeouts']> {
  /** `undefined`: no client certificate. */
  readonly certificate: Uint8Array | undefined;
  readonly chain: readonly Uint8Array[];
}

const MAX_ANCHORS = 256;
const MAX_CHAIN = 10;
const MAX_PINS = 64;
const MAX_NAMES = 32;
const MAX_DER_BYTES = 64 * 1024;
const MAX_CRLS = 64;
const MAX_CRL_BYTES = 1024 * 1024;
const MAX_HOST_LENGTH = 253;
const MAX_TIMEOUT_MS = 600_000;
const DNS_LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/u;
const ALGORITHM_NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/u;
const PIN = /^sha256\/[A-Za-z0-9+/]{43}=$/u;

function refuse(setting: string, problem: string): AppError<TlsErrorCode> {
  return new AppError('TLS_HANDSHAKE', { reason: `the setting ${setting} ${problem}`, setting });
}

/** True for a DNS name that a certificate can be checked for: LDH labels, not an IP address in any notation. */
export function isDnsName(name: string): boolean {
  if (name.length === 0 || name.length > MAX_HOST_LENGTH || isIP(name) !== 0) return false;
  const labels = name.split('.');
  if (!labels.every((label) => DNS_LABEL.test(label))) return false;
  // What the URL standard reads as a number (127.1, 0x7f.1) becomes an IPv4 address or nothing.
  return domainToASCII(name) === name;
}

function checkNames(setting: string, names: readonly string[]): readonly string[] {
  if (names.length > MAX_NAMES) throw refuse(setting, 'has too many entries');
  for (const name of names) if (!ALGORITHM_NAME.test(name)) throw refuse(setting, 'has a malformed entry');
  if (new Set(names).size !== names.length) throw refuse(setting, 'names something twice');
  return [...names];
}

function checkList(
  setting: string,
  list: readonly Uint8Array[],
  limit: number,
  maxBytes = MAX_DER_BYTES,
): Uint8Array[] {
  if (list.length > limit) throw refuse(setting, 'has too many entries');
  return list.map((der) => copyDer(setting, der, maxBytes));
}

/** A copy, so that a Buffer's shared pool does not travel along. */
function copyDer(setting: string, der: Uint8Array, maxBytes = MAX_DER_BYTES): Uint8Array {
  if (!(der instanceof Uint8Array) || der.length === 0 || der.length > maxBytes) {
    throw refuse(setting, 'holds something of impossible size');
  }
  return new Uint8Array(der);
}

/** A NULL suite passes only where the policy says so, and a policy that says so has to name one. */
function checkEncryption({ integrityOnly, cipherList }: TlsClientOptions): void {
  if (cipherList.some((name) => name.includes('NULL')) !== integrityOnly) {
    throw refuse('integrityOnly', 'and the suites of cipherList do not go together');
  }
}

function checkIdentity(
  identity: TlsClientOptions['identity'],
): Pick<ConnectParameters, 'certificate' | 'chain'> {
  if (identity === 'none') return { certificate: undefined, chain: [] };
  return {
    certificate: copyDer('identity.certificate', identity.certificate),
    chain: checkList('identity.chain', identity.chain, MAX_CHAIN),
  };
}

function checkTimeout(setting: string, ms: number): number {
  if (!Number.isFinite(ms) || ms < 1 || ms > MAX_TIMEOUT_MS) throw refuse(setting, 'is out of range');
  return Math.ceil(ms);
}

/** Checks and copies the options. Throws what {@link connectTls} rejects with. */
export function checkOptions(options: TlsClientOptions): ConnectParameters {
  const { host, port, serverName, minVersion, maxVersion } = options;
  if (isIP(host) === 0 && !isDnsName(host)) throw refuse('host', 'is neither a name nor an address');
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw refuse('port', 'is out of range');
  if (!isDnsName(serverName)) {
    throw new AppError('TLS_NAME_MISMATCH', {
      expected: serverName.slice(0, MAX_HOST_LENGTH),
      seen: 'not checked',
    });
  }
  if (options.trustAnchors.length === 0) {
    throw new AppError('TLS_UNTRUSTED_CHAIN', { reason: 'no trust anchor is configured' });
  }
  if (options.pins.length === 0) {
    throw new AppError('TLS_PIN_MISMATCH', { seen: 'not checked', expected: 'no pin is configured' });
  }
  if (options.pins.length > MAX_PINS || !options.pins.every((pin) => PIN.test(pin))) {
    throw refuse('pins', 'is malformed');
  }
  if (![minVersion, maxVersion].every((version) => version === '1.2' || version === '1.3')) {
    throw refuse('minVersion or maxVersion', 'is unknown');
  }
  if (minVersion > maxVersion) throw refuse('maxVersion', 'is below minVersion');
  if (minVersion === '1.2' && options.cipherList.length === 0) {
    throw refuse('cipherList', 'is empty although TLS 1.2 is allowed');
  }
  checkEncryption(options);
  return {
    host,
    port,
    serverName,
    trustAnchors: checkList('trustAnchors', options.trustAnchors, MAX_ANCHORS),
    pins: [...options.pins],
    minVersion,
    maxVersion,
    groups: checkNames('groups', options.groups),
    cipherSuites: checkNames('cipherSuites', options.cipherSuites),
    cipherList: checkNames('cipherList', options.cipherList),
    requireFips: options.requireFips,
    revocationLists:
      options.revocationLists === undefined
        ? undefined
        : checkList('revocationLists', options.revocationLists, MAX_CRLS, MAX_CRL_BYTES),
    integrityOnly: options.integrityOnly,
    ...checkIdentity(options.identity),
    connectMs: checkTimeout('timeouts.connectMs', options.timeouts.connectMs),
    handshakeMs: checkTimeout('timeouts.handshakeMs', options.timeouts.handshakeMs),
    signMs: checkTimeout('timeouts.signMs', options.timeouts.signMs),
  };
}
