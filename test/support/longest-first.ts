/**
 * The order of the test files: the long ones first, so that two that run side by side end together. By its size, which is what
 * vitest goes by where it has no times of an earlier run, a file of a few lines that calls what others share is a short one.
 */
import { basename } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take more than half a minute, the longest first; the rest follow in vitest's order. */
const LONG = [
  'renderer-accessibility',
  'renderer-accessibility-second',
  'renderer-accessibility-third',
  'server-errors',
  'card-errors',
  'bad-link',
  'file-gate-trouble',
  'policy-files-crash',
  'switch-rooms',
  'missed',
  'ejabberd-site',
  'lock',
  'policy-attacks',
  'ejabberd-kit',
  'journeys',
  'server-guide',
  'ejabberd-lock',
  'ejabberd-feeds',
].map((name) => `${name}.test.ts`);

export default class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const place = LONG.indexOf(basename(moduleId));
      return place < 0 ? LONG.length : place;
    };
    // Sorting is stable: files of one rank stay as they are.
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}
