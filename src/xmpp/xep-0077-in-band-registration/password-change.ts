/** Changing the own password (XEP-0077 3.3), the one thing that is done of in-band registration. */
import { decodeUtf8 } from '../../shared/encoding.ts';
import { AppError } from '../../shared/errors.ts';
import { type BareJid, parseJid } from '../../shared/jid.ts';
import { isPasswordBytes, judgePassword, type PasswordPolicy } from '../../shared/password-contract.ts';
import { opaqueString } from '../../shared/precis.ts';
import { NS } from '../namespaces.ts';
import type { Element } from '../xml.ts';
import { xml } from '../xml.ts';

/**
 * The query that asks for `password` (UTF-8). XML is text, so here the password is a string until the server has it.
 * Throws PASSWORD_CHANGE_OFF where the policy does not allow it, PASSWORD_TOO_WEAK for one that breaks its rules.
 */
export function buildPasswordChange(
  account: BareJid,
  password: Uint8Array,
  policy: PasswordPolicy | undefined,
): Element {
  if (policy?.change !== true) throw new AppError('PASSWORD_CHANGE_OFF');
  if (!isPasswordBytes(password) || !judgePassword(password, policy.rules).good) {
    throw new AppError('PASSWORD_TOO_WEAK');
  }
  const text = decodeUtf8(password) ?? '';
  if (opaqueString(text) !== text) throw new AppError('PASSWORD_TOO_WEAK');
  return xml(
    'query',
    { xmlns: NS.register },
    xml('username', {}, parseJid(account)?.local ?? ''),
    xml('password', {}, text),
  );
}

/** What a failed change means to the user: refused, or nobody knows. */
export function passwordChangeError(error: unknown): unknown {
  if (!(error instanceof AppError)) return error;
  if (error.code === 'MESSAGE_REFUSED') {
    return new AppError('PASSWORD_CHANGE_REFUSED', { condition: String(error.detail?.condition ?? '') });
  }
  return error.code === 'STREAM_TIMEOUT' ? new AppError('PASSWORD_CHANGE_UNKNOWN') : error;
}
