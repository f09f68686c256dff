import type { ReactElement } from 'react';
import { Icon } from '../parts/Icon.tsx';

/** What is asked, and where or whose. */
export function PasswordHead({
  title,
  text,
}: {
  readonly title: string;
  readonly text: string;
}): ReactElement {
  return (
    <div className="pin-head">
      <Icon name="keyboard" size={24} />
      <div>
        <h1>{title}</h1>
        <p className="pin-issuer" dir="auto">
          {text}
        </p>
      </div>
    </div>
  );
}
