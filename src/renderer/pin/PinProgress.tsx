import type { ReactElement } from 'react';
import { Icon } from '../parts/Icon.tsx';
import { PIN_TEXT } from '../text/pin.ts';
import type { LoginState } from './use-login.ts';

/** The card works, or has accepted. */
export function PinProgress({
  login,
  text,
}: {
  readonly login: LoginState;
  readonly text: string;
}): ReactElement {
  const accepted = login.kind === 'accepted';
  return (
    <div className="pin-progress" role="status" id="pin-message">
      {accepted ? <Icon name="check" /> : <span className="progress-line" aria-hidden="true" />}
      <p>{accepted ? PIN_TEXT.pinAccepted : text}</p>
    </div>
  );
}
