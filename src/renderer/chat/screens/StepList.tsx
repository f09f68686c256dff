import type { ReactElement } from 'react';
import { Icon } from '../../parts/Icon.tsx';

const STEPS = ['Consent', 'Card', 'PIN', 'Connect'] as const;

export type SignInStep = (typeof STEPS)[number];

/** The steps of signing in, those behind the user ticked. */
export function StepList({ current }: { readonly current: SignInStep }): ReactElement {
  const at = STEPS.indexOf(current);
  return (
    <ol className="steps" aria-label="Steps of signing in">
      {STEPS.map((step, index) => (
        <li
          key={step}
          className={index < at ? 'step step-done' : 'step'}
          aria-current={index === at ? 'step' : undefined}
        >
          <span className="step-mark">
            {index < at ? <Icon name="check" size={10} /> : <span aria-hidden="true">{index + 1}</span>}
          </span>
          {step}
          {index < at ? <span className="visually-hidden">, done</span> : null}
        </li>
      ))}
    </ol>
  );
}
