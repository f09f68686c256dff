import { useEffect, useState } from 'react';
import type { PinPrompt } from '../../shared/app-state.ts';
import type { PinBridge } from '../../shared/ipc-contract.ts';

/** What this window is to ask; absent until the main process has said. */
export function usePinPrompt(bridge: PinBridge): PinPrompt | undefined {
  const [prompt, setPrompt] = useState<PinPrompt>();
  useEffect(() => {
    let pushed = false;
    let ended = false;
    const end = bridge.onPrompt((next) => {
      pushed = true;
      setPrompt(next);
    });
    bridge.getPrompt().then(
      (first) => {
        if (!pushed && !ended) setPrompt(first);
      },
      // Without an answer there is nothing to ask; the window stays empty and the main process closes it.
      () => undefined,
    );
    return () => {
      ended = true;
      end();
    };
  }, [bridge]);
  return prompt;
}
