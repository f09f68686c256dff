/** The words about a newer version. */
import type { UpdateNotice } from '../../shared/app-state.ts';

export const UPDATE_LABEL = 'Update';
export const UPDATE_DISMISS = 'Dismiss';

/** Ends a text with a full stop, unless it ends a sentence already. */
function sentence(text: string): string {
  const trimmed = text.trim();
  return /[.!?\u2026]$/u.test(trimmed) ? trimmed : `${trimmed}.`;
}

export function updateTitle({ version }: UpdateNotice): string {
  return `Version ${version} is available from IT.`;
}

/** @param installed the version that runs */
export function updateDetail({ installFrom, notes }: UpdateNotice, installed: string): string {
  const from = `Install it from: ${sentence(installFrom)}`;
  return [from, ...(notes === undefined ? [] : [sentence(notes)]), `You have ${installed}.`].join(' ');
}
