import type { ReactElement } from 'react';
import { Icon } from '../../parts/Icon.tsx';
import { SCREENS_TEXT } from '../../text/screens.ts';

const WITH_CARD = ['Consent', 'Card', 'PIN', 'Connect'] as const;
const WITH_PASSWORD = ['Consent', 'Password', 'Connect'] as const;

export type SignInStep = (typeof WITH_CARD | typeof WITH_PASSWORD)[number];

/** The steps of signing in, those behind the user ticked. */
export function StepList({
  current,
  password,
}: {
  readonly current: SignInStep;
  readonly password: boolean;
}): ReactElement {
  const steps: readonly SignInStep[] = password ? WITH_PASSWORD : WITH_CARD;
  const at = steps.indexOf(current);
  return (
    <ol className="steps" aria-label={SCREENS_TEXT.stepsOfSigningIn}>
      {steps.map((step, index) => (
        <li
          key={step}
          className={index < at ? 'step step-done' : 'step'}
          aria-current={index === at ? 'step' : undefined}
        >
          <span className="step-mark">
            {index < at ? <Icon name="check" size={10} /> : <span aria-hidden="true">{index + 1}</span>}
          </span>
          {step}
          {index < at ? <span className="visually-hidden">{SCREENS_TEXT.done}</span> : null}
        </li>
      ))}
    </ol>
  );
}
