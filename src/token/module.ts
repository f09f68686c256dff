/** The PKCS#11 module: the few functions that signing in needs, with typed errors. One caller at a time. */
import pkcs11js from 'pkcs11js';
import { AppError } from '../shared/errors.ts';
import type { SignMechanism } from '../shared/signing.ts';
import { CKR, CkrError } from './ckr.ts';
import { loadNativeFunctions, type NativeFunctions } from './native-functions.ts';

/** A CK_ULONG as pkcs11js gives it. */
export type Handle = Buffer;

/** More objects of a kind than any card has. */
const MAX_OBJECTS = 64;
const MAX_EVENTS = 16;

const MECHANISM: Record<SignMechanism, number> = {
  'rsa-raw': pkcs11js.CKM_RSA_X_509,
  'rsa-pkcs1': pkcs11js.CKM_RSA_PKCS,
  ecdsa: pkcs11js.CKM_ECDSA,
};

export interface TokenFacts {
  readonly label: string;
  readonly serial: string;
  readonly finalTry: boolean;
  readonly locked: boolean;
  readonly pinPad: boolean;
}

/** A certificate object: its CKA_ID, by which its key is found, and its DER. */
export interface CertificateObject {
  readonly keyId: Buffer;
  readonly der: Buffer;
}

/** Calls a function of pkcs11js; its errors become {@link CkrError}. */
function call<T>(name: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw toCkrError(name, error);
  }
}

function toCkrError(name: string, error: unknown): unknown {
  return error instanceof pkcs11js.Pkcs11Error ? new CkrError(name, error.code) : error;
}

export class Pkcs11Module {
  readonly #module: pkcs11js.PKCS11;
  readonly #native: NativeFunctions;
  /** False once C_WaitForSlotEvent turned out not to be there. */
  #hasEvents = true;

  private constructor(module: pkcs11js.PKCS11, native: NativeFunctions) {
    this.#module = module;
    this.#native = native;
  }

  /** Loads and initialises the module at `path`, whose file must have been checked before. Throws MODULE_LOAD_FAILED. */
  static load(path: string): Pkcs11Module {
    try {
      const native = loadNativeFunctions(path);
      const module = new pkcs11js.PKCS11();
      module.load(path);
      initialize(module);
      return new Pkcs11Module(module, native);
    } catch (error) {
      const code = error instanceof pkcs11js.Pkcs11Error ? error.code : 0;
      throw new AppError('MODULE_LOAD_FAILED', { path, code }, { cause: error });
    }
  }

  /** Begins anew, with nothing that the module remembers of cards. All handles become invalid. */
  reinitialize(): void {
    try {
      this.#module.C_Finalize();
    } catch {
      // What could not be ended is begun anew all the same.
    }
    call('C_Initialize', () => initialize(this.#module));
  }

  /** Slots, or only those with a token. This is the one call that notices insertion and removal reliably. */
  slots(withToken: boolean): Handle[] {
    return call('C_GetSlotList', () => this.#module.C_GetSlotList(withToken));
  }

  /** The slots with a token in one call, without a look for readers that came; `undefined` where that does not work. */
  slotsAtOnce(): readonly Handle[] | undefined {
    return this.#native.slotsWithToken();
  }

  /** False once the module turned out to know no events. */
  get hasEvents(): boolean {
    return this.#hasEvents;
  }

  /** The slots (their handles in hex) where something happened since the last call; empty when the module cannot tell. */
  slotEvents(): ReadonlySet<string> {
    const slots = new Set<string>();
    for (let i = 0; this.#hasEvents && i < MAX_EVENTS; i++) {
      try {
        const slot = this.#module.C_WaitForSlotEvent(pkcs11js.CKF_DONT_BLOCK);
        if (slot === null) break;
        slots.add(slot.toString('hex'));
      } catch {
        this.#hasEvents = false;
      }
    }
    return slots;
  }

  tokenFacts(slot: Handle): TokenFacts {
    const info = call('C_GetTokenInfo', () => this.#module.C_GetTokenInfo(slot));
    const has = (flag: number) => (info.flags & flag) !== 0;
    return {
      label: info.label.trim(),
      serial: info.serialNumber.trim(),
      finalTry: has(pkcs11js.CKF_USER_PIN_FINAL_TRY),
      locked: has(pkcs11js.CKF_USER_PIN_LOCKED),
      pinPad: has(pkcs11js.CKF_PROTECTED_AUTHENTICATION_PATH),
    };
  }

  /** A read-only session. */
  openSession(slot: Handle): Handle {
    return call('C_OpenSession', () => this.#module.C_OpenSession(slot, pkcs11js.CKF_SERIAL_SESSION));
  }

  /** Certificate objects, to be read one by one with {@link certificate}: a slow card needs its time for each. */
  certificateHandles(session: Handle): Handle[] {
    const template = [
      { type: pkcs11js.CKA_CLASS, value: pkcs11js.CKO_CERTIFICATE },
      { type: pkcs11js.CKA_CERTIFICATE_TYPE, value: pkcs11js.CKC_X_509 },
    ];
    return this.find(session, template);
  }

  certificate(session: Handle, object: Handle): CertificateObject {
    return {
      keyId: this.attribute(session, object, pkcs11js.CKA_ID),
      der: this.attribute(session, object, pkcs11js.CKA_VALUE),
    };
  }

  /** The private key that belongs to a certificate; many modules show it only after login. */
  privateKey(session: Handle, keyId: Buffer): Handle | undefined {
    return this.find(session, [
      { type: pkcs11js.CKA_CLASS, value: pkcs11js.CKO_PRIVATE_KEY },
      { type: pkcs11js.CKA_ID, value: keyId },
    ])[0];
  }

  /** C_Login as CKU_USER; answers with the return value. Does not block the event loop. */
  login(session: Handle, pin: Uint8Array | null): Promise<number> {
    return this.#native.login(session, pkcs11js.CKU_USER, pin);
  }

  logout(session: Handle): void {
    call('C_Logout', () => this.#module.C_Logout(session));
  }

  /** C_SignInit and C_Sign; the latter does not block the event loop. `length`: the most bytes that can come. */
  async sign(
    session: Handle,
    mechanism: SignMechanism,
    key: Handle,
    data: Uint8Array,
    length: number,
  ): Promise<Uint8Array> {
    call('C_SignInit', () => this.#module.C_SignInit(session, { mechanism: MECHANISM[mechanism] }, key));
    // pkcs11js keeps only pointers while its thread works: both buffers are held here until it is done.
    const buffers = { input: Buffer.from(data), output: Buffer.alloc(length) };
    try {
      const signature = await this.#module.C_SignAsync(session, buffers.input, buffers.output);
      return Uint8Array.from(signature);
    } catch (error) {
      throw toCkrError('C_Sign', error);
    } finally {
      buffers.input.fill(0);
      buffers.output.fill(0);
    }
  }

  /**
   * C_SignInit and C_Sign in one go, for a command line where nothing else waits.
   *
   * @param mechanism a CKM_… number without parameters
   * @param length the most bytes that can come
   */
  signAtOnce(session: Handle, mechanism: number, key: Handle, data: Uint8Array, length: number): Buffer {
    call('C_SignInit', () => this.#module.C_SignInit(session, { mechanism }, key));
    return call('C_Sign', () => this.#module.C_Sign(session, Buffer.from(data), Buffer.alloc(length)));
  }

  /** The mechanisms (CKM_…) that a slot's token has. */
  mechanisms(slot: Handle): readonly number[] {
    return call('C_GetMechanismList', () => this.#module.C_GetMechanismList(slot));
  }

  /** C_CloseAllSessions of a slot, which logs out as well, and C_Finalize. */
  close(slot: Handle): void {
    try {
      call('C_CloseAllSessions', () => this.#module.C_CloseAllSessions(slot));
    } finally {
      call('C_Finalize', () => this.#module.C_Finalize());
    }
  }

  /** The first objects that fit a template, at most {@link MAX_OBJECTS}. */
  find(session: Handle, template: pkcs11js.Template): Handle[] {
    call('C_FindObjectsInit', () => this.#module.C_FindObjectsInit(session, template));
    const found = call('C_FindObjects', () => this.#module.C_FindObjects(session, MAX_OBJECTS));
    call('C_FindObjectsFinal', () => this.#module.C_FindObjectsFinal(session));
    return found;
  }

  /** An attribute's bytes; empty when it is no byte string. */
  attribute(session: Handle, object: Handle, type: number): Buffer {
    const read = () => this.#module.C_GetAttributeValue(session, object, [{ type }]);
    const value = call('C_GetAttributeValue', read)[0]?.value;
    return Buffer.isBuffer(value) ? value : Buffer.alloc(0);
  }
}

/** Without locks first, because we never call from two threads at once; some modules (p11-kit) insist on them. */
function initialize(module: pkcs11js.PKCS11): void {
  try {
    module.C_Initialize({ flags: 0 });
  } catch (error) {
    const code = error instanceof pkcs11js.Pkcs11Error ? error.code : CKR.GENERAL_ERROR;
    if (code !== CKR.CANT_LOCK && code !== CKR.ARGUMENTS_BAD) throw error;
    module.C_Initialize({ flags: pkcs11js.CKF_OS_LOCKING_OK });
  }
}
