import { useEffect, useState } from 'react';
import { type ErrorReport, isErrorCode } from '../../../shared/errors.ts';
import type { PolicyPage } from '../../../shared/policy-page.ts';
import { useServices, useWindowState } from '../../hooks/services.ts';

/** What a call to the main process failed with; its message is the code. */
export function reportOf(error: unknown): ErrorReport {
  const code = error instanceof Error ? error.message : '';
  return { code: isErrorCode(code) ? code : 'INTERNAL' };
}

export type PageState =
  | { readonly kind: 'loading' }
  | { readonly kind: 'failed'; readonly error: ErrorReport }
  | { readonly kind: 'ready'; readonly page: PolicyPage };

/** The policy page, asked for anew whenever the policy or what was refused of it changes. */
export function usePolicyPage(): PageState {
  const { bridge } = useServices();
  const [state, setState] = useState<PageState>({ kind: 'loading' });
  const version = useWindowState(({ app }) =>
    app?.kind === 'running'
      ? [app.policy.policyId, app.policy.sequence, app.policyWarning?.at, app.policyExpiring].join(' ')
      : '',
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: another version is the reason to ask again
  useEffect(() => {
    let isCurrent = true;
    bridge.getPolicyPage().then(
      (page) => isCurrent && setState({ kind: 'ready', page }),
      (error: unknown) => isCurrent && setState({ kind: 'failed', error: reportOf(error) }),
    );
    return () => {
      isCurrent = false;
    };
  }, [bridge, version]);
  return state;
}
