/**
 * C_Login and nothing else, called through FFI. pkcs11js takes the PIN as a JavaScript string, which can not be erased,
 * cannot pass the NULL that asks a reader with a PIN pad to take the PIN itself, and blocks the event loop while the user
 * types on that pad. Here the PIN is bytes that the caller erases, and the call runs beside the event loop.
 */
import koffi from 'koffi';

/** Returns C_Login's return value (CKR_…). `pin` null: the reader asks for it (protected authentication path). */
export type NativeLogin = (session: Uint8Array, userType: number, pin: Uint8Array | null) => Promise<number>;

/** C_Login's place among the functions of CK_FUNCTION_LIST (PKCS#11 v2.40, the same since v2.0). */
const LOGIN_INDEX = 18;
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

/** Takes the function from the module's function list. The module is loaded here for the first time. */
export function loadNativeLogin(path: string): NativeLogin {
  const library = koffi.load(path, { deep: BIND_DEEP });
  const getFunctionList = library.func('C_GetFunctionList', 'unsigned long', [
    koffi.out(koffi.pointer('void *')),
  ]);
  const list: unknown[] = [null];
  if (getFunctionList(list) !== 0 || !list[0]) throw new Error('C_GetFunctionList failed');
  const pointer: unknown = koffi.decode(list[0], FUNCTIONS_OFFSET + LOGIN_INDEX * POINTER_BYTES, 'void *');
  if (!pointer) throw new Error('the module has no C_Login');
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
