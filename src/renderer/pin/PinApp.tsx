import { type ReactElement, useEffect } from 'react';
import type { PinBridge } from '../../shared/ipc-contract.ts';
import { usePrompt } from '../hooks/use-prompt.ts';
import { ClassificationBanner } from '../parts/ClassificationBanner.tsx';
import { PinStep } from './PinStep.tsx';

/** The PIN window: asks one card's holder for one PIN, and knows nothing else. Another card starts it afresh. */
export function PinApp({ bridge }: { readonly bridge: PinBridge }): ReactElement {
  const prompt = usePrompt(bridge);
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.key === 'Escape') bridge.cancel();
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, [bridge]);
  if (prompt === undefined) return <div className="frame" />;
  return (
    <div className="frame">
      <ClassificationBanner banner={prompt.banner} place="top" />
      <main className="pin">
        <PinStep key={prompt.identity.id} bridge={bridge} prompt={prompt} />
      </main>
      <ClassificationBanner banner={prompt.banner} place="bottom" />
    </div>
  );
}
