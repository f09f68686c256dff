import { useState } from 'react';
import type { ErrorReport } from '../../shared/errors.ts';

/** One thing that a form asks for at a time, and why it last failed. */
export interface Deed {
  readonly busy: boolean;
  readonly error: ErrorReport | undefined;
  /** Does it, unless one is being done; resolves with whether it was done. `work` resolves with what went wrong. */
  readonly run: (work: () => Promise<ErrorReport | undefined>) => Promise<boolean>;
}

/** For forms whose answer takes its time: no second press, and the failure stays until the next try. */
export function useDeed(): Deed {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ErrorReport>();
  const run = async (work: () => Promise<ErrorReport | undefined>) => {
    if (busy) return false;
    setBusy(true);
    const failure = await work();
    setBusy(false);
    setError(failure);
    return failure === undefined;
  };
  return { busy, error, run };
}
