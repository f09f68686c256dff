/** A failure that the person at the terminal can act on. */
export class CliProblem extends Error {
  override readonly name = 'CliProblem';
  readonly problem: 'usage' | 'refused';

  constructor(problem: 'usage' | 'refused', message: string) {
    super(message);
    this.problem = problem;
  }
}
