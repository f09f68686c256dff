import { type FormEvent, type ReactElement, useEffect, useState } from 'react';
import type { PinPortReply, PinPrompt } from '../../shared/app-state.ts';
import type { ErrorReport } from '../../shared/errors.ts';
import type { PinBridge } from '../../shared/ipc-contract.ts';
import { PIN_TEXT } from '../text/pin.ts';
import { PinHead } from './PinHead.tsx';
import { PinMessage } from './PinMessage.tsx';
import { PinProgress } from './PinProgress.tsx';
import { MIN_DIGITS } from './pin-buffer.ts';
import type { LoginState } from './use-login.ts';
import { usePinField } from './use-pin-field.ts';

export interface PinFormProps {
  readonly bridge: PinBridge;
  readonly prompt: PinPrompt;
  readonly login: LoginState;
  readonly run: (attempt: () => Promise<PinPortReply>) => Promise<void>;
  readonly error: ErrorReport | undefined;
  readonly finalTry: boolean;
}

/** The PIN is typed here. A PIN of the wrong length is refused before it costs a try. */
export function PinForm({ bridge, prompt, login, run, error, finalTry }: PinFormProps): ReactElement {
  const { ref, length, take, clear } = usePinField();
  const [short, setShort] = useState(false);
  const busy = login.kind === 'busy' || login.kind === 'accepted';
  useEffect(() => {
    if (!busy) ref.current?.focus();
  }, [ref, busy]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    setShort(length < MIN_DIGITS);
    if (length < MIN_DIGITS) {
      ref.current?.focus();
      return;
    }
    run(async () => {
      const digits = take();
      try {
        return await bridge.submit(digits);
      } finally {
        digits.fill(0);
        clear();
      }
    });
  };
  const cancel = () => {
    clear();
    bridge.cancel();
  };
  const shown: ErrorReport | undefined = short && length < MIN_DIGITS ? { code: 'PIN_FORMAT' } : error;
  return (
    <form className="pin-form" onSubmit={submit}>
      <PinHead title={PIN_TEXT.enterYourPin} identity={prompt.identity} />
      <label className="field-label" htmlFor="pin">
        {PIN_TEXT.pinToDigits}
      </label>
      <input
        ref={ref}
        id="pin"
        className="pin-field"
        type="password"
        inputMode="numeric"
        autoComplete="off"
        spellCheck={false}
        readOnly={busy}
        aria-invalid={shown !== undefined}
        aria-describedby="pin-message"
      />
      <div className="pin-space">
        {busy ? (
          <PinProgress login={login} text={PIN_TEXT.theCardIsCheckingThe} />
        ) : (
          <PinMessage error={shown} finalTry={finalTry} />
        )}
      </div>
      <div className="button-row">
        <button type="submit" className="button button-primary" aria-disabled={busy || length < MIN_DIGITS}>
          {PIN_TEXT.signIn}
        </button>
        <button type="button" className="button" onClick={cancel}>
          {PIN_TEXT.cancel}
        </button>
      </div>
    </form>
  );
}
