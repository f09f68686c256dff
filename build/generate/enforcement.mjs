/**
 * The registry of enforcement: for each setting and each module it names, where the module enforces it and which test
 * proves that. Each module says so itself, in `src/MODULE/enforces.json`; none may be missing.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HEADER, REPOSITORY } from './schemas.mjs';

/** The rows of all modules, sorted. */
export function readEnforcement() {
  const modules = readdirSync(join(REPOSITORY, 'src')).sort();
  const rows = modules.flatMap((module) => {
    const file = join(REPOSITORY, 'src', module, 'enforces.json');
    if (!existsSync(file)) return [];
    return Object.entries(JSON.parse(readFileSync(file, 'utf8'))).map(([pointer, { point, test }]) => ({
      module,
      pointer,
      point,
      test,
    }));
  });
  return { rows };
}

const entryOf = ({ module, pointer }) => `${module}:${pointer}`;

/** What does not fit between the settings and the rows; empty when all is well. */
export function coverageProblems(settings, { rows }) {
  const needed = new Set(
    settings.flatMap(({ pointer, enforcedBy }) => enforcedBy.map((module) => entryOf({ module, pointer }))),
  );
  const claimed = new Set(rows.map(entryOf));
  return [
    ...[...needed].filter((entry) => !claimed.has(entry)).map((entry) => `${entry}: no row in enforces.json`),
    ...[...claimed].filter((entry) => !needed.has(entry)).map((entry) => `${entry}: not named by the schema`),
    ...rows
      .filter(({ point, test }) => typeof point !== 'string' || typeof test !== 'string')
      .map((row) => `${entryOf(row)}: point or test is missing`),
  ];
}

/** Ends the build when a setting has no enforcement point or no test. */
export function requireCoverage(settings, enforcement) {
  const problems = coverageProblems(settings, enforcement);
  if (problems.length > 0) throw new Error(`enforcement:\n${problems.join('\n')}`);
}

function split(reference) {
  const at = reference.indexOf('#');
  return at < 0 ? [reference, ''] : [reference.slice(0, at), reference.slice(at + 1)];
}

/** True when a source text defines the name: a function, a class, a constant, a type, a method or a member. */
function defines(text, symbol) {
  if (!/^[A-Za-z_$][\w$]*$/.test(symbol)) return false;
  const name = symbol.replaceAll('$', '\\$');
  const definition = `(?:\\b(?:function\\*?|class|const|let|interface|type|get|async)\\s+${name}\\b)`;
  const member = `(?:^\\s*(?:private |readonly |#)*${name}\\s*(?:\\(|:))`;
  return new RegExp(`${definition}|${member}`, 'm').test(text);
}

const isTest = (file) => /^(?:src|test)\/.*\.test\.tsx?$/.test(file);

/**
 * What a row names and is not there.
 *
 * @param read the text of a file of the repository; `undefined` when there is none
 */
export function rowProblems(row, read) {
  const [source, symbol] = split(row.point);
  const [proof, title] = split(row.test);
  const [sourceText, proofText] = [read(source), read(proof)];
  const problems = [];
  if (!source.startsWith('src/') || sourceText === undefined) problems.push(`no source file ${source}`);
  else if (!defines(sourceText, symbol))
    problems.push(`${source} does not define ${symbol || 'anything named'}`);
  if (!isTest(proof) || proofText === undefined) problems.push(`no test file ${proof}`);
  else if (title.length < 5 || !proofText.includes(title)) problems.push(`${proof} has no test “${title}”`);
  return problems.map((problem) => `${entryOf(row)}: ${problem}`);
}

/** Problems of every row against the files of the repository. */
export function allRowProblems({ rows }) {
  const texts = new Map();
  const read = (file) => {
    const path = join(REPOSITORY, file);
    if (!texts.has(file)) texts.set(file, existsSync(path) ? readFileSync(path, 'utf8') : undefined);
    return texts.get(file);
  };
  return rows.flatMap((row) => rowProblems(row, read));
}

export function enforcementModule({ rows }) {
  const modules = [...new Set(rows.map(({ module }) => module))];
  const table = Object.fromEntries(
    modules.map((module) => [
      module,
      rows.filter((row) => row.module === module).map(({ pointer }) => pointer),
    ]),
  );
  return `${HEADER}
/** By module, the settings (JSON pointers) that its \`enforces.json\` acknowledges. */
export const ENFORCED: Readonly<Record<string, readonly string[]>> = ${JSON.stringify(table, null, 2)};
`;
}
