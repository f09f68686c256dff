import { describe, expect, it } from 'vitest';
import { type StyledBlock, type StyledSpan, styled } from './styling.ts';

/** A short form: `strong(text)`, directives left as they are. */
function short(spans: readonly StyledSpan[]): string {
  return spans
    .map(({ text, styles }) => (styles.length === 0 ? text : `${styles.join('+')}(${text})`))
    .join('|');
}
const line = (text: string): string => {
  const [block] = styled(text);
  return block?.kind === 'plain' ? short(block.spans) : `${block?.kind}`;
};

/** Everything that is in the blocks, with what a quote or fence takes away put back. */
function whole(blocks: readonly StyledBlock[]): string {
  return blocks
    .map((block) => {
      if (block.kind === 'plain') return block.spans.map(({ text }) => text).join('');
      if (block.kind === 'preformatted') return block.text;
      return whole(block.blocks)
        .split('\n')
        .map((text) => `> ${text}`)
        .join('\n');
    })
    .join('\n');
}

describe('styled', () => {
  it.each([
    ['*strong*', 'mark(*)|strong(strong)|mark(*)'],
    ['a _b c_ d', 'a |mark(_)|emphasis(b c)|mark(_)| d'],
    ['~gone~', 'mark(~)|strike(gone)|mark(~)'],
    ['`*code*`', 'mark(`)|code(*code*)|mark(`)'],
    ['*a _b_*', 'mark(*)|strong(a )|strong+mark(_)|strong+emphasis(b)|strong+mark(_)|mark(*)'],
    ['_*both*_', 'mark(_)|emphasis+mark(*)|emphasis+strong(both)|emphasis+mark(*)|mark(_)'],
    // XEP-0393 6.1.1 and 6.2: what is no span.
    ['plain *', 'plain *'],
    ['* plain *', '* plain *'],
    ['not*strong*', 'not*strong*'],
    ['*not \n strong', '*not |\n| strong'],
    ['*not strong *', '*not strong *'],
    ['**', '**'],
    ['****', '****'],
    ['snake_case_name and 2*3*4', 'snake_case_name and 2*3*4'],
    ['*strong*plain*', 'mark(*)|strong(strong)|mark(*)|plain*'],
  ])('%s', (text, expected) => {
    expect(line(text)).toBe(expected);
  });

  it('knows preformatted blocks, closed or not, and nothing inside them', () => {
    expect(styled('see\n```\n*a*\n> b\n```\nend')).toMatchObject([
      { kind: 'plain' },
      { kind: 'preformatted', code: '*a*\n> b', opening: '' },
      { kind: 'plain', spans: [{ text: 'end' }] },
    ]);
    expect(styled('```sh\nls')).toMatchObject([
      { kind: 'preformatted', code: 'ls', text: '```sh\nls', opening: '```sh' },
    ]);
    expect(styled('```all of it')).toMatchObject([{ code: '', opening: '```all of it' }]);
    expect(styled('```\n```')).toMatchObject([{ code: '', opening: '```' }]);
  });

  it('knows quotes in quotes, to a depth', () => {
    expect(styled('> a\n>> *b*\nc')).toMatchObject([
      { kind: 'quote', blocks: [{ kind: 'plain' }, { kind: 'quote', blocks: [{ kind: 'plain' }] }] },
      { kind: 'plain' },
    ]);
    const deep = styled('>'.repeat(5_000));
    expect(JSON.stringify(deep).match(/quote/g)).toHaveLength(4);
  });

  it('neither loses nor adds a character, whatever the text', () => {
    let state = 7;
    const signs = ['*', '_', '~', '`', '> ', ' ', '\n', 'a', 'é', '😀', '```', '\n```\n'];
    for (let run = 0; run < 400; run += 1) {
      let text = '';
      for (let n = 0; n < 30; n += 1) {
        state = (state * 48_271) % 2_147_483_647;
        text += signs[state % signs.length];
      }
      const quotedAsOne = text.replace(/^> ?/gm, '> ');
      const same = whole(styled(quotedAsOne)).replace(/[> ]/g, '');
      expect(same, JSON.stringify(text)).toBe(quotedAsOne.replace(/[> ]/g, ''));
    }
  });

  it('stays linear where directives open and never close', () => {
    for (const text of [
      '*a '.repeat(5_000),
      '_*~`'.repeat(4_000),
      ' `a'.repeat(5_000),
      '*a _b '.repeat(2_700),
    ]) {
      expect(whole(styled(text))).toBe(text);
    }
  });
});
