/**
 * Whether a file may be made setuid root. It comes out of a checked archive, but between then and now it lay in a
 * directory; whoever could write there, or to a directory above, could have put another program in its place.
 */
import { lstatSync, realpathSync } from 'node:fs';
import { dirname } from 'node:path';

const WRITABLE_FOR_OTHERS = 0o022;
/** In a sticky directory (/tmp) nobody can rename what belongs to somebody else. */
const STICKY = 0o1000;

/**
 * @param {string} helper
 * @param {number} uid who is trusted besides root
 * @returns {string | undefined} the reason why not
 */
export function helperProblem(helper, uid) {
  const file = lstatSync(helper);
  if (!file.isFile() || file.nlink !== 1) return `${helper} is not a regular file of one name.`;
  const trusted = (stats) => stats.uid === 0 || stats.uid === uid;
  if (!trusted(file) || (file.mode & WRITABLE_FOR_OTHERS) !== 0) return `Others can change ${helper}.`;
  for (let directory = realpathSync(dirname(helper)); ; directory = dirname(directory)) {
    const found = lstatSync(directory);
    const open = (found.mode & WRITABLE_FOR_OTHERS) !== 0 && (found.mode & STICKY) === 0;
    if (!trusted(found) || open) return `Others can change ${directory}.`;
    if (directory === dirname(directory)) return undefined;
  }
}
