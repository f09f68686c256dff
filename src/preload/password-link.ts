/** The password window's end of the port to the session process. */
import type { ErrorCode } from '../shared/errors.ts';
import type { PasswordPortReply, PasswordPortRequest } from '../shared/password-contract.ts';
import { SecretLink, type SecretPort } from './secret-link.ts';

export type PasswordPort = SecretPort<PasswordPortRequest>;

function refusal(code: ErrorCode): PasswordPortReply {
  return { kind: 'refused', error: { code } };
}

export class PasswordLink extends SecretLink<PasswordPortRequest, PasswordPortReply> {
  constructor() {
    super({ gone: refusal('SESSION_CRASHED'), busy: refusal('IPC_REFUSED') });
  }
}
