import type { ReactElement } from 'react';
import type { ErrorReport } from '../../shared/errors.ts';
import { Icon } from '../parts/Icon.tsx';
import { errorText } from '../text/error-text.ts';
import { useSecondsLeft } from './use-seconds-left.ts';

/** Why the password is asked again, or that it is being used. */
export function PasswordNews({
  error,
  busy,
}: {
  readonly error: ErrorReport | undefined;
  readonly busy: string | undefined;
}): ReactElement | null {
  const seconds = useSecondsLeft(error);
  if (busy !== undefined) {
    return (
      <div className="pin-progress" role="status" id="password-news">
        <span className="progress-line" aria-hidden="true" />
        <p>{busy}</p>
      </div>
    );
  }
  if (error === undefined || seconds === 0) return null;
  const { title, action } = errorText(
    seconds === undefined ? error : { code: error.code, detail: { seconds } },
  );
  return (
    <div className="pin-message" role="alert" id="password-news">
      <Icon name="alert" />
      <p>
        <strong>{title}</strong> {action}
      </p>
    </div>
  );
}
