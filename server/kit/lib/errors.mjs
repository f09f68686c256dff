/** A failure that the administrator is told about in one sentence, with the exit code of README.md. */
export class ToolError extends Error {
  /** @param {string} message @param {1 | 2 | 3} [exitCode] */
  constructor(message, exitCode = 1) {
    super(message);
    this.name = 'ToolError';
    this.exitCode = exitCode;
  }
}
