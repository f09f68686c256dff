import type { ReactElement } from 'react';
import type { ErrorReport } from '../../shared/errors.ts';
import { Icon } from '../parts/Icon.tsx';
import { errorText } from '../text/error-text.ts';
import { PIN_TEXT } from '../text/pin.ts';

interface Props {
  readonly error: ErrorReport | undefined;
  readonly finalTry: boolean;
}

/** Why the PIN is asked again, or that this is the last try. Nothing when there is nothing to say. */
export function PinMessage({ error, finalTry }: Props): ReactElement | null {
  if (error === undefined && !finalTry) return null;
  const text = error === undefined ? PIN_TEXT.lastTry : errorText(error);
  const grave = finalTry || error?.code === 'PIN_LAST_TRY';
  return (
    <div className={grave ? 'pin-message pin-message-grave' : 'pin-message'} role="alert" id="pin-message">
      <Icon name="alert" />
      <p>
        <strong>{text.title}</strong> {text.action}
        {finalTry && error !== undefined && error.code !== 'PIN_LAST_TRY'
          ? ` ${PIN_TEXT.lastTry.title}`
          : null}
      </p>
    </div>
  );
}
