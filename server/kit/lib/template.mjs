/** Filling in a server's configuration template with the values of a site. Nothing is executed and nothing is guessed. */

/** @typedef {string | number | boolean | readonly string[]} Value */

const NAME = '[a-z][a-z0-9-]*';
const SECTION = new RegExp(`^\\s*(?:--|#) @(if|unless|end) (${NAME})@$`);

/** Values end up between quotation marks in Lua or YAML: nothing that would end such a text gets in. */
const PLAIN = /^[A-Za-z0-9 ._/@+:=~-]*$/;

/** @param {string} name @param {Value} value */
function plain(name, value) {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'string' && PLAIN.test(value)) return value;
  throw new Error(`the value of ${name} is not plain text: letters, digits and . _ / @ + : = ~ - only`);
}

/** @param {string} name @param {Value} value */
function written(name, value) {
  return Array.isArray(value) ? value.map((item) => `"${plain(name, item)}"`).join(', ') : plain(name, value);
}

/** The longest text of {@link quotable}, in UTF-16 units. */
const LONGEST = 1024;
/** ejabberd from 24 on replaces these in texts. */
const KEYWORD = /@[A-Z_]+@/;
/** What YAML's double quotation marks take as it stands. */
const AS_IT_STANDS = /^[ -~]$/;

/** A character of a YAML text in double quotation marks (YAML 1.1, 5.6). @param {string} character */
function escaped(character) {
  if (character === '"' || character === '\\') return `\\${character}`;
  if (AS_IT_STANDS.test(character)) return character;
  return `\\U${(character.codePointAt(0) ?? 0).toString(16).padStart(8, '0')}`;
}

/**
 * A value that may be any text, such as a distinguished name: for a place between double quotation marks in YAML.
 *
 * @param {string} name @param {Value} value
 */
function quotable(name, value) {
  const good =
    typeof value === 'string' &&
    value.length <= LONGEST &&
    !/[\p{Cc}\p{Cs}]/u.test(value) &&
    !KEYWORD.test(value);
  if (!good) throw new Error(`the value of ${name} is not one line of text, or too long, or has an @WORD@`);
  return Array.from(value, escaped).join('');
}

/** Whether the place at `offset` is between double quotation marks of its line. @param {string} text @param {number} offset */
function isQuoted(text, offset) {
  const before = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset);
  return before.split('"').length % 2 === 0 && text.startsWith('"', text.indexOf('@', offset + 1) + 1);
}

/** @param {Value | undefined} value */
function isSet(value) {
  return value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0);
}

/**
 * @param {string} template text with `@name@` for values, and sections between comment lines `@if name@` or
 *   `@unless name@` and `@end name@`
 * @param {Readonly<Record<string, Value | undefined>>} values lists become `"a", "b"`
 * @param {{ raw?: Readonly<Record<string, string>>, texts?: readonly string[] }} [kinds] `raw`: values that are taken as
 *   they are, for this kit's own use; `texts`: names whose values may be any line of text, in a YAML template that has them
 *   between double quotation marks
 * @returns {string}
 * @throws Error naming a value that the template asks for and the site lacks, or that is not plain text
 */
export function fillTemplate(template, values, { raw = {}, texts = [] } = {}) {
  const open = [];
  const lines = [];
  for (const line of template.split('\n')) {
    const section = SECTION.exec(line);
    if (section === null) {
      if (open.every(({ keep }) => keep)) lines.push(line);
      continue;
    }
    const [, kind, name] = section;
    if (kind === 'end') {
      if (open.pop()?.name !== name) throw new Error(`the template's "end ${name}" has no beginning`);
    } else {
      open.push({ name, keep: isSet(values[name]) === (kind === 'if') });
    }
  }
  if (open.length > 0) throw new Error(`the template's section ${open[0].name} has no end`);
  return lines.join('\n').replaceAll(new RegExp(`@(${NAME})@`, 'g'), (_match, name, offset, text) => {
    if (Object.hasOwn(raw, name)) return raw[name];
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined) throw new Error(`the template asks for ${name}, which the site's values lack`);
    if (!texts.includes(name)) return written(name, value);
    if (!isQuoted(text, offset)) throw new Error(`the template has ${name} outside of quotation marks`);
    return quotable(name, value);
  });
}
