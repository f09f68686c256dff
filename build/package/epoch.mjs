/** The one time of a package: of its files and of its bundles. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { SetupError } from '../lib/progress.mjs';

/**
 * Seconds since 1970: `SOURCE_DATE_EPOCH` where it is set, the kit's, or the time of the commit.
 *
 * @param {string} root
 * @param {string} kitFile `kit.json`, in a kit
 */
export function sourceEpoch(root, kitFile) {
  const given = process.env.SOURCE_DATE_EPOCH;
  if (given !== undefined) {
    if (!/^\d{1,11}$/.test(given)) throw new SetupError('SOURCE_DATE_EPOCH must be a number of seconds.');
    return Number(given);
  }
  if (existsSync(kitFile)) return JSON.parse(readFileSync(kitFile, 'utf8')).epoch;
  try {
    const time = execFileSync('git', ['-C', root, 'log', '-1', '--format=%ct'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return Number(time.trim());
  } catch {
    throw new SetupError(
      'There is no git history here: set SOURCE_DATE_EPOCH to the seconds of the release.',
    );
  }
}
