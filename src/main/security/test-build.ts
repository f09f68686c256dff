/**
 * Everything that only a test build accepts. Each constant is guarded by the bundler's constant, so that none of these
 * strings exists in a production bundle (a test looks).
 */
import { ORDINARY_ALLOWANCE, type StartAllowance } from './start-guard.ts';

const TEST_ROOT_SWITCH = __TEST_BUILD__ ? '--sallyport-test-root' : '';

/** The switches that Playwright's `_electron.launch` adds, the directory of the test, and the private card service. */
export const startAllowance: StartAllowance = __TEST_BUILD__
  ? {
      exact: [...ORDINARY_ALLOWANCE.exact, '--inspect=0', '--remote-debugging-port=0'],
      withValue: [TEST_ROOT_SWITCH],
      variables: ['PCSCLITE_CSOCK_NAME'],
    }
  : ORDINARY_ALLOWANCE;

/** The directory that stands in for the machine-wide directory, the trust anchor and the user's data. */
export function testRoot(argv: readonly string[]): string | undefined {
  if (!__TEST_BUILD__) return undefined;
  const argument = argv.find((each) => each.startsWith(`${TEST_ROOT_SWITCH}=`));
  return argument?.slice(TEST_ROOT_SWITCH.length + 1);
}

/** Variables that a test build hands on to the token process. */
export const passedToToken: readonly string[] = __TEST_BUILD__ ? ['PCSCLITE_CSOCK_NAME'] : [];
