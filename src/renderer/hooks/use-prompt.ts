import { useEffect, useState } from 'react';

/** The part of a prompt window's bridge that says what to ask. */
interface PromptBridge<Prompt> {
  getPrompt(): Promise<Prompt>;
  onPrompt(listener: (prompt: Prompt) => void): () => void;
}

/** What this window is to ask; absent until the main process has said. */
export function usePrompt<Prompt>(bridge: PromptBridge<Prompt>): Prompt | undefined {
  const [prompt, setPrompt] = useState<Prompt>();
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
