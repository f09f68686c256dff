/** Ending before anything was opened, with a message that says why. */
import { type App, dialog } from 'electron';
import { errorText } from '../../shared/error-text.ts';
import type { AppError } from '../../shared/errors.ts';
import { REFUSAL_EXIT_CODES, type StartRefusal } from '../security/start-guard.ts';
import { APP_NAME } from '../text.ts';

export function refuseToStart(app: App, refusal: AppError<StartRefusal>): void {
  const { title, action } = errorText(refusal.toReport());
  const message = `${title} ${action}`;
  process.stderr.write(`sallyport: ${refusal.code}: ${message}\n`);
  // A program without a terminal says it in a box; on Linux the launcher keeps standard error.
  if (process.platform !== 'linux') dialog.showErrorBox(APP_NAME, message);
  app.exit(REFUSAL_EXIT_CODES[refusal.code]);
}
