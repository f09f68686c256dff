#!/usr/bin/env node
/**
 * Stands in for `fpm` (a Ruby program that Debian does not have): takes the arguments that electron-builder gives it and
 * builds with dpkg-deb or rpmbuild. Everything belongs to root, every time is SOURCE_DATE_EPOCH, so that two builds have
 * the same bytes.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildDeb } from './deb.mjs';
import { parseFpmArguments } from './fpm-arguments.mjs';
import { buildRpm } from './rpm.mjs';
import { makeTree } from './tree.mjs';

const BUILDERS = { deb: buildDeb, rpm: buildRpm };

const options = parseFpmArguments(process.argv.slice(2));
const build = BUILDERS[options.target];
if (build === undefined) throw new Error(`neither deb nor rpm: ${options.target}`);
const epoch = Number(process.env.SOURCE_DATE_EPOCH);
if (!Number.isSafeInteger(epoch) || epoch < 0) throw new Error('SOURCE_DATE_EPOCH is missing');
const work = mkdtempSync(join(tmpdir(), 'sallyport-package-'));
try {
  const tree = makeTree(join(work, 'root'), options, epoch);
  build({ options, tree, work, epoch });
} finally {
  rmSync(work, { recursive: true, force: true });
}
