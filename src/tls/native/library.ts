/** Finding, loading and initialising OpenSSL 3, with or without its FIPS provider. */
import { isAbsolute, join } from 'node:path';
import koffi from 'koffi';
import { AppError } from '../../shared/errors.ts';
import { bind, type OpenSsl, type Pointer } from './ffi.ts';
import type { NativeScope } from './resources.ts';

const OPENSSL_INIT_NO_LOAD_CONFIG = 0x80;
const OPENSSL_MAJOR = 3;

/** Library files per operating system: the system's own on Linux, a copy beside the app elsewhere. */
function libraryFiles(
  platform: NodeJS.Platform,
  arch: string,
  directory: string | undefined,
): { readonly crypto: string; readonly ssl: string } {
  if (directory !== undefined && !isAbsolute(directory)) {
    throw new AppError('TLS_LIBRARY', { reason: 'the library directory is not an absolute path' });
  }
  const at = (name: string): string => (directory === undefined ? name : join(directory, name));
  if (platform === 'linux') return { crypto: at('libcrypto.so.3'), ssl: at('libssl.so.3') };
  // Elsewhere a bare name would be looked up in places that others can write to.
  if (directory === undefined) {
    throw new AppError('TLS_LIBRARY', { reason: 'this system needs a bundled OpenSSL', platform });
  }
  if (platform === 'win32') {
    const suffix = arch === 'arm64' ? 'arm64' : 'x64';
    return { crypto: at(`libcrypto-3-${suffix}.dll`), ssl: at(`libssl-3-${suffix}.dll`) };
  }
  return { crypto: at('libcrypto.3.dylib'), ssl: at('libssl.3.dylib') };
}

/** Loads both libraries and checks the version. Throws `TLS_LIBRARY` with what was looked for. */
export function loadOpenSsl(directory: string | undefined): OpenSsl {
  const files = libraryFiles(process.platform, process.arch, directory);
  let api: OpenSsl;
  try {
    // Deep binding: plain Node exports OpenSSL symbols of its own, which would take the place of the library's.
    const crypto = koffi.load(files.crypto, { deep: true });
    api = bind(crypto, koffi.load(files.ssl, { deep: true }));
  } catch (cause) {
    throw new AppError('TLS_LIBRARY', { reason: 'not found or incomplete', file: files.ssl }, { cause });
  }
  const version = Number(api.OpenSSL_version_num());
  const major = Math.floor(version / 2 ** 28);
  if (major !== OPENSSL_MAJOR) {
    throw new AppError('TLS_LIBRARY', { reason: 'wrong version', found: version.toString(16) });
  }
  // The system's openssl.cnf can load engines and loosen defaults; everything that matters is set here explicitly.
  if (api.OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_CONFIG, null) !== 1) {
    throw new AppError('TLS_LIBRARY', { reason: 'OPENSSL_init_ssl failed' });
  }
  return api;
}

/** A library context of our own, and the property query that every algorithm is fetched with. */
export interface CryptoContext {
  readonly libraryContext: Pointer;
  readonly properties: string | null;
}

/** A context with the default provider. */
export function openDefaultContext(api: OpenSsl, scope: NativeScope): CryptoContext {
  const libraryContext = newLibraryContext(api, scope);
  loadProvider(api, scope, libraryContext, 'default', 'TLS_LIBRARY');
  return { libraryContext, properties: null };
}

/**
 * A context whose algorithms come from the FIPS provider and nowhere else. Throws `TLS_FIPS_UNAVAILABLE` when the
 * provider cannot be loaded (its self-test fails, it is not configured or not there) or does not serve AES-256-GCM.
 *
 * With a bundled OpenSSL the provider is `<directory>/ossl-modules` with `<directory>/fips.cnf` (which holds the
 * module's checksum); otherwise the system's own configuration says where it is.
 */
export function openFipsContext(
  api: OpenSsl,
  scope: NativeScope,
  directory: string | undefined,
): CryptoContext {
  const libraryContext = newLibraryContext(api, scope);
  if (directory !== undefined) {
    api.OSSL_PROVIDER_set_default_search_path(libraryContext, join(directory, 'ossl-modules'));
  }
  api.OSSL_LIB_CTX_load_config(libraryContext, directory === undefined ? null : join(directory, 'fips.cnf'));
  api.ERR_clear_error();
  loadProvider(api, scope, libraryContext, 'fips', 'TLS_FIPS_UNAVAILABLE');
  loadProvider(api, scope, libraryContext, 'base', 'TLS_FIPS_UNAVAILABLE');
  api.EVP_default_properties_enable_fips(libraryContext, 1);
  const cipher = api.EVP_CIPHER_fetch(libraryContext, 'AES-256-GCM', 'fips=yes');
  if (cipher === null)
    throw new AppError('TLS_FIPS_UNAVAILABLE', { reason: 'no AES-256-GCM in the provider' });
  const provider = api.EVP_CIPHER_get0_provider(cipher);
  const name = provider === null ? null : api.OSSL_PROVIDER_get0_name(provider);
  api.EVP_CIPHER_free(cipher);
  if (name !== 'fips') throw new AppError('TLS_FIPS_UNAVAILABLE', { reason: 'another provider answered' });
  return { libraryContext, properties: 'fips=yes' };
}

function newLibraryContext(api: OpenSsl, scope: NativeScope): Pointer {
  return scope.own(api.OSSL_LIB_CTX_new(), (context) => api.OSSL_LIB_CTX_free(context), 'OSSL_LIB_CTX_new');
}

function loadProvider(
  api: OpenSsl,
  scope: NativeScope,
  context: Pointer,
  name: string,
  code: 'TLS_LIBRARY' | 'TLS_FIPS_UNAVAILABLE',
): void {
  const provider = api.OSSL_PROVIDER_load(context, name);
  if (provider === null) {
    const reason = api.ERR_reason_error_string(api.ERR_get_error()) ?? 'unknown';
    api.ERR_clear_error();
    throw new AppError(code, { reason: `provider ${name}: ${reason.slice(0, 100)}` });
  }
  scope.own(provider, (loaded) => api.OSSL_PROVIDER_unload(loaded), 'OSSL_PROVIDER_load');
}
