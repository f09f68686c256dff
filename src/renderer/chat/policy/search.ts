/** Finding settings on the policy page. Pure. */
import type { PolicyRow } from '../../../shared/policy-page.ts';

/** Where a value comes from, in words. */
export function sourceText(source: PolicyRow['source']): string {
  if (source === 'base') return 'Policy';
  if (source === 'default') return 'Default';
  if (source === 'absent') return 'Not set';
  return `Overlay ${source.slice('overlay:'.length)}`;
}

/** When a change takes effect, in words. */
export const EFFECT_TEXT: Readonly<Record<PolicyRow['effect'], string>> = {
  immediate: 'At once',
  'sign-in': 'At sign-in',
  restart: 'At restart',
};

function textOf({ pointer, title, description, value, source, owner, effect }: PolicyRow): string {
  return [pointer, title, description, value, sourceText(source), owner, EFFECT_TEXT[effect]]
    .join('\n')
    .toLowerCase();
}

/** The rows that hold every word of the query, in any of their columns; all for a query without words. */
export function findRows(rows: readonly PolicyRow[], query: string): readonly PolicyRow[] {
  const words = query.toLowerCase().split(/\s+/u).filter(Boolean);
  return words.length === 0
    ? rows
    : rows.filter((row) => {
        const text = textOf(row);
        return words.every((word) => text.includes(word));
      });
}
