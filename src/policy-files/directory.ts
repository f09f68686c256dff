/** The machine-wide directory. */

/** File names in the machine-wide directory. */
export const BUNDLE_NAME = 'policy.bundle';
export const MACHINE_NAME = 'machine.json';
/** What says that there is a newer version; need not be there. */
export const UPDATE_NAME = 'update.manifest';

/**
 * Where administrators install policy and machine file. Windows: the common application data folder at its fixed
 * place; `%ProgramData%` is not asked, because the user sets the environment.
 */
export function machineDirectory(platform: NodeJS.Platform): string {
  switch (platform) {
    case 'win32':
      return 'C:\\ProgramData\\Sallyport';
    case 'darwin':
      return '/Library/Application Support/Sallyport';
    default:
      return '/etc/sallyport';
  }
}
