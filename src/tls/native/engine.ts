/** What one worker thread has once: the loaded library, its contexts, the callbacks and the keys in use. */

import koffi, { type TypeObject } from 'koffi';
import type { CallGuard } from '../call-guard.ts';
import { ExternalKeys } from './external-key.ts';
import { callbackTypes, type OpenSsl, type Pointer } from './ffi.ts';
import { type CryptoContext, loadOpenSsl, openDefaultContext, openFipsContext } from './library.ts';
import { liveNativeObjects, NativeScope } from './resources.ts';

/** What OpenSSL calls back for one connection. */
export interface HandshakeHooks {
  /** True when the server's chain is acceptable. */
  verify(storeContext: Pointer): boolean;
  /** The server asked for a certificate. */
  certificateRequested(): void;
}

export class TlsEngine {
  readonly api: OpenSsl;
  readonly keys: ExternalKeys;
  /** To be entered around every native call that may call back. */
  readonly guard: CallGuard;
  /** Callbacks, for SSL_CTX_set_cert_verify_callback and SSL_CTX_set_cert_cb; their `arg` is a hook's number. */
  readonly verifyCallback: Pointer;
  readonly certificateCallback: Pointer;
  readonly #directory: string | undefined;
  readonly #scope = new NativeScope();
  readonly #hooks = new Map<bigint, HandshakeHooks>();
  #defaultContext: CryptoContext | undefined;
  #fipsContext: CryptoContext | undefined;

  /** Loads OpenSSL; throws `TLS_LIBRARY`. */
  constructor(libraryDirectory: string | undefined, guard: CallGuard) {
    this.guard = guard;
    this.#directory = libraryDirectory;
    this.api = loadOpenSsl(libraryDirectory);
    const types = callbackTypes();
    this.verifyCallback = this.#register(
      (storeContext: Pointer, arg: Pointer | null) => this.#verify(storeContext, arg),
      types.verify,
    );
    this.certificateCallback = this.#register(
      (_ssl: Pointer, arg: Pointer | null) => this.#certificateRequested(arg),
      types.certificate,
    );
    this.keys = new ExternalKeys(this.api, this.#scope);
  }

  /** The context to fetch algorithms from; made on first use. Throws `TLS_FIPS_UNAVAILABLE`. */
  context(requireFips: boolean): CryptoContext {
    if (!requireFips) {
      this.#defaultContext ??= this.#open((scope) => openDefaultContext(this.api, scope));
      return this.#defaultContext;
    }
    this.#fipsContext ??= this.#open((scope) => openFipsContext(this.api, scope, this.#directory));
    return this.#fipsContext;
  }

  /** Registers a connection's hooks under its number until `scope` is freed. */
  addHooks(scope: NativeScope, id: bigint, hooks: HandshakeHooks): void {
    this.#hooks.set(id, hooks);
    scope.defer(() => this.#hooks.delete(id));
  }

  /** Counts for leak tests. */
  statistics(): {
    readonly objects: number;
    readonly callbacks: number;
    readonly hooks: number;
    readonly keys: number;
  } {
    return {
      objects: liveNativeObjects(),
      callbacks: koffi.stats().callbacks,
      hooks: this.#hooks.size,
      keys: this.keys.size,
    };
  }

  /** Frees the contexts, methods and callbacks. No connection may be left. */
  dispose(): void {
    this.#scope.free();
  }

  /** What was opened half-way is freed again. */
  #open(open: (scope: NativeScope) => CryptoContext): CryptoContext {
    const scope = new NativeScope();
    try {
      const context = open(scope);
      this.#scope.defer(() => scope.free());
      return context;
    } catch (error) {
      scope.free();
      throw error;
    }
  }

  #register(callback: (pointer: Pointer, arg: Pointer | null) => number, type: TypeObject): Pointer {
    const pointer = koffi.register(callback, type);
    this.#scope.defer(() => koffi.unregister(pointer));
    return pointer;
  }

  #verify(storeContext: Pointer, arg: Pointer | null): number {
    try {
      return arg !== null && this.#hooks.get(arg)?.verify(storeContext) === true ? 1 : 0;
    } catch {
      return 0;
    }
  }

  #certificateRequested(arg: Pointer | null): number {
    const hooks = arg === null ? undefined : this.#hooks.get(arg);
    if (hooks === undefined) return 0;
    hooks.certificateRequested();
    return 1;
  }
}
