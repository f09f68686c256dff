import type { ReactElement } from 'react';
import type { PasswordJudgement, PasswordRules } from '../../shared/password-contract.ts';
import { Icon } from '../parts/Icon.tsx';
import { PASSWORD_TEXT } from '../text/password.ts';

function Rule({ met, text }: { readonly met: boolean; readonly text: string }): ReactElement {
  return (
    <li className={met ? 'password-rule password-rule-met' : 'password-rule'}>
      <span className="password-rule-mark">{met ? <Icon name="check" size={12} /> : null}</span>
      <span>{text}</span>
      <span className="visually-hidden">{met ? PASSWORD_TEXT.fulfilled : PASSWORD_TEXT.notYet}</span>
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
    <ul className="password-rules" id="password-rules" aria-label={PASSWORD_TEXT.rulesForTheNewPassword}>
      <Rule met={longEnough} text={PASSWORD_TEXT.atLeastCharactersNow(rules.minLength, length)} />
      <Rule met={enoughClasses} text={PASSWORD_TEXT.atLeastOfSmallLetters(many)} />
      {characters ? null : <Rule met={false} text={PASSWORD_TEXT.noCharactersThatOtherKeyboards} />}
      <Rule met={repeated} text={PASSWORD_TEXT.typedTheSameTwice} />
    </ul>
  );
}
