import { type ReactElement, useEffect } from 'react';
import type { PasswordBridge } from '../../shared/ipc-contract.ts';
import { usePrompt } from '../hooks/use-prompt.ts';
import { ClassificationBanner } from '../parts/ClassificationBanner.tsx';
import { ChangeForm } from './ChangeForm.tsx';
import { SignInForm } from './SignInForm.tsx';

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
