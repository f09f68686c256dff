import { type ReactElement, useEffect, useState } from 'react';
import type { PasswordBridge } from '../../shared/ipc-contract.ts';
import type { PasswordPrompt } from '../../shared/password-contract.ts';
import { ClassificationBanner } from '../parts/ClassificationBanner.tsx';
import { ChangeForm } from './ChangeForm.tsx';
import { SignInForm } from './SignInForm.tsx';

/** What this window is to ask; absent until the main process has said. */
function usePrompt(bridge: PasswordBridge): PasswordPrompt | undefined {
  const [prompt, setPrompt] = useState<PasswordPrompt>();
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

/** The password window: asks for a password or a new one, and knows nothing else. */
export function PasswordApp({ bridge }: { readonly bridge: PasswordBridge }): ReactElement {
  const prompt = usePrompt(bridge);
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !event.isComposing) bridge.cancel();
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, [bridge]);
  if (prompt === undefined) return <div className="frame" />;
  return (
    <div className="frame">
      <ClassificationBanner banner={prompt.banner} place="top" />
      <main className="pin">
        {prompt.ask === 'sign-in' ? (
          <SignInForm key={prompt.username ?? ''} bridge={bridge} prompt={prompt} />
        ) : (
          <ChangeForm bridge={bridge} prompt={prompt} />
        )}
      </main>
      <ClassificationBanner banner={prompt.banner} place="bottom" />
    </div>
  );
}
