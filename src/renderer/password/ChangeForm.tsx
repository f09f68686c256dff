import { type FormEvent, type ReactElement, useState } from 'react';
import type { ErrorReport } from '../../shared/errors.ts';
import type { PasswordBridge } from '../../shared/ipc-contract.ts';
import type { PasswordPrompt } from '../../shared/password-contract.ts';
import { useFocusFirst } from '../hooks/use-focus-first.ts';
import { Icon } from '../parts/Icon.tsx';
import { PASSWORD_TEXT } from '../text/password.ts';
import { PasswordField } from './PasswordField.tsx';
import { PasswordHead } from './PasswordHead.tsx';
import { PasswordNews } from './PasswordNews.tsx';
import { RuleList } from './RuleList.tsx';
import { usePasswordField } from './use-password-field.ts';
import { useRequest } from './use-request.ts';

interface Props {
  readonly bridge: PasswordBridge;
  readonly prompt: Extract<PasswordPrompt, { ask: 'change' }>;
}

/** The password was changed; there is nothing more to do here. */
function Changed({ bridge, username }: { readonly bridge: PasswordBridge; readonly username: string }) {
  const close = useFocusFirst<HTMLButtonElement>();
  return (
    <div className="pin-form">
      <PasswordHead title={PASSWORD_TEXT.yourPasswordWasChanged} text={username} />
      <div className="pin-space">
        <div className="pin-progress" role="status">
          <Icon name="check" />
          <p>{PASSWORD_TEXT.fromNowOnOnlyThe}</p>
        </div>
      </div>
      <div className="button-row">
        <button ref={close} type="button" className="button button-primary" onClick={() => bridge.cancel()}>
          {PASSWORD_TEXT.close}
        </button>
      </div>
    </div>
  );
}

/** The old password, and the new one twice; the policy's rules are ticked while it is typed. */
export function ChangeForm({ bridge, prompt }: Props): ReactElement {
  const current = usePasswordField();
  const next = usePasswordField();
  const again = usePasswordField();
  const { reply, busy, run } = useRequest();
  const [format, setFormat] = useState<ErrorReport>();
  const judgement = next.buffer.judge(prompt.rules);
  const repeated = next.length > 0 && next.buffer.equals(again.buffer);
  const ready = current.length > 0 && judgement.good && repeated;
  const error = format ?? (reply?.kind === 'refused' ? reply.error : undefined);

  const clear = () => {
    for (const field of [current, next, again]) field.clear();
  };

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    const empty = [current, next, again].find(({ length }) => length === 0);
    if (empty !== undefined || !ready) {
      (empty ?? next).ref.current?.focus();
      return;
    }
    const old = current.buffer.take();
    const fresh = next.buffer.take();
    if (old === undefined || fresh === undefined) {
      clear();
      setFormat({ code: 'PASSWORD_FORMAT' });
      return;
    }
    setFormat(undefined);
    run(async () => {
      try {
        return await bridge.change(old, fresh);
      } finally {
        old.fill(0);
        fresh.fill(0);
        clear();
        current.ref.current?.focus();
      }
    });
  };

  if (reply?.kind === 'changed') return <Changed bridge={bridge} username={prompt.username} />;
  const shared = { readOnly: busy };
  return (
    <form className="pin-form" onSubmit={submit}>
      <PasswordHead title={PASSWORD_TEXT.changeYourPassword} text={`${prompt.username}@${prompt.domain}`} />
      <PasswordField
        {...shared}
        id="current"
        label={PASSWORD_TEXT.presentPassword}
        field={current}
        invalid={error?.code === 'PASSWORD_WRONG'}
        describedBy="password-news"
      />
      <PasswordField
        {...shared}
        id="next"
        label={PASSWORD_TEXT.newPassword}
        field={next}
        describedBy="password-rules"
      />
      <PasswordField
        {...shared}
        id="again"
        label={PASSWORD_TEXT.newPasswordAgain}
        field={again}
        describedBy="password-rules"
      />
      <RuleList rules={prompt.rules} judgement={judgement} repeated={repeated} />
      <div className="pin-space">
        <PasswordNews error={error} busy={busy ? PASSWORD_TEXT.changing : undefined} />
      </div>
      <div className="button-row">
        <button type="submit" className="button button-primary" aria-disabled={busy || !ready}>
          {PASSWORD_TEXT.changePassword}
        </button>
        <button type="button" className="button" onClick={() => bridge.cancel()}>
          {PASSWORD_TEXT.cancel}
        </button>
      </div>
    </form>
  );
}
