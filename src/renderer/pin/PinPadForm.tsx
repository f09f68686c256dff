import type { ReactElement } from 'react';
import { useFocusFirst } from '../hooks/use-focus-first.ts';
import type { PinFormProps } from './PinForm.tsx';
import { PinHead } from './PinHead.tsx';
import { PinMessage } from './PinMessage.tsx';
import { PinProgress } from './PinProgress.tsx';

/** The reader has a PIN pad: the PIN is typed there and never reaches this computer. */
export function PinPadForm({ bridge, prompt, login, run, error, finalTry }: PinFormProps): ReactElement {
  const start = useFocusFirst<HTMLButtonElement>();
  const busy = login.kind === 'busy' || login.kind === 'accepted';
  return (
    <div className="pin-form">
      <PinHead title="Enter your PIN on the reader" identity={prompt.identity} />
      <p className="pin-pad-text">
        Your reader has its own keys. When you are ready, choose “Start”, then type your PIN on the reader and
        confirm it there.
      </p>
      <div className="pin-space">
        {busy ? (
          <PinProgress login={login} text="Type your PIN on the reader now." />
        ) : (
          <PinMessage error={error} finalTry={finalTry} />
        )}
      </div>
      <div className="button-row">
        <button
          ref={start}
          type="button"
          className="button button-primary"
          aria-disabled={busy}
          onClick={() => run(() => bridge.submitOnPinPad())}
        >
          Start
        </button>
        <button type="button" className="button" onClick={() => bridge.cancel()}>
          Cancel
        </button>
      </div>
    </div>
  );
}
