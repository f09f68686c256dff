/** The environment of the session and the token process: a short allow-list, so that nothing of ours leaks into it. Pure. */

/** What programs need to find the system's libraries, the user's home and the desktop's sockets. */
const COMMON: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  linux: ['HOME', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR', 'XDG_RUNTIME_DIR'],
  darwin: ['HOME', 'LANG', 'TZ', 'TMPDIR'],
  win32: [
    'SystemRoot',
    'SystemDrive',
    'windir',
    'ProgramData',
    'ProgramFiles',
    'USERPROFILE',
    'APPDATA',
    'LOCALAPPDATA',
    'TEMP',
    'TMP',
  ],
};

/** Copies the allowed variables, and `extra` ones that the build permits. Names compare as the system compares them. */
export function childEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
  extra: readonly string[] = [],
): Record<string, string> {
  const wanted = [...(COMMON[platform] ?? []), ...extra];
  const key = (name: string): string => (platform === 'win32' ? name.toUpperCase() : name);
  const allowed = new Set(wanted.map(key));
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && allowed.has(key(name))) result[name] = value;
  }
  return result;
}
