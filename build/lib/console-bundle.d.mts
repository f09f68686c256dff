/** Writes programs, page and native parts into `directory`. @throws SetupError */
export function bundleConsole(
  directory: string,
): Promise<{ readonly program: string; readonly admin: string }>;
