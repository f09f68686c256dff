/** What the gate says no to: an HTTP status and a code for programs and the log. Titles hold nothing of the request. */

/** Every code that a refusal can have, with its HTTP status and the sentence of its answer (RFC 9457 `title`). */
export const REFUSALS = {
  'bad-path': [400, 'This address is not one of the file gate.'],
  'bad-header': [400, 'A header of the request is malformed.'],
  'digest-mismatch': [400, 'The file is not the one that the sender announced.'],
  'cut-off': [400, 'The upload ended before its last byte.'],
  'no-token': [401, 'The upload needs a slot of the XMPP server.'],
  'no-account': [403, 'This card belongs to no account that may use the file gate.'],
  'bad-token': [403, 'The upload slot is not valid.'],
  'wrong-sender': [403, 'The upload slot belongs to another person than this card.'],
  quarantined: [403, 'The file is held in quarantine.'],
  unknown: [404, 'There is no such file.'],
  method: [405, 'The file gate knows GET, HEAD and PUT only.'],
  'too-slow': [408, 'The upload was too slow.'],
  used: [409, 'This upload slot has been used.'],
  gone: [410, 'The file has expired or was deleted.'],
  'slot-expired': [410, 'The upload slot has expired.'],
  'no-length': [411, 'The upload must say its length.'],
  'too-large': [413, 'The file is larger than the file gate takes.'],
  'wrong-size': [413, 'The file has another size than its slot.'],
  encoding: [415, 'The upload must not be encoded.'],
  expectation: [417, 'The request expects what the file gate does not do.'],
  busy: [503, 'The file gate is busy. Try again in a moment.'],
  'scanner-down': [503, 'The file waits for the scanner.'],
  stopping: [503, 'The file gate is being stopped.'],
  'audit-failed': [503, 'The file gate cannot write its log and does nothing without it.'],
  internal: [500, 'The file gate could not do this.'],
  'disk-full': [507, 'The file gate has no room for this file.'],
} as const satisfies Record<string, readonly [status: number, title: string]>;

export type RefusalCode = keyof typeof REFUSALS;

export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: RefusalCode;
  readonly status: number;
  readonly title: string;
  /** Seconds for `Retry-After`. */
  readonly retryAfter: number | undefined;
  /** Why a file is held, for its sender: a code of the gate's checks or the scanner's name of what it found. */
  readonly reason: string | undefined;

  constructor(
    code: RefusalCode,
    options: { cause?: unknown; retryAfter?: number; reason?: string | undefined } = {},
  ) {
    super(code, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    [this.status, this.title] = REFUSALS[code];
    this.retryAfter = options.retryAfter;
    this.reason = options.reason;
  }
}
