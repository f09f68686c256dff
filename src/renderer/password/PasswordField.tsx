import type { ReactElement } from 'react';
import type { PasswordFieldState } from './use-password-field.ts';

interface Props {
  readonly id: string;
  readonly label: string;
  readonly field: PasswordFieldState;
  readonly readOnly: boolean;
  readonly invalid?: boolean;
  readonly describedBy: string;
}

/** One password, shown as bullets. */
export function PasswordField({
  id,
  label,
  field,
  readOnly,
  invalid = false,
  describedBy,
}: Props): ReactElement {
  return (
    <div className="password-row">
      <label className="field-label" htmlFor={id}>
        {label}
      </label>
      <input
        ref={field.ref}
        id={id}
        className="password-field"
        type="password"
        autoComplete="off"
        spellCheck={false}
        readOnly={readOnly}
        aria-invalid={invalid}
        aria-describedby={describedBy}
      />
    </div>
  );
}
