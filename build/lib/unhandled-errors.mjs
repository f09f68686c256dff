/** A reporter for vitest: writes down what was thrown outside of the tests, which its JSON report leaves out. */
import { writeFileSync } from 'node:fs';

/** Names the file for the reporter; vitest hands no options to a reporter of the command line. */
export const ERRORS_FILE = 'SALLYPORT_TEST_ERRORS';

export default class UnhandledErrors {
  /**
   * Writes a JSON array of texts, in each the test file that ran and the error with its call stack.
   *
   * @param {unknown} _modules
   * @param {readonly { stack?: string, message: string, VITEST_TEST_PATH?: string, VITEST_TEST_NAME?: string }[]} errors
   */
  onTestRunEnd(_modules, errors) {
    const texts = errors.map((error) =>
      [error.VITEST_TEST_PATH, error.VITEST_TEST_NAME, error.stack ?? error.message]
        .filter((part) => part !== undefined)
        .join('\n'),
    );
    writeFileSync(process.env[ERRORS_FILE], JSON.stringify(texts));
  }
}
