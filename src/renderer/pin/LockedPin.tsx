import type { ReactElement } from 'react';
import type { PinPrompt } from '../../shared/app-state.ts';
import type { PinBridge } from '../../shared/ipc-contract.ts';
import { useFocusFirst } from '../hooks/use-focus-first.ts';
import { ErrorNotice } from '../parts/ErrorNotice.tsx';
import { PIN_TEXT } from '../text/pin.ts';
import { PinHead } from './PinHead.tsx';

/** The card takes no more PINs. */
export function LockedPin({
  bridge,
  prompt,
}: {
  readonly bridge: PinBridge;
  readonly prompt: PinPrompt;
}): ReactElement {
  const close = useFocusFirst<HTMLButtonElement>();
  return (
    <div className="pin-form">
      <PinHead title={PIN_TEXT.thisCardIsLocked} identity={prompt.identity} />
      <div className="pin-space">
        <ErrorNotice error={{ code: 'PIN_LOCKED' }} />
      </div>
      <div className="button-row">
        <button ref={close} type="button" className="button button-primary" onClick={() => bridge.cancel()}>
          {PIN_TEXT.close}
        </button>
      </div>
    </div>
  );
}
