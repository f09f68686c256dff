/** The label of a message as it is shown; and that what the windows offer is what the guard lets out. */
import { describe, expect, it } from 'vitest';
import { guardPolicy } from '../../../test/support/guard-policy.ts';
import { under } from '../../../test/support/guard-verdict.ts';
import { parseStanza } from '../../../test/support/parse-stanza.ts';
import { type LabelPolicy, labelProblem, type SecurityLabel } from '../../shared/labels.ts';
import { createGuardConfig } from '../guard/index.ts';
import { buildSecurityLabel } from './labels.ts';
import { labelNamed, messageLabel, ownLabel } from './message-label.ts';

const label = (id: string, rank: number): SecurityLabel => ({
  id,
  text: id.toUpperCase(),
  background: '#123456',
  foreground: '#ffffff',
  rank,
});
const catalogue = [label('open', 0), label('restricted', 10), label('secret', 20)];
const SECRET = { id: 'secret', text: 'SECRET' };

const bookOf = (labels: Partial<LabelPolicy> = {}) =>
  createGuardConfig(
    guardPolicy('chat.mil', [], { labels: { catalogue, required: false, ...labels } }),
    undefined,
  ).labels;
const read = (content: string, labels: Partial<LabelPolicy> = {}) =>
  messageLabel(parseStanza(`<message><body>x</body>${content}</message>`), bookOf(labels));
const marked = (text: string, attributes = '') =>
  `<securitylabel xmlns='urn:xmpp:sec-label:0'><displaymarking${attributes}>${text}</displaymarking><label/></securitylabel>`;

describe('a label that arrives', () => {
  it('is the catalogue’s, by id or by marking, whatever colours came with it', () => {
    expect(read(buildSecurityLabel(label('secret', 20)).toString())).toEqual(SECRET);
    expect(read(marked('SECRET', " fgcolor='red' bgcolor='url(javascript:1)'"))).toEqual(SECRET);
  });

  it('that nobody knows is its text, one line, nothing hidden, bounded, and has no id', () => {
    expect(read(marked('COSMIC'))).toEqual({ text: 'COSMIC' });
    expect(read(marked('\u202eTERCES\u200b\n\n  X'))).toEqual({ text: 'TERCES X' });
    expect(read(marked('SECRET\u200b')), 'looks like one').toEqual({ text: 'SECRET' });
    expect(read(marked('x'.repeat(5000)))?.text).toHaveLength(128);
    expect(read(marked(''))).toEqual({ text: '' });
    expect(read(buildSecurityLabel(label('secret', 20)).toString().replace('>SECRET<', '>OPEN<'))).toEqual({
      text: 'OPEN',
    });
  });

  it('that is missing is the default’s, and said to be assumed', () => {
    expect(read('')).toBeUndefined();
    expect(read('', { defaultLabel: 'open' })).toEqual({ id: 'open', text: 'OPEN', assumed: true });
  });
});

describe('an own label', () => {
  it('is one of the catalogue, or refused', () => {
    expect(labelNamed('secret', bookOf()).label?.text).toBe('SECRET');
    expect(labelNamed(undefined, bookOf())).toEqual({});
    expect(() => labelNamed('toString', bookOf())).toThrow(
      expect.objectContaining({ code: 'LABEL_UNKNOWN' }),
    );
  });

  it('shows what is written: the default where labels are required, assumed where not', () => {
    expect(ownLabel(label('secret', 20), bookOf())).toEqual({ label: SECRET });
    expect(ownLabel(undefined, bookOf())).toEqual({});
    const open = { id: 'open', text: 'OPEN' };
    expect(ownLabel(undefined, bookOf({ defaultLabel: 'open' }))).toEqual({
      label: { ...open, assumed: true },
    });
    expect(ownLabel(undefined, bookOf({ defaultLabel: 'open', required: true }))).toEqual({ label: open });
  });
});

describe('what the windows offer', () => {
  const ids = [undefined, ...catalogue.map(({ id }) => id)];
  const policies = ids.flatMap((maximumLabel) =>
    ids.flatMap((defaultLabel) =>
      ids.flatMap((ceiling) =>
        [true, false].map((required) => ({
          labels: {
            catalogue,
            required,
            ...(maximumLabel === undefined ? {} : { maximumLabel }),
            ...(defaultLabel === undefined ? {} : { defaultLabel }),
          },
          partners: [{ domain: 'partner.gov', ...(ceiling === undefined ? {} : { maximumLabel: ceiling }) }],
        })),
      ),
    ),
  );

  it.each(['bob@chat.mil', 'p@partner.gov'])('is what the guard lets out to %s, under 128 policies', (to) => {
    for (const policy of policies) {
      const guarded = under(policy);
      for (const id of ids) {
        const chosen = catalogue.find((entry) => entry.id === id);
        const content = chosen === undefined ? '' : buildSecurityLabel(chosen).toString();
        const verdict = guarded.out(`<message to='${to}' id='1'><body>x</body>${content}</message>`);
        expect(
          labelProblem(policy, to, id) === undefined,
          `${JSON.stringify(policy)} ${id ?? 'none'} ${verdict}`,
        ).toBe(!verdict.startsWith('refuse'));
      }
    }
  });
});
