import type { ReactElement, ReactNode } from 'react';
import type { BuildInfo, PresentationPolicy } from '../../../shared/app-state.ts';
import { Moment } from '../../parts/Moment.tsx';
import { Wordmark } from '../../parts/Wordmark.tsx';
import { SCREENS_TEXT } from '../../text/screens.ts';
import { type SignInStep, StepList } from './StepList.tsx';

interface Props {
  readonly policy: PresentationPolicy;
  readonly build: BuildInfo;
  /** Absent on screens that are not a step of signing in. */
  readonly step?: SignInStep;
  /** The step is one of signing in with a password; by default where the policy knows no other way. */
  readonly password?: boolean;
  readonly wide?: boolean;
  readonly children: ReactNode;
}

/** What all screens before the chat share: who runs this, where the user is, whom to ask. */
export function SignInFrame({
  policy,
  build,
  step,
  password = policy.signIn.method === 'password',
  wide = false,
  children,
}: Props): ReactElement {
  return (
    <div className="sign-in">
      <section className="sign-in-head" aria-label={SCREENS_TEXT.application}>
        <Wordmark />
        <span className="sign-in-organisation">{policy.organisation}</span>
      </section>
      <main className={wide ? 'sign-in-panel sign-in-panel-wide' : 'sign-in-panel'}>
        {step === undefined ? null : <StepList current={step} password={password} />}
        {children}
      </main>
      <section className="sign-in-foot" aria-label={SCREENS_TEXT.supportAndPolicy}>
        <p>{policy.support}</p>
        <p className="sign-in-facts">
          <span>
            {SCREENS_TEXT.policyValidUntil(policy.policyId, policy.sequence)} <Moment at={policy.expires} />
          </span>
          <span>{SCREENS_TEXT.version(build.version)}</span>
        </p>
      </section>
    </div>
  );
}
