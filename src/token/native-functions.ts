/**
 * Two functions of the module and nothing else, called through FFI.
 *
 * C_Login: pkcs11js takes the PIN as a JavaScript string, which can not be erased, cannot pass the NULL that asks a reader
 * with a PIN pad to take the PIN itself, and blocks the event loop while the user types on that pad. Here the PIN is bytes
 * that the caller erases, and the call runs beside the event loop.
 *
 * C_GetSlotList: pkcs11js calls it twice, for the number and for the slots, and each time OpenSC asks about every reader.
 */
import koffi from 'koffi';

/** Returns C_Login's return value (CKR_…). `pin` null: the reader asks for it (protected authentication path). */
export type NativeLogin = (session: Uint8Array, userType: number, pin: Uint8Array | null) => Promise<number>;

/** The slots with a token, as handles; `undefined` when there are more than {@link MAX_SLOTS}, or the call fails. */
export type NativeSlots = () => readonly Buffer[] | undefined;

export interface NativeFunctions {
  readonly login: NativeLogin;
  readonly slotsWithToken: NativeSlots;
}

/** Places among the functions of CK_FUNCTION_LIST (PKCS#11 v2.40, the same since v2.0). */
const GET_SLOT_LIST_INDEX = 4;
const LOGIN_INDEX = 18;
/** More slots with a token than any computer has. */
const MAX_SLOTS = 64;
const CK_TRUE = 1;
const POINTER_BYTES = 8;
/** CK_VERSION lies before the functions: two bytes, padded to a pointer's alignment except on Windows (packed). */
const FUNCTIONS_OFFSET = process.platform === 'win32' ? 2 : POINTER_BYTES;

/** A CK_ULONG handle as pkcs11js gives it: little-endian, four or eight bytes. */
function handleToBigInt(handle: Uint8Array): bigint {
  return handle.reduceRight((value, octet) => value * 256n + BigInt(octet), 0n);
}

/**
 * Whether the module's own libraries come first when its symbols are bound (RTLD_DEEPBIND). Plain Node exports its
 * OpenSSL's symbols, and a module must not be given those in place of its own. Electron exports none of those but
 * `malloc` and `free`: a module bound past them would free with the C library what the C library had from Electron.
 */
const BIND_DEEP = process.versions.electron === undefined;

/** Takes the functions from the module's function list. The module is loaded here for the first time. */
export function loadNativeFunctions(path: string): NativeFunctions {
  const library = koffi.load(path, { deep: BIND_DEEP });
  const getFunctionList = library.func('C_GetFunctionList', 'unsigned long', [
    koffi.out(koffi.pointer('void *')),
  ]);
  const list: unknown[] = [null];
  if (getFunctionList(list) !== 0 || !list[0]) throw new Error('C_GetFunctionList failed');
  const functions = list[0];
  const at = (index: number, name: string): unknown => {
    const pointer: unknown = koffi.decode(functions, FUNCTIONS_OFFSET + index * POINTER_BYTES, 'void *');
    if (!pointer) throw new Error(`the module has no ${name}`);
    return pointer;
  };
  return {
    login: nativeLogin(at(LOGIN_INDEX, 'C_Login')),
    slotsWithToken: nativeSlots(at(GET_SLOT_LIST_INDEX, 'C_GetSlotList')),
  };
}

function nativeLogin(pointer: unknown): NativeLogin {
  const login = koffi.decode(
    pointer,
    koffi.proto('unsigned long', ['unsigned long', 'unsigned long', 'uint8_t *', 'unsigned long']),
  );
  return (session, userType, pin) =>
    new Promise((resolve, reject) => {
      login.async(
        handleToBigInt(session),
        userType,
        pin,
        pin === null ? 0 : pin.length,
        (error: unknown, rv: number | bigint) => (error ? reject(error) : resolve(Number(rv))),
      );
    });
}

function nativeSlots(pointer: unknown): NativeSlots {
  const getSlotList = koffi.decode(
    pointer,
    koffi.proto('unsigned long', ['uint8_t', 'uint8_t *', koffi.inout(koffi.pointer('unsigned long'))]),
  );
  const size = koffi.sizeof('unsigned long');
  const ids = Buffer.alloc(MAX_SLOTS * size);
  return () => {
    const count = [MAX_SLOTS];
    if (Number(getSlotList(CK_TRUE, ids, count)) !== 0) return undefined;
    const slots = Number(count[0]);
    if (!(slots >= 0 && slots <= MAX_SLOTS)) return undefined;
    return Array.from({ length: slots }, (_, i) => Buffer.from(ids.subarray(i * size, (i + 1) * size)));
  };
}
