import { type FormEvent, type ReactElement, useEffect, useRef, useState } from 'react';
import type { ErrorReport } from '../../shared/errors.ts';
import type { PasswordBridge } from '../../shared/ipc-contract.ts';
import { accountName, type PasswordPrompt } from '../../shared/password-contract.ts';
import { PASSWORD_TEXT } from '../text/password.ts';
import { PasswordField } from './PasswordField.tsx';
import { PasswordHead } from './PasswordHead.tsx';
import { PasswordNews } from './PasswordNews.tsx';
import { usePasswordField } from './use-password-field.ts';
import { useRequest } from './use-request.ts';

interface Props {
  readonly bridge: PasswordBridge;
  readonly prompt: Extract<PasswordPrompt, { ask: 'sign-in' }>;
}

/** User name and password. The name is asked each time: nothing of a sign-in is kept on this computer. */
export function SignInForm({ bridge, prompt }: Props): ReactElement {
  const nameRef = useRef<HTMLInputElement>(null);
  const [name, setName] = useState(prompt.username ?? '');
  const field = usePasswordField();
  const { reply, busy, run } = useRequest();
  const [format, setFormat] = useState<ErrorReport>();
  const taken = reply?.kind === 'taken';
  const error = format ?? (reply?.kind === 'refused' ? reply.error : prompt.error);
  const account = accountName(name, prompt.domain);
  const ready = account !== undefined && field.length > 0;

  useEffect(() => {
    if (busy) return;
    (prompt.username === undefined ? nameRef : field.ref).current?.focus();
  }, [prompt.username, field.ref, busy]);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (busy || taken) return;
    if (account === undefined) {
      if (name !== '') setFormat({ code: 'PASSWORD_FORMAT' });
      nameRef.current?.focus();
      return;
    }
    if (field.length === 0) {
      field.ref.current?.focus();
      return;
    }
    const password = field.buffer.take();
    if (password === undefined) {
      field.clear();
      setFormat({ code: 'PASSWORD_FORMAT' });
      return;
    }
    setFormat(undefined);
    run(async () => {
      try {
        return await bridge.signIn(account, password);
      } finally {
        password.fill(0);
        field.clear();
      }
    });
  };

  return (
    <form className="pin-form" onSubmit={submit}>
      <PasswordHead
        title={prompt.covered ? PASSWORD_TEXT.enterYourPasswordToGo : PASSWORD_TEXT.signInWithYourPassword}
        text={prompt.covered ? `${prompt.username ?? ''}@${prompt.domain}` : prompt.domain}
      />
      <div className="password-row">
        <label className="field-label" htmlFor="username">
          {PASSWORD_TEXT.userName}
        </label>
        <input
          ref={nameRef}
          id="username"
          className="password-field"
          type="text"
          dir="auto"
          maxLength={256}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          value={name}
          readOnly={prompt.covered || busy || taken}
          onChange={(event) => setName(event.target.value)}
          aria-describedby="password-news"
        />
      </div>
      <PasswordField
        id="password"
        label={PASSWORD_TEXT.password}
        field={field}
        readOnly={busy || taken}
        invalid={error?.code === 'PASSWORD_WRONG'}
        describedBy="password-news"
      />
      <div className="pin-space">
        <PasswordNews error={error} busy={busy || taken ? PASSWORD_TEXT.signingIn : undefined} />
      </div>
      <div className="button-row">
        <button type="submit" className="button button-primary" aria-disabled={busy || taken || !ready}>
          {prompt.covered ? PASSWORD_TEXT.unlock : PASSWORD_TEXT.signIn}
        </button>
        <button type="button" className="button" onClick={() => bridge.cancel()}>
          {PASSWORD_TEXT.cancel}
        </button>
      </div>
    </form>
  );
}
