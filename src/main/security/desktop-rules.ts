/**
 * What may leave and enter the windows by the desktop's own ways: clipboard, printer, screenshots. The page refuses the
 * events of clipboard and drag and drop itself; here the keys are taken away, so that a page which were not ours could
 * not use them either.
 */
import type { Input } from 'electron';

/** The policy's /desktop group, as far as the main process keeps it. */
export interface DesktopRules {
  readonly copy: boolean;
  readonly paste: boolean;
  readonly screenCaptureProtection: boolean;
}

/** Until the policy is known: an error report may be copied, nothing comes in, and the windows stay out of captures. */
export const RULES_WITHOUT_POLICY: DesktopRules = { copy: true, paste: false, screenCaptureProtection: true };

type Key = Pick<Input, 'type' | 'key' | 'code' | 'control' | 'meta' | 'shift'>;

/** What a key asks for. Layouts without Latin letters put the letters of shortcuts in `code`. */
function askedBy({ key, code, control, meta, shift }: Key): 'copy' | 'paste' | 'print' | undefined {
  const command = control || meta;
  const letter = /^[a-z]$/i.test(key) ? key.toLowerCase() : code.replace(/^Key/u, '').toLowerCase();
  if (key === 'Copy' || key === 'Cut') return 'copy';
  if (key === 'Paste') return 'paste';
  if (key === 'Print') return 'print';
  if (key === 'Insert') return command ? 'copy' : shift ? 'paste' : undefined;
  if (key === 'Delete') return shift ? 'copy' : undefined;
  if (!command) return undefined;
  if (letter === 'c' || letter === 'x') return 'copy';
  if (letter === 'v') return 'paste';
  return letter === 'p' ? 'print' : undefined;
}

/** Whether a key press must not reach the page. Nothing can be printed, by any policy. */
export function isKeyRefused(input: Key, rules: DesktopRules): boolean {
  const asked = askedBy(input);
  return asked === 'print' || (asked !== undefined && !rules[asked]);
}

/** Windows and macOS keep a window out of screenshots and screen sharing when asked; Linux has no such thing. */
export function protectFromCapture(
  window: { setContentProtection(on: boolean): void },
  { screenCaptureProtection }: DesktopRules,
): void {
  window.setContentProtection(screenCaptureProtection);
}
