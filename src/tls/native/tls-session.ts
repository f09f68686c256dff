/**
 * TLS without a socket: encrypted bytes in and out, plain bytes in and out. Whoever has the socket drives it
 * (socket-driver.ts); nothing here waits, except for the card's signature inside {@link TlsSession.handshake}.
 */
import type { TlsErrorCode, TokenErrorCode } from '../../shared/error-catalogue.ts';
import { AppError } from '../../shared/errors.ts';
import type { SignMechanism } from '../../shared/signing.ts';
import type { ConnectParameters } from '../options.ts';
import type { TlsInfo } from '../worker-protocol.ts';
import { type NativeConnection, newNativeConnection } from './client-context.ts';
import type { TlsEngine } from './engine.ts';
import { connectionError, handshakeError, takeFailure } from './failures.ts';
import { NativeScope, readBio, writeBio } from './resources.ts';
import { certificateFingerprint, type VerifiedServer, verifyServer } from './server-certificate.ts';

const SSL_ERROR_WANT_READ = 2;
const SSL_ERROR_WANT_WRITE = 3;
const SSL_ERROR_ZERO_RETURN = 6;
const SSL_CTRL_GET_NEGOTIATED_GROUP = 134;
const X509_V_OK = 0;
const EXPORTER_LABEL = 'EXPORTER-Channel-Binding';
const EXPORTER_BYTES = 32;
const GROUP_NAMES: Readonly<Record<string, string>> = {
  prime256v1: 'P-256',
  secp256r1: 'P-256',
  secp384r1: 'P-384',
  secp521r1: 'P-521',
  x25519: 'X25519',
  x448: 'X448',
};

type Failure = AppError<TlsErrorCode | TokenErrorCode>;

/** Gets a signature from the card; throws the AppError that the handshake is to fail with. */
export type BlockingSign = (mechanism: SignMechanism, data: Uint8Array) => Uint8Array;

/** The facts of a finished handshake. */
export interface HandshakeResult {
  readonly info: Omit<TlsInfo, 'host' | 'port'>;
  readonly tlsExporter: Uint8Array | undefined;
  readonly tlsServerEndPoint: Uint8Array;
}

export class TlsSession {
  readonly #engine: TlsEngine;
  readonly #scope = new NativeScope();
  readonly #native: NativeConnection;
  readonly #sign: BlockingSign;
  /** Whether this side shows a certificate; if not, a signature is never asked for. */
  readonly #withCard: boolean;
  #server: VerifiedServer | undefined;
  #failure: Failure | undefined;
  #requested = false;
  #signatures = 0;
  #received = false;
  #alertPrepared = false;

  /** Throws an AppError when the parameters are refused; nothing is left behind then. */
  constructor(engine: TlsEngine, id: number, parameters: ConnectParameters, sign: BlockingSign) {
    this.#engine = engine;
    this.#sign = sign;
    this.#withCard = parameters.certificate !== undefined;
    const hookId = BigInt(id);
    try {
      engine.addHooks(this.#scope, hookId, {
        verify: (storeContext) => {
          const verdict = verifyServer(engine.api, storeContext, parameters);
          if (verdict.ok) this.#server = verdict.server;
          else this.#failure ??= verdict.error;
          return verdict.ok;
        },
        certificateRequested: () => {
          this.#requested = true;
        },
      });
      const signer = {
        sign: (mechanism: SignMechanism, data: Uint8Array) => this.#signOnce(mechanism, data),
        invalid: () => {
          this.#failure ??= new AppError('SIGNATURE_INVALID');
        },
      };
      this.#native = newNativeConnection(engine, this.#scope, parameters, hookId, signer);
    } catch (error) {
      this.#scope.free();
      throw error;
    }
  }

  /**
   * True when OpenSSL ended the handshake and prepared an alert. When it is false after a failed handshake, what waits
   * to be sent would complete the handshake with a server that was refused: it must be dropped.
   */
  get alertPrepared(): boolean {
    return this.#alertPrepared;
  }

  /** True once application data was received. */
  get received(): boolean {
    return this.#received;
  }

  /** Bytes from the network. */
  feed(bytes: Uint8Array): void {
    writeBio(this.#engine.api, this.#native.input, bytes);
  }

  /** Bytes for the network, at most `limit`; empty when there are none. */
  take(limit: number): Uint8Array {
    return readBio(this.#engine.api, this.#native.output, limit);
  }

  /** Goes on with the handshake. `undefined`: more bytes are needed. Throws when it failed; an alert may be to send. */
  handshake(): HandshakeResult | undefined {
    const { api } = this.#engine;
    const { ssl } = this.#native;
    api.ERR_clear_error();
    // The only native call that calls back: renegotiation and post-handshake authentication are off.
    const result = this.#engine.guard.run(() => api.SSL_do_handshake(ssl));
    if (result === 1) return this.#finish();
    const error = api.SSL_get_error(ssl, result);
    if (error === SSL_ERROR_WANT_READ || error === SSL_ERROR_WANT_WRITE) return undefined;
    const failure = takeFailure(api, 'the server closed the connection');
    this.#alertPrepared = true;
    throw this.#failure ?? handshakeError(failure, this.#requested);
  }

  /** Decrypts into `to`. The number of bytes, `more` bytes are needed, or the server has `ended`. Throws when broken. */
  read(to: Uint8Array): number | 'more' | 'ended' {
    const { api } = this.#engine;
    api.ERR_clear_error();
    const result = api.SSL_read(this.#native.ssl, to, to.length);
    if (result > 0) {
      this.#received = true;
      return result;
    }
    const error = api.SSL_get_error(this.#native.ssl, result);
    if (error === SSL_ERROR_WANT_READ || error === SSL_ERROR_WANT_WRITE) return 'more';
    if (error === SSL_ERROR_ZERO_RETURN) return 'ended';
    throw connectionError(takeFailure(api, 'TLS failed'), this.#received);
  }

  /** Encrypts all of `bytes`, at least one. */
  write(bytes: Uint8Array): void {
    const { api } = this.#engine;
    api.ERR_clear_error();
    if (api.SSL_write(this.#native.ssl, bytes, bytes.length) !== bytes.length) {
      throw connectionError(takeFailure(api, 'TLS failed'), this.#received);
    }
  }

  /** Prepares our close_notify. */
  shutdown(): void {
    const { api } = this.#engine;
    api.ERR_clear_error();
    api.SSL_shutdown(this.#native.ssl);
    api.ERR_clear_error();
  }

  /** Frees every native object; the session must not be used afterwards. */
  free(): void {
    this.#scope.free();
  }

  /** A handshake needs exactly one signature; a server that makes OpenSSL ask for more gets none. */
  #signOnce(mechanism: SignMechanism, data: Uint8Array): Uint8Array {
    this.#signatures += 1;
    if (!this.#withCard || this.#signatures > 1) throw new AppError('SIGN_FAILED');
    try {
      return this.#sign(mechanism, data);
    } catch (error) {
      this.#failure ??= error instanceof AppError ? (error as Failure) : new AppError('SIGN_FAILED');
      throw error;
    }
  }

  /** The handshake is complete for OpenSSL; now it has to be for us, before anything more is sent. */
  #finish(): HandshakeResult {
    const { api } = this.#engine;
    const { ssl } = this.#native;
    const server = this.#verifiedPeer();
    if (this.#withCard) this.#checkOwnIdentity();
    const version = api.SSL_get_version(ssl);
    if (version !== 'TLSv1.3' && version !== 'TLSv1.2') {
      throw new AppError('TLS_PROTOCOL_VERSION', { reason: version ?? 'unknown version' });
    }
    const cipher = api.SSL_get_current_cipher(ssl);
    return {
      info: {
        protocol: version,
        cipherSuite: (cipher === null ? null : api.SSL_CIPHER_get_name(cipher)) ?? '',
        group: this.#group(),
        serverPin: server.pin,
        serverSubject: server.facts.subject,
        serverNotAfter: server.facts.notAfter,
      },
      tlsExporter: version === 'TLSv1.3' ? this.#exporter() : undefined,
      tlsServerEndPoint: server.endPoint,
    };
  }

  /** The card's certificate was asked for and its key has signed. */
  #checkOwnIdentity(): void {
    if (!this.#requested) throw new AppError('TLS_NO_CLIENT_CERTIFICATE_REQUESTED');
    if (this.#signatures !== 1) {
      throw new AppError('TLS_CLIENT_CERTIFICATE_REFUSED', {
        alert: 'no signature algorithm in common with the card',
      });
    }
  }

  /** Refuses unless the very certificate of this connection passed every check in this handshake. */
  #verifiedPeer(): VerifiedServer {
    const { api } = this.#engine;
    const { ssl } = this.#native;
    const peer = api.SSL_get0_peer_certificate(ssl);
    const server = this.#server;
    if (
      server === undefined ||
      peer === null ||
      Number(api.SSL_get_verify_result(ssl)) !== X509_V_OK ||
      api.SSL_session_reused(ssl) !== 0 ||
      certificateFingerprint(api, peer) !== server.fingerprint
    ) {
      throw new AppError('TLS_UNTRUSTED_CHAIN', { reason: 'the server’s certificate was not verified' });
    }
    return server;
  }

  #group(): string {
    const { api } = this.#engine;
    const group = Number(api.SSL_ctrl(this.#native.ssl, SSL_CTRL_GET_NEGOTIATED_GROUP, 0, null));
    if (group <= 0) return '';
    const name = api.SSL_group_to_name(this.#native.ssl, group) ?? api.OBJ_nid2sn(group) ?? '';
    return GROUP_NAMES[name.toLowerCase()] ?? name;
  }

  /** RFC 9266: the exporter with an empty context. */
  #exporter(): Uint8Array {
    const { api } = this.#engine;
    const value = new Uint8Array(EXPORTER_BYTES);
    const exported = api.SSL_export_keying_material(
      this.#native.ssl,
      value,
      value.length,
      EXPORTER_LABEL,
      EXPORTER_LABEL.length,
      new Uint8Array(0),
      0,
      1,
    );
    if (exported !== 1)
      throw new AppError('TLS_HANDSHAKE', { reason: 'no keying material could be exported' });
    return value;
  }
}
