import type { AppState } from '../../shared/app-state.ts';
import { detailLines, errorText } from './error-text.ts';

/** The locked screen as text for IT: what was refused and by which build; nothing secret is in it. */
export function lockedReport(state: Extract<AppState, { kind: 'locked' }>, now: number): string {
  const { title, action } = errorText(state.error);
  return [
    `Sallyport ${state.build.version}${state.build.testBuild ? ' (test build)' : ''} is locked`,
    `time: ${new Date(now).toISOString()}`,
    `code: ${state.error.code}`,
    `cause: ${title}`,
    `action: ${action}`,
    ...detailLines(state.error),
    `bundle SHA-256: ${state.bundleSha256 === '' ? 'none' : state.bundleSha256}`,
  ].join('\n');
}
