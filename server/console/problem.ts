/** What the console refuses: a code for programs, a status for HTTP, a sentence for people (RFC 9457). */

const PROBLEMS = {
  'bad-request': [400, 'The request is not one that the console understands.'],
  'no-session': [401, 'This session has ended. Start a new one; the card is asked again.'],
  'no-role': [403, 'This certificate has no role here. The table of administrators says who has one.'],
  'wrong-role': [403, 'Your role does not do this. Ask somebody whose work it is.'],
  'cross-site': [403, 'The request comes from another site.'],
  'same-person': [403, 'Somebody else has to approve this: you asked for it yourself.'],
  'other-action': [409, 'This is not what was asked for. Look at the request again before you approve it.'],
  'not-yours': [403, 'Only the person who asked for it can have it.'],
  unknown: [404, 'There is nothing here by that name.'],
  method: [405, 'This address does not do that.'],
  conflict: [409, 'Somebody else was faster: this is not as you saw it. Look again.'],
  gone: [410, 'It has expired, or is not there any more.'],
  'policy-refused': [422, 'The policy does not pass; the code says why (docs/policy.md).'],
  'too-large': [413, 'The request is too large.'],
  'not-json': [415, 'The console takes JSON.'],
  'too-many': [429, 'That is too much at once. Wait a minute.'],
  internal: [500, 'Something went wrong in the console; its log says what.'],
  'not-confirmed': [
    504,
    'It is set, but the server did not confirm it. Is it running? If it is and does not obey, stop it.',
  ],
  'server-files': [503, 'The files of the XMPP server cannot be read or written.'],
  directory: [503, 'The directory did not say who has an account; the table stays as it is, and runs out.'],
  'gate-down': [503, 'The file gate does not answer. Is it running?'],
  'audit-failed': [503, 'The console cannot write its audit log, so it does nothing.'],
} as const satisfies Readonly<Record<string, readonly [number, string]>>;

export type ProblemCode = keyof typeof PROBLEMS;

export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: ProblemCode;
  /** What exactly, for the person; never a secret, never another's text. */
  readonly detail: string | undefined;

  constructor(code: ProblemCode, detail?: string, options?: ErrorOptions) {
    super(detail === undefined ? code : `${code}: ${detail}`, options);
    this.code = code;
    this.detail = detail;
  }

  get status(): number {
    return PROBLEMS[this.code][0];
  }

  get sentence(): string {
    return PROBLEMS[this.code][1];
  }
}

export const PROBLEM_CODES = Object.keys(PROBLEMS) as readonly ProblemCode[];
