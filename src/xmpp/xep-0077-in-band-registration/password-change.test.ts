import { describe, expect, it } from 'vitest';
import { AppError } from '../../shared/errors.ts';
import type { BareJid } from '../../shared/jid.ts';
import type { PasswordPolicy } from '../../shared/password-contract.ts';
import { buildPasswordChange, passwordChangeError } from './password-change.ts';

const ACCOUNT = 'alice@chat.mil' as BareJid;
const POLICY: PasswordPolicy = {
  rules: { minLength: 15, minClasses: 3 },
  mechanisms: ['SCRAM-SHA-256-PLUS'],
  change: true,
};
const build = (text: string, policy: PasswordPolicy | undefined = POLICY) =>
  buildPasswordChange(ACCOUNT, new TextEncoder().encode(text), policy);
const refused = (code: string) => expect.objectContaining({ code });

describe('the query', () => {
  it('holds the own name and the password, as text, and nothing else', () => {
    expect(build('Long enough <1> & "2"').toString()).toBe(
      '<query xmlns="jabber:iq:register"><username>alice</username>' +
        '<password>Long enough &lt;1&gt; &amp; "2"</password></query>',
    );
    expect(build('Fünfzehn Zeichen 15').toString()).toContain('<password>Fünfzehn Zeichen 15</password>');
  });

  it('refuses a password that is too short', () => {
    expect(() => build('Fourteen chars')).toThrow(refused('PASSWORD_TOO_WEAK'));
    // Characters count, not bytes.
    expect(() => build('Äöüäöüäöü 1')).toThrow(refused('PASSWORD_TOO_WEAK'));
  });

  it('refuses a password of too few kinds of characters', () => {
    expect(() => build('only small letters')).toThrow(refused('PASSWORD_TOO_WEAK'));
    expect(() => build('onlysmallletters12')).toThrow(refused('PASSWORD_TOO_WEAK'));
  });

  it('refuses where the policy says so', () => {
    expect(() => build('Long enough 1 2 3', { ...POLICY, change: false })).toThrow(
      refused('PASSWORD_CHANGE_OFF'),
    );
    expect(() => buildPasswordChange(ACCOUNT, new Uint8Array([65]), undefined)).toThrow(
      refused('PASSWORD_CHANGE_OFF'),
    );
  });

  it.each(['e\u0301 decomposed Letter 1', 'line\nbreak In It 123', 'ﬁ ligature Here 123'])(
    'refuses what servers may compare in another way: %j',
    (text) => {
      expect(() => build(text)).toThrow(refused('PASSWORD_TOO_WEAK'));
    },
  );

  it('refuses bytes that are no text, and too many of them', () => {
    const bytes = new Uint8Array([...new TextEncoder().encode('Long enough 1 2 3'), 0xff]);
    expect(() => buildPasswordChange(ACCOUNT, bytes, POLICY)).toThrow(refused('PASSWORD_TOO_WEAK'));
    expect(() => build(`Aa1${'x'.repeat(600)}`)).toThrow(refused('PASSWORD_TOO_WEAK'));
  });
});

it('tells a refusal from an answer that never came', () => {
  expect(passwordChangeError(new AppError('MESSAGE_REFUSED', { condition: 'not-acceptable' }))).toMatchObject(
    {
      code: 'PASSWORD_CHANGE_REFUSED',
      detail: { condition: 'not-acceptable' },
    },
  );
  expect(passwordChangeError(new AppError('STREAM_TIMEOUT'))).toMatchObject({
    code: 'PASSWORD_CHANGE_UNKNOWN',
  });
  expect(passwordChangeError(new AppError('NOT_CONNECTED'))).toMatchObject({ code: 'NOT_CONNECTED' });
});
