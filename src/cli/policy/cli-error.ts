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
  /** `diff`: the new policy allows something that the old one did not. */
  loosens: 6,
  /** `lint`: at least one error. */
  errors: 7,
  /** `lint`: warnings, no error. */
  warnings: 8,
  internal: 70,
} as const;

/** How a command ended. */
export type Outcome = keyof typeof EXIT_CODES;
/** The outcomes that are failures of the command itself; the others are answers. */
export type CliProblem = Exclude<Outcome, 'ok' | 'loosens' | 'errors' | 'warnings'>;

/** A failure that the person at the terminal can act on; the message holds no secret. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly problem: CliProblem;

  constructor(problem: CliProblem, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.problem = problem;
  }
}
