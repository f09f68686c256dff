import type { ReactElement } from 'react';
import { Icon } from '../../parts/Icon.tsx';
import { SCREENS_TEXT, STEP_TEXT } from '../../text/screens.ts';

export type SignInStep = keyof typeof STEP_TEXT;

const WITH_CARD: readonly SignInStep[] = ['consent', 'card', 'pin', 'connect'];
const WITH_PASSWORD: readonly SignInStep[] = ['consent', 'password', 'connect'];

/** The steps of signing in, those behind the user ticked. */
export function StepList({
  current,
  password,
}: {
  readonly current: SignInStep;
  readonly password: boolean;
}): ReactElement {
  const steps = password ? WITH_PASSWORD : WITH_CARD;
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
          {STEP_TEXT[step]}
          {index < at ? <span className="visually-hidden">{SCREENS_TEXT.done}</span> : null}
        </li>
      ))}
    </ol>
  );
}
