import type { PresentationPolicy } from '../../../shared/app-state.ts';
import { useWindowState } from '../../hooks/services.ts';

/** What the policy says of files; `undefined`: files are off. */
export function useFilePolicy(): PresentationPolicy['files'] {
  return useWindowState((state) => (state.app?.kind === 'running' ? state.app.policy.files : undefined));
}
