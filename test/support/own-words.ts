/**
 * Finds words for people in a source file. Two looks: whatever stands in JSX where it is shown or read aloud, and, anywhere
 * in the file, every string that reads like language, because helper functions and constants hand such strings on.
 */
import { parseAst } from 'vitest/node';

/** Attributes that are read aloud or shown. */
const SPOKEN = new Set([
  'aria-label',
  'aria-description',
  'aria-roledescription',
  'title',
  'placeholder',
  'alt',
  'label',
]);

/** Attributes of names and drawings, and of ids. */
const UNSPOKEN = new Set(['className', 'd', 'viewBox', 'points', 'aria-describedby', 'aria-labelledby']);

/** What takes names of the program: sets of keys and classes, selectors, errors for developers. */
const TAKES_NAMES = new Set([
  'Error',
  'RangeError',
  'TypeError',
  'add',
  'addEventListener',
  'closest',
  'getElementById',
  'includes',
  'querySelector',
  'querySelectorAll',
  'removeEventListener',
  'toggle',
]);

/** Words, as opposed to punctuation and numbers. */
const hasWords = (text: string): boolean => /\p{L}{2,}/u.test(text);

/** A capitalised word at the beginning, or two words. `data-pane`, `next-unread` and `ArrowUp` do not read like that. */
const readsLikeLanguage = (text: string): boolean =>
  /^\s*\p{Lu}\p{Ll}+(?:[ .,…:]|\s*$)|\p{L}{2,}[.,:;…]? \p{L}{2,}/u.test(text);

/** A node of ESTree, as far as it is looked at here. */
interface Node {
  readonly type: string;
  readonly start: number;
  readonly [key: string]: unknown;
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value;

function childrenOf(node: Node): readonly Node[] {
  return Object.values(node)
    .flatMap((value) => (Array.isArray(value) ? value : [value]))
    .filter(isNode);
}

/** The words of a string, a template or a text of JSX; where a template takes a value stands a space. */
function textOf(node: Node): string | undefined {
  if (node.type === 'Literal') return typeof node.value === 'string' ? node.value : undefined;
  if (node.type === 'JSXText') return String(node.value);
  if (node.type !== 'TemplateLiteral') return undefined;
  const parts = node.quasis as readonly { readonly value: { readonly raw: string } }[];
  return parts.map(({ value }) => value.raw).join(' ');
}

/** The strings that an expression can come to. */
function stringsOf(node: unknown): readonly Node[] {
  if (!isNode(node)) return [];
  switch (node.type) {
    case 'Literal':
    case 'TemplateLiteral':
    case 'JSXText':
      return [node];
    case 'ConditionalExpression':
      return [...stringsOf(node.consequent), ...stringsOf(node.alternate)];
    case 'LogicalExpression':
    case 'BinaryExpression':
      return compares(node) ? [] : [...stringsOf(node.left), ...stringsOf(node.right)];
    case 'JSXExpressionContainer':
    case 'ParenthesizedExpression':
      return stringsOf(node.expression);
    default:
      return [];
  }
}

const compares = ({ operator }: Node): boolean => operator === '===' || operator === '!==';

/** What is shown or read aloud from JSX. */
function shownBy(node: Node): readonly Node[] {
  if (node.type === 'JSXElement' || node.type === 'JSXFragment') {
    return childrenOf({ type: '', start: 0, children: node.children })
      .filter(({ type }) => type === 'JSXText' || type === 'JSXExpressionContainer')
      .flatMap(stringsOf);
  }
  return node.type === 'JSXAttribute' && SPOKEN.has(nameOf(node.name)) ? stringsOf(node.value) : [];
}

function nameOf(node: unknown): string {
  if (!isNode(node)) return '';
  return node.type === 'MemberExpression' ? nameOf(node.property) : String(node.name ?? '');
}

/** Whether what stands below a node is for the program alone. */
function isForTheProgram(node: Node): boolean {
  switch (node.type) {
    case 'ThrowStatement':
      return true;
    case 'BinaryExpression':
      return compares(node);
    case 'CallExpression':
    case 'NewExpression':
      return TAKES_NAMES.has(nameOf(node.callee));
    case 'JSXAttribute':
      return UNSPOKEN.has(nameOf(node.name));
    default:
      return /^(?:Import|ExportAll|TS)/u.test(node.type) && !/^TS(?:As|Satisfies|NonNull)/u.test(node.type);
  }
}

/** The parts of a node whose strings may reach a person: not the keys of objects, not what a `case` compares with. */
function partsOf(node: Node): readonly Node[] {
  if (node.type === 'Property' && node.computed !== true) return childrenOf({ ...node, key: undefined });
  if (node.type === 'SwitchCase') return childrenOf({ ...node, test: undefined });
  return childrenOf(node);
}

/**
 * Where a file has words of its own: `path:line: words`, in the order of the file.
 *
 * @param name the file's, for the answer
 * @param noLanguage strings that read like words and are none, as a whole
 */
export function ownWords(name: string, source: string, noLanguage: ReadonlySet<string>): readonly string[] {
  const found = new Map<number, string>();
  const note = (node: Node, isWords: (text: string) => boolean): void => {
    const text = textOf(node);
    if (text === undefined || !isWords(text) || noLanguage.has(text.trim())) return;
    found.set(node.start, text.trim().replace(/\s+/gu, ' '));
  };
  const visit = (node: Node): void => {
    for (const shown of shownBy(node)) note(shown, hasWords);
    if (isForTheProgram(node)) return;
    note(node, readsLikeLanguage);
    for (const child of partsOf(node)) visit(child);
  };
  visit(parseAst(source, { lang: 'tsx' }) as unknown as Node);
  return [...found]
    .sort(([left], [right]) => left - right)
    .map(([start, words]) => `${name}:${source.slice(0, start).split('\n').length}: ${words}`);
}
