/** A failure that the administrator is told about in one sentence, with the exit code of README.md. */
export class ToolError extends Error {
  readonly exitCode: 1 | 2 | 3;
  constructor(message: string, exitCode?: 1 | 2 | 3);
}
