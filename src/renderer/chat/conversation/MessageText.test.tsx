import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { MessageText } from './MessageText.tsx';

const CONTEXT = { hosts: [], names: [], onLink: () => undefined };

/** What can be read of a text as the conversation shows it. */
const readOf = (text: string): string =>
  renderToStaticMarkup(<MessageText text={text} context={CONTEXT} />).replace(/<[^>]+>/gu, ' ');

describe('a text with styling', () => {
  it.each([
    ['a block that is never closed', '```\nalpha\nbravo'],
    ['words behind the sign that opens a block', '```alpha bravo'],
    ['words behind the sign, and a block', '```alpha\nbravo\n```'],
    ['words behind the sign of a block in a quote', '> ```alpha\n> bravo'],
    ['words behind a sign that closes nothing', '```\nalpha\n``` bravo'],
    ['words before and behind a block', 'alpha\n```\n```\nbravo'],
  ])('hides nothing of %s', (_what, text) => {
    expect(readOf(text)).toMatch(/alpha.*bravo/su);
  });

  it('shows the sign of a block only where something stands behind it', () => {
    expect(readOf('```\nalpha\n```')).not.toContain('```');
    expect(readOf('```sh\nalpha\n```')).toContain('```sh');
  });
});
