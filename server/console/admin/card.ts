/** The administrator’s card, in a process of its own as everywhere (src/token): the key never leaves it, the PIN is erased. */
import { findCard, logIn, startTokenProcess } from '../../../src/cli/doctor/card.ts';
import { promptSecret, secretFrom } from '../../../src/cli/policy/passphrase.ts';
import { AppError } from '../../../src/shared/errors.ts';
import type { ClientIdentity } from '../../../src/shared/signing.ts';
import type { TokenStatus, TokenSupervisor } from '../../../src/token/index.ts';
import { OID } from '../../../src/token/x509.ts';
import type { CardSettings } from './settings.ts';

export interface OpenCard {
  readonly identity: ClientIdentity;
  /** Makes the card forget the PIN, and ends its process. */
  close(): Promise<void>;
}

type Card = Extract<TokenStatus, { kind: 'card' }>;

/**
 * Waits for the card, chooses the certificate, asks for the PIN once and never tries it a second time.
 *
 * @param pinFile its first line is the PIN; without it, it is typed
 * @param processFile the bundled src/token/process.ts
 * @throws AppError of the token module, CliError where nobody can be asked
 */
export async function openCard(
  { module, sha256, upn }: CardSettings,
  pinFile: string | undefined,
  processFile: string,
): Promise<OpenCard> {
  const certificate = {
    issuerSpkiSha256: [],
    extendedKeyUsages: [OID.clientAuth],
    policyOids: [],
    upnPattern: '',
  };
  const supervisor = startTokenProcess({ modules: [{ path: module, sha256 }], certificate }, processFile);
  try {
    const card = await findCard(supervisor);
    const chosen = chosenOf(card, upn);
    const selected = await supervisor.select(chosen);
    await unlock(supervisor, card, pinFile);
    return {
      identity: { ...selected, sign: (request) => supervisor.sign(request) },
      close: () => supervisor.stop(),
    };
  } catch (error) {
    await supervisor.stop();
    throw error;
  }
}

/** Several that fit are no choice of ours: the console would say that the other has no role. */
function chosenOf({ certificates }: Card, upn: string | undefined): string {
  const fitting = certificates.filter((choice) => upn === undefined || choice.upn === upn);
  const [first, ...others] = fitting;
  if (first === undefined || others.some((other) => other.upn !== first.upn))
    throw new AppError('CERTIFICATE_NOT_FOUND', { fitting: fitting.length });
  return first.id;
}

async function unlock(
  supervisor: TokenSupervisor,
  { locked, finalTry, pinPad, loggedIn }: Card,
  pinFile: string | undefined,
): Promise<void> {
  if (loggedIn) return;
  if (locked) throw new AppError('PIN_LOCKED');
  if (pinPad) {
    const reply = await supervisor.login();
    if (reply.kind === 'refused') throw new AppError(reply.error.code, reply.error.detail);
    return;
  }
  // A wrong PIN in a file would lock the card; at the client somebody sees what happens.
  if (finalTry) throw new AppError('PIN_LAST_TRY');
  const pin = secretFrom(pinFile === undefined ? {} : { file: pinFile });
  await logIn(supervisor, pin ?? (await promptSecret('PIN of the card: ', '--pin-file')));
}
