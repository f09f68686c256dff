import { defineConfig } from 'vitest/config';
import LongestFirst from './test/support/longest-first.ts';

/**
 * Real cards, servers and windows on two busy cores: one hiccup of the machine or of the driver must not hide what the
 * other two thousand tests say. A second try is named in the output (“retry x1”): whoever sees it twice has a bug to find.
 */
const RETRY = 1;
/**
 * Files at a time, also where vitest would leave one of two cores free; each file has a site of its own on ports of its own. A
 * window keeps more than a core busy. Most of an integration test's time is waiting, for a server that starts or for something
 * that is to be over: three of them take about what two cores have.
 */
const AT_A_TIME = 2;
const INTEGRATION_AT_A_TIME = 3;

/** How long `expect.poll` looks: what comes within a second on a machine of its own takes longer beside others. */
const PATIENCE = { poll: { timeout: 30_000 } };

/** Unit tests sit beside their source and start nothing; integration and end-to-end tests start real servers, cards and windows. */
export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: 'unit',
          // Node takes its UMD build, in which nothing has a name; windows are bundled from its modules.
          server: { deps: { inline: ['mgrs'] } },
          include: [
            'src/**/*.test.{ts,tsx}',
            'build/**/*.test.ts',
            'server/**/*.test.ts',
            'policy-schema/**/*.test.ts',
          ],
          // Properties over many values take a while on a busy machine; this only ends what hangs.
          testTimeout: 60_000,
          hookTimeout: 60_000,
          maxWorkers: AT_A_TIME,
          // They start nothing and leave nothing: to start a process and to load everything anew for each file takes longer
          // than the tests do.
          isolate: false,
        },
      },
      {
        test: {
          name: 'integration',
          globalSetup: ['test/support/make-user.ts'],
          include: ['test/integration/**/*.test.ts'],
          retry: RETRY,
          expect: PATIENCE,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: INTEGRATION_AT_A_TIME,
        },
      },
      {
        test: {
          name: 'e2e',
          globalSetup: ['test/support/make-user.ts'],
          include: ['test/e2e/**/*.test.ts'],
          retry: RETRY,
          expect: PATIENCE,
          testTimeout: 120_000,
          hookTimeout: 180_000,
          maxWorkers: AT_A_TIME,
        },
      },
      {
        test: {
          name: 'package',
          include: ['test/package/**/*.test.ts'],
          retry: RETRY,
          expect: PATIENCE,
          testTimeout: 120_000,
          hookTimeout: 400_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
