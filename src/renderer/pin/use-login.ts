import { useState } from 'react';
import type { PinPortReply } from '../../shared/app-state.ts';
import { toErrorReport } from '../../shared/errors.ts';

export type LoginState = { readonly kind: 'idle' } | { readonly kind: 'busy' } | PinPortReply;

/** Runs one login at a time and keeps what came of it. */
export function useLogin(): readonly [
  state: LoginState,
  run: (attempt: () => Promise<PinPortReply>) => Promise<void>,
] {
  const [state, setState] = useState<LoginState>({ kind: 'idle' });
  const run = async (attempt: () => Promise<PinPortReply>) => {
    if (state.kind === 'busy' || state.kind === 'accepted') return;
    setState({ kind: 'busy' });
    try {
      setState(await attempt());
    } catch (error) {
      setState({ kind: 'refused', error: toErrorReport(error), finalTry: false, locked: false });
    }
  };
  return [state, run];
}
