/**
 * Permissions a page may ask for. Electron grants by default; Sallyport grants none: copying and pasting with the
 * keyboard and the menu need no permission, and nothing else is part of the work.
 */
const GRANTED: ReadonlySet<string> = new Set();

/** Whether a page gets `permission`; a name that is unknown to us is refused like any other. */
export function isPermissionGranted(permission: string): boolean {
  return GRANTED.has(permission);
}
