/** Every word that a person reads stands in `text/`, so that it can be translated in one place. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAst } from 'vitest/node';

const ROOT = join(import.meta.dirname, '..');
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

/** Words, as opposed to punctuation and numbers. */
const hasWords = (text: string): boolean => /\p{L}{2,}/u.test(text);

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

/** The strings that an expression can come to, as the words in them. */
function wordsOf(node: unknown): readonly (readonly [Node, string])[] {
  if (!isNode(node)) return [];
  switch (node.type) {
    case 'Literal':
      return typeof node.value === 'string' ? [[node, node.value]] : [];
    case 'TemplateLiteral': {
      const parts = (node.quasis as readonly { readonly value: { readonly raw: string } }[]) ?? [];
      return [[node, parts.map(({ value }) => value.raw).join(' ')]];
    }
    case 'ConditionalExpression':
      return [...wordsOf(node.consequent), ...wordsOf(node.alternate)];
    case 'LogicalExpression':
    case 'BinaryExpression':
      return node.operator === '===' || node.operator === '!=='
        ? []
        : [...wordsOf(node.left), ...wordsOf(node.right)];
    case 'JSXExpressionContainer':
    case 'ParenthesizedExpression':
      return wordsOf(node.expression);
    case 'JSXText':
      return [[node, String(node.value)]];
    default:
      return [];
  }
}

/** Where a file has words of its own in what it shows: line and words. */
function ownWords(name: string, source: string): readonly string[] {
  const found: string[] = [];
  const note = (shown: unknown): void => {
    for (const [node, words] of wordsOf(shown)) {
      if (!hasWords(words)) continue;
      const line = source.slice(0, node.start).split('\n').length;
      found.push(`${name}:${line}: ${words.trim().replace(/\s+/gu, ' ')}`);
    }
  };
  const visit = (node: Node): void => {
    if (node.type === 'JSXElement' || node.type === 'JSXFragment') {
      for (const child of childrenOf({ type: '', start: 0, children: node.children })) {
        if (child.type === 'JSXText' || child.type === 'JSXExpressionContainer') note(child);
      }
    }
    if (node.type === 'JSXAttribute' && isNode(node.name) && SPOKEN.has(String(node.name.name)))
      note(node.value);
    for (const child of childrenOf(node)) visit(child);
  };
  visit(parseAst(source, { lang: 'tsx' }) as unknown as Node);
  return found;
}

const components = readdirSync(ROOT, { recursive: true, encoding: 'utf8' })
  .map((path) => path.split(sep).join('/'))
  .filter((path) => path.endsWith('.tsx'));

describe('words of the windows', () => {
  it('are found wherever they stand in what is shown', () => {
    const source = `<p title="One two" className="not-shown">Three four{x ? 'Five six' : \`Seven \${n} eight\`} · 12 {TEXT.nine}</p>`;
    expect(ownWords('x.tsx', `export const x = ${source};`)).toEqual([
      'x.tsx:1: Three four',
      'x.tsx:1: Five six',
      'x.tsx:1: Seven eight',
      'x.tsx:1: One two',
    ]);
  });

  it.each(components)('come from the catalogue in %s', (path) => {
    expect(ownWords(path, readFileSync(join(ROOT, path), 'utf8'))).toEqual([]);
  });
});
