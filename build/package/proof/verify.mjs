/** Checks packages against their signed list, as whoever rolls them out should before he does. */
import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SetupError } from '../../lib/progress.mjs';

const LINE = /^([0-9a-f]{64}) {2}([A-Za-z0-9._~+-]+)$/;

/** What is no package: the list itself in both forms, and the unpacked application. */
const LISTS = new Set(['SHA256SUMS', 'SHA256SUMS.dsse.json']);

function isFile(file) {
  return lstatSync(file, { throwIfNoEntry: false })?.isFile() === true;
}

/** The list inside the signed envelope; beside it lies the same one for `sha256sum`. */
function signedList(directory, trustRoot, tools) {
  const envelope = join(directory, 'SHA256SUMS.dsse.json');
  if (!isFile(envelope))
    throw new SetupError(`There is no SHA256SUMS.dsse.json in ${directory}: nobody signed it.`);
  let list;
  try {
    list = tools.verifyChecksums(readFileSync(envelope), trustRoot);
  } catch (error) {
    throw new SetupError(
      `SHA256SUMS.dsse.json is not signed by the organisation's policy keys (${error.message}).`,
    );
  }
  const plain = join(directory, 'SHA256SUMS');
  if (!isFile(plain) || readFileSync(plain, 'utf8') !== list)
    throw new SetupError('SHA256SUMS is not the list that was signed.');
  return list;
}

/**
 * @param {string} directory what `npm run package` wrote
 * @param {Uint8Array} trustRoot
 * @param {{ verifyChecksums: (envelope: Uint8Array, trustRoot: Uint8Array) => string }} tools
 * @returns {string[]} the names of the files, all as the organisation signed them; no other file lies beside them
 * @throws {SetupError}
 */
export function verifyPackages(directory, trustRoot, tools) {
  const list = signedList(directory, trustRoot, tools);
  const names = list
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [, sum, name] = LINE.exec(line) ?? [];
      if (name === undefined) throw new SetupError('SHA256SUMS.dsse.json holds a line that is no checksum.');
      const file = join(directory, name);
      const found = isFile(file) ? createHash('sha256').update(readFileSync(file)).digest('hex') : 'missing';
      if (found !== sum) throw new SetupError(`${name} is not what was signed (${found}).`);
      return name;
    });
  const stray = readdirSync(directory, { withFileTypes: true }).find(
    (entry) => !entry.isDirectory() && !LISTS.has(entry.name) && !names.includes(entry.name),
  );
  if (stray !== undefined) throw new SetupError(`${stray.name} lies there and nobody signed it.`);
  return names;
}
