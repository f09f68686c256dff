import type { ReactElement } from 'react';
import type { PasswordJudgement, PasswordRules } from '../../shared/password-contract.ts';
import { Icon } from '../parts/Icon.tsx';

function Rule({ met, text }: { readonly met: boolean; readonly text: string }): ReactElement {
  return (
    <li className={met ? 'password-rule password-rule-met' : 'password-rule'}>
      <span className="password-rule-mark">{met ? <Icon name="check" size={12} /> : null}</span>
      <span>{text}</span>
      <span className="visually-hidden">{met ? ', fulfilled' : ', not yet'}</span>
    </li>
  );
}

/** The policy's rules for a new password, ticked while it is typed. */
export function RuleList({
  rules,
  judgement,
  repeated,
}: {
  readonly rules: PasswordRules;
  readonly judgement: PasswordJudgement;
  /** Whether it was typed twice alike. */
  readonly repeated: boolean;
}): ReactElement {
  const { length, longEnough, enoughClasses, characters } = judgement;
  const many = rules.minClasses === 1 ? 'one' : String(rules.minClasses);
  return (
    <ul className="password-rules" id="password-rules" aria-label="Rules for the new password">
      <Rule met={longEnough} text={`At least ${rules.minLength} characters (now ${length})`} />
      <Rule
        met={enoughClasses}
        text={`At least ${many} of: small letters, capital letters, digits, other characters`}
      />
      {characters ? null : <Rule met={false} text="No characters that other keyboards may not have" />}
      <Rule met={repeated} text="Typed the same twice" />
    </ul>
  );
}
