/**
 * What the supervisor and the token process say to each other, and the checks on what arrives: on either side, and from
 * the ports of the PIN window and the session process. A message that is not exactly right is not acted upon.
 */
import type { CertificateChoice, PinPortReply, PinPortRequest } from '../shared/app-state.ts';
import { type ErrorReport, isErrorCode } from '../shared/errors.ts';
import type { SignPortRequest } from '../shared/session-contract.ts';
import { MAX_SIGN_BYTES, type SignMechanism, type SignRequest } from '../shared/signing.ts';
import type { SelectedCertificate, TokenConfig, TokenStatus } from './types.ts';

/** A PIN in a message; what is longer is not even looked at. */
const MAX_PIN_BYTES = 64;
const MAX_TEXT = 1024;
const MAX_CHOICES = 64;
const MAX_CERTIFICATE_BYTES = 16 * 1024;
const MAX_CHAIN = 8;

/** Supervisor to token process. A port travels beside the two `attach-` messages. */
export type TokenCommand =
  | { readonly kind: 'start'; readonly config: TokenConfig; readonly selected?: string }
  | { readonly kind: 'select'; readonly id: number; readonly certificateId: string }
  | { readonly kind: 'login'; readonly id: number; readonly request: PinPortRequest }
  | { readonly kind: 'sign'; readonly id: number; readonly request: SignRequest }
  | { readonly kind: 'logout'; readonly id: number }
  | { readonly kind: 'attach-pin-port' }
  | { readonly kind: 'attach-sign-port' };

/** What a command with an `id` is answered with. */
export type TokenAnswer =
  | { readonly kind: 'selected'; readonly selected: SelectedCertificate }
  | { readonly kind: 'login'; readonly reply: PinPortReply }
  | { readonly kind: 'signature'; readonly signature: Uint8Array }
  | { readonly kind: 'done' }
  | { readonly kind: 'error'; readonly error: ErrorReport };

/** Token process to supervisor. */
export type TokenMessage =
  /** Sent four times a second; `stuck` says that the module does not come back from a call. */
  | { readonly kind: 'alive'; readonly stuck: boolean }
  | { readonly kind: 'status'; readonly status: TokenStatus }
  | { readonly kind: 'logged-in'; readonly certificateId: string }
  | { readonly kind: 'pin-refused'; readonly certificateId: string }
  | { readonly kind: 'signed'; readonly certificateId: string }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: TokenAnswer };

type Fields = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown, maximum = MAX_TEXT): value is string {
  return typeof value === 'string' && value.length <= maximum;
}

function isBytes(value: unknown, minimum: number, maximum: number): value is Uint8Array {
  return value instanceof Uint8Array && value.length >= minimum && value.length <= maximum;
}

function isId(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function isListOf<T>(value: unknown, maximum: number, check: (item: unknown) => item is T): value is T[] {
  return Array.isArray(value) && value.length <= maximum && value.every(check);
}

function isMechanism(value: unknown): value is SignMechanism {
  return value === 'rsa-raw' || value === 'rsa-pkcs1' || value === 'ecdsa';
}

export function isErrorReport(value: unknown): value is ErrorReport {
  if (!isObject(value) || !isErrorCode(value.code)) return false;
  if (value.detail === undefined) return true;
  if (!isObject(value.detail)) return false;
  const values = Object.values(value.detail);
  return (
    values.length <= 16 &&
    values.every((item) => isText(item) || typeof item === 'number' || typeof item === 'boolean')
  );
}

/** From the PIN window. */
export function isPinPortRequest(value: unknown): value is PinPortRequest {
  if (!isObject(value)) return false;
  if (value.kind === 'login-pin-pad') return true;
  return value.kind === 'login' && isBytes(value.pin, 0, MAX_PIN_BYTES);
}

function isSignRequest(value: unknown): value is SignRequest {
  return isObject(value) && isMechanism(value.mechanism) && isBytes(value.data, 1, MAX_SIGN_BYTES);
}

/** From the session process. */
export function isSignPortRequest(value: unknown): value is SignPortRequest {
  return isObject(value) && isId(value.id) && isSignRequest(value);
}

/** The `id` of a message that is otherwise not right, so that it can be refused; undefined without one. */
export function requestId(value: unknown): number | undefined {
  return isObject(value) && isId(value.id) ? value.id : undefined;
}

function isModuleConfig(value: unknown): value is TokenConfig['modules'][number] {
  return isObject(value) && isText(value.path, 4096) && isText(value.sha256, 64);
}

function isCertificateBytes(value: unknown): value is Uint8Array {
  return isBytes(value, 1, MAX_CERTIFICATE_BYTES);
}

const isShortText = (value: unknown): value is string => isText(value);

function isConfig(value: unknown): value is TokenConfig {
  if (!isObject(value) || !isObject(value.certificate)) return false;
  const {
    issuerSpkiSha256,
    extendedKeyUsages,
    policyOids,
    upnPattern,
    issuerCertificates = [],
  } = value.certificate;
  const environment = value.environment ?? {};
  return (
    isListOf(value.modules, 256, isModuleConfig) &&
    isListOf(issuerSpkiSha256, 1024, isShortText) &&
    isListOf(extendedKeyUsages, 256, isShortText) &&
    isListOf(policyOids, 256, isShortText) &&
    isText(upnPattern) &&
    isListOf(issuerCertificates, 1024, isCertificateBytes) &&
    isObject(environment) &&
    Object.entries(environment).every(
      ([name, text]) => /^[A-Z][A-Z0-9_]{0,63}$/.test(name) && isText(text, 4096),
    )
  );
}

/** From the supervisor. */
export function isTokenCommand(value: unknown): value is TokenCommand {
  if (!isObject(value)) return false;
  switch (value.kind) {
    case 'start':
      return isConfig(value.config) && (value.selected === undefined || isText(value.selected));
    case 'select':
      return isId(value.id) && isText(value.certificateId);
    case 'login':
      return isId(value.id) && isPinPortRequest(value.request);
    case 'sign':
      return isId(value.id) && isSignRequest(value.request);
    case 'logout':
      return isId(value.id);
    case 'attach-pin-port':
    case 'attach-sign-port':
      return true;
    default:
      return false;
  }
}

function isChoice(value: unknown): value is CertificateChoice {
  return (
    isObject(value) &&
    [value.id, value.commonName, value.upn, value.issuer, value.notAfter].every(isShortText)
  );
}

function isStatus(value: unknown): value is TokenStatus {
  if (!isObject(value)) return false;
  if (value.kind === 'starting') return true;
  if (value.kind === 'error') return isErrorReport(value.error);
  const flags = [value.finalTry, value.locked, value.pinPad, value.loggedIn];
  return (
    value.kind === 'card' &&
    isText(value.cardId) &&
    isListOf(value.certificates, MAX_CHOICES, isChoice) &&
    flags.every((flag) => typeof flag === 'boolean')
  );
}

function isPinReply(value: unknown): value is PinPortReply {
  if (!isObject(value)) return false;
  if (value.kind === 'accepted') return true;
  return (
    value.kind === 'refused' &&
    isErrorReport(value.error) &&
    typeof value.finalTry === 'boolean' &&
    typeof value.locked === 'boolean'
  );
}

function isSelected(value: unknown): value is SelectedCertificate {
  return (
    isObject(value) &&
    isCertificateBytes(value.certificate) &&
    isListOf(value.chain, MAX_CHAIN, isCertificateBytes)
  );
}

function isAnswer(value: unknown): value is TokenAnswer {
  if (!isObject(value)) return false;
  switch (value.kind) {
    case 'selected':
      return isSelected(value.selected);
    case 'login':
      return isPinReply(value.reply);
    case 'signature':
      return isBytes(value.signature, 1, MAX_SIGN_BYTES);
    case 'done':
      return true;
    case 'error':
      return isErrorReport(value.error);
    default:
      return false;
  }
}

/** From the token process, in which a vendor's code runs. */
export function isTokenMessage(value: unknown): value is TokenMessage {
  if (!isObject(value)) return false;
  switch (value.kind) {
    case 'alive':
      return typeof value.stuck === 'boolean';
    case 'status':
      return isStatus(value.status);
    case 'logged-in':
    case 'pin-refused':
    case 'signed':
      return isText(value.certificateId);
    case 'answer':
      return isId(value.id) && isAnswer(value.answer);
    default:
      return false;
  }
}
