/**
 * Where PKCS#11 modules for smart cards usually lie, the vendor's own before the general ones. For the doctor and for
 * writing a first policy; what is loaded is decided by the policy alone.
 *
 * p11-kit's proxy comes last: it shows no insertions through C_WaitForSlotEvent.
 */
import { stat } from 'node:fs/promises';

export interface WellKnownModule {
  readonly name: string;
  readonly path: string;
}

const LINUX: readonly WellKnownModule[] = [
  { name: 'ActivClient', path: '/usr/lib/libacpkcs211.so' },
  { name: 'ActivClient', path: '/usr/local/lib/libacpkcs211.so' },
  { name: 'ActivClient', path: '/usr/local/activClient/lib/libacpkcs211.so' },
  { name: 'OpenSC', path: '/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so' },
  { name: 'OpenSC', path: '/usr/lib/aarch64-linux-gnu/opensc-pkcs11.so' },
  { name: 'OpenSC', path: '/usr/lib64/opensc-pkcs11.so' },
  { name: 'OpenSC', path: '/usr/lib64/pkcs11/opensc-pkcs11.so' },
  { name: 'OpenSC', path: '/usr/lib/opensc-pkcs11.so' },
  { name: 'OpenSC', path: '/usr/lib/pkcs11/opensc-pkcs11.so' },
  { name: 'p11-kit', path: '/usr/lib/x86_64-linux-gnu/p11-kit-proxy.so' },
  { name: 'p11-kit', path: '/usr/lib/aarch64-linux-gnu/p11-kit-proxy.so' },
  { name: 'p11-kit', path: '/usr/lib64/p11-kit-proxy.so' },
  { name: 'p11-kit', path: '/usr/lib/p11-kit-proxy.so' },
];

const WINDOWS: readonly WellKnownModule[] = [
  { name: 'ActivClient', path: 'C:\\Program Files\\HID Global\\ActivClient\\acpkcs211.dll' },
  { name: 'ActivClient', path: 'C:\\Program Files\\ActivIdentity\\ActivClient\\acpkcs211.dll' },
  { name: 'ActivClient', path: 'C:\\Windows\\System32\\acpkcs211.dll' },
  { name: 'OpenSC', path: 'C:\\Program Files\\OpenSC Project\\OpenSC\\pkcs11\\opensc-pkcs11.dll' },
  { name: 'OpenSC', path: 'C:\\Windows\\System32\\opensc-pkcs11.dll' },
];

const MACOS: readonly WellKnownModule[] = [
  { name: 'ActivClient', path: '/usr/local/lib/acpkcs211.dylib' },
  { name: 'OpenSC', path: '/Library/OpenSC/lib/opensc-pkcs11.so' },
  { name: 'OpenSC', path: '/usr/local/lib/opensc-pkcs11.so' },
  { name: 'OpenSC', path: '/opt/homebrew/lib/opensc-pkcs11.so' },
  { name: 'p11-kit', path: '/usr/local/lib/p11-kit-proxy.dylib' },
  { name: 'p11-kit', path: '/opt/homebrew/lib/p11-kit-proxy.dylib' },
];

/** All places of a platform, whether or not something is there. */
export function wellKnownModules(platform: NodeJS.Platform = process.platform): readonly WellKnownModule[] {
  if (platform === 'win32') return WINDOWS;
  return platform === 'darwin' ? MACOS : LINUX;
}

/** Those of this computer's places where there is a file. */
export async function installedModules(): Promise<readonly WellKnownModule[]> {
  const found = await Promise.all(
    wellKnownModules().map(async (module) => {
      const file = await stat(module.path).catch(() => undefined);
      return file?.isFile() === true ? [module] : [];
    }),
  );
  return found.flat();
}
