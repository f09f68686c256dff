import { type ReactElement, useEffect } from 'react';
import type { PinBridge } from '../../shared/ipc-contract.ts';
import { ClassificationBanner } from '../parts/ClassificationBanner.tsx';
import { LockedPin } from './LockedPin.tsx';
import { PinForm } from './PinForm.tsx';
import { PinPadForm } from './PinPadForm.tsx';
import { useLogin } from './use-login.ts';
import { usePinPrompt } from './use-pin-prompt.ts';

/** The PIN window: asks one card's holder for one PIN, and knows nothing else. */
export function PinApp({ bridge }: { readonly bridge: PinBridge }): ReactElement {
  const prompt = usePinPrompt(bridge);
  const [login, run] = useLogin();
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.key === 'Escape') bridge.cancel();
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, [bridge]);
  if (prompt === undefined) return <div className="frame" />;
  const error = login.kind === 'refused' ? login.error : prompt.error;
  const locked = login.kind === 'refused' ? login.locked : prompt.error?.code === 'PIN_LOCKED';
  const finalTry = login.kind === 'refused' ? login.finalTry : prompt.finalTry;
  const common = { bridge, prompt, login, run, error, finalTry };
  return (
    <div className="frame">
      <ClassificationBanner banner={prompt.banner} place="top" />
      <main className="pin">
        {locked ? (
          <LockedPin bridge={bridge} prompt={prompt} />
        ) : prompt.pinPad ? (
          <PinPadForm {...common} />
        ) : (
          <PinForm {...common} />
        )}
      </main>
      <ClassificationBanner banner={prompt.banner} place="bottom" />
    </div>
  );
}
