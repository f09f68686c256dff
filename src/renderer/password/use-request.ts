import { useState } from 'react';
import { toErrorReport } from '../../shared/errors.ts';
import type { PasswordPortReply } from '../../shared/password-contract.ts';

/** Runs one request at a time and keeps what came of it. */
export function useRequest(): {
  readonly reply: PasswordPortReply | undefined;
  readonly busy: boolean;
  readonly run: (request: () => Promise<PasswordPortReply>) => Promise<void>;
} {
  const [reply, setReply] = useState<PasswordPortReply>();
  const [busy, setBusy] = useState(false);
  const run = async (request: () => Promise<PasswordPortReply>) => {
    setBusy(true);
    const answer = await request().catch(
      (error: unknown): PasswordPortReply => ({ kind: 'refused', error: toErrorReport(error) }),
    );
    setReply(answer);
    setBusy(false);
  };
  return { reply, busy, run };
}
