import type { ReactElement } from 'react';
import { useFocusFirst } from '../hooks/use-focus-first.ts';
import { PIN_TEXT } from '../text/pin.ts';
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
      <PinHead title={PIN_TEXT.enterYourPinOnThe} identity={prompt.identity} />
      <p className="pin-pad-text">{PIN_TEXT.yourReaderHasItsOwn}</p>
      <div className="pin-space">
        {busy ? (
          <PinProgress login={login} text={PIN_TEXT.typeYourPinOnThe} />
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
          {PIN_TEXT.start}
        </button>
        <button type="button" className="button" onClick={() => bridge.cancel()}>
          {PIN_TEXT.cancel}
        </button>
      </div>
    </div>
  );
}
