/** How the command ends. The numbers are part of its interface (docs/policy.md) and do not change. */
export const EXIT_CODES = {
  ok: 0,
  /** The bundle was refused by the client's verifier. */
  refused: 1,
  /** The command line or an input file's content is wrong. */
  usage: 2,
  /** A file exists and `--force` was not given. */
  exists: 3,
  /** A file could not be read or written. */
  io: 4,
  /** A key or a passphrase is missing, wrong or not usable. */
  key: 5,
  internal: 70,
} as const;

export type CliProblem = Exclude<keyof typeof EXIT_CODES, 'ok'>;

/** A failure that the person at the terminal can act on; the message holds no secret. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly problem: CliProblem;

  constructor(problem: CliProblem, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.problem = problem;
  }
}
