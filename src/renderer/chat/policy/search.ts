/** Finding settings on the policy page. Pure. */
import type { PolicyRow } from '../../../shared/policy-page.ts';
import { EFFECT_TEXT, sourceText } from '../../text/policy.ts';

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
