import { describe, expect, it } from 'vitest';
import type { AuditRecord } from '../shared/session-contract.ts';
import { type AuditLine, ChainChecker, parseLine, sealLine, syslogFrame } from './index.ts';

const NOW = Date.UTC(2026, 10, 22, 3, 14, 15, 926);
const record = (event: string, detail: AuditRecord['detail'] = {}): AuditRecord => ({
  event,
  outcome: 'success',
  detail,
});

function chain(machine: string, length: number): readonly AuditLine[] {
  const lines: AuditLine[] = [];
  for (let index = 0; index < length; index++) {
    const context = { machine, user: '1000000001@mil', session: 'run' };
    lines.push(sealLine(record('event', { index }), context, lines.at(-1), NOW + index));
  }
  return lines;
}

const rows = (lines: readonly AuditLine[]): readonly string[] => lines.map((line) => JSON.stringify(line));

function check(texts: readonly string[]) {
  const checker = new ChainChecker();
  for (const text of texts) checker.add(text);
  return checker.report();
}

describe('a chain', () => {
  it('is whole from its first line on', () => {
    const lines = chain('WS-1', 5);
    expect(check(rows(lines))).toEqual({
      lines: 5,
      chains: 1,
      complete: 1,
      repeated: 0,
      heads: [lines.at(-1)?.hash],
      findings: [],
    });
  });

  it('may begin later: rotation took what was before', () => {
    expect(check(rows(chain('WS-1', 5)).slice(2))).toMatchObject({ complete: 0, findings: [] });
  });

  it('names what was changed, taken out, put in twice or is no line', () => {
    const texts = rows(chain('WS-1', 5));
    const [a = '', b = '', c = '', d = '', e = ''] = texts;
    expect(check([a, b.replace('"index":1', '"index":9'), c]).findings).toMatchObject([
      { problem: 'changed', row: 2, seq: 2 },
      { problem: 'gap', row: 3, seq: 3 },
    ]);
    expect(check([a, b, d, e]).findings).toEqual([{ problem: 'gap', row: 3, seq: 4, machine: 'WS-1' }]);
    expect(check([a, b, 'x', c]).findings).toEqual([{ problem: 'unreadable', row: 3 }]);
    expect(check([a, b, c, b, c, d, e])).toMatchObject({ lines: 5, repeated: 2, findings: [] });
    const [first] = chain('WS-1', 1);
    const other = sealLine(record('other'), { machine: 'WS-1', user: '', session: '' }, first, NOW);
    expect(check([a, b, JSON.stringify(other)]).findings).toMatchObject([{ problem: 'forked', row: 3 }]);
  });

  it('a collector has the chains of many computers and accounts, mixed', () => {
    const [one, two] = [chain('WS-1', 4), chain('WS-2', 4)];
    const mixed = [0, 1, 2, 3].flatMap((index) => rows([one[index], two[index]] as AuditLine[]));
    expect(check(mixed)).toMatchObject({ chains: 2, complete: 2, lines: 8, findings: [] });
  });

  it('every field counts', () => {
    const [line] = chain('WS-1', 1);
    for (const [name, value] of Object.entries({
      user: 'x',
      machine: 'x',
      session: 'x',
      time: 'x',
      outcome: 'failure',
    })) {
      expect(check([JSON.stringify({ ...line, [name]: value })]).findings[0]?.problem).toBe('changed');
    }
  });
});

describe('reading a line', () => {
  it.each(['', 'null', '[]', '{}', '{"seq":1}', '{"seq":"1"}', '1'])('%j is none', (text) => {
    expect(parseLine(text)).toBeUndefined();
  });
});

describe('a syslog message', () => {
  const line = sealLine(
    { event: 'sign in\u{1f600}', outcome: 'failure', detail: { text: 'a]b"c\\d' } },
    { machine: 'WS 1\n"]', user: 'jörg]@mil', session: 'run' },
    undefined,
    NOW,
  );
  const text = JSON.stringify(line);
  const frame = syslogFrame(line, text);

  it('is framed by its octets (RFC 5425 4.3)', () => {
    const space = frame.indexOf(0x20);
    expect(Number(frame.subarray(0, space).toString('latin1'))).toBe(frame.length - space - 1);
  });

  it('has the header of RFC 5424, no name that breaks it, and the line as its message', () => {
    const message = frame.subarray(frame.indexOf(0x20) + 1).toString('utf8');
    const [head, body] = message.split('\ufeff');
    expect(body).toBe(text);
    expect(
      head?.startsWith('<108>1 2026-11-22T03:14:15.926Z WS_1_"] sallyport run sign_in_ [sallyport@32473 '),
    ).toBe(true);
    expect(head).toContain('machine="WS 1_\\"\\]"');
    expect(head).toContain('user="jörg\\]@mil"');
    expect(head).not.toContain('\n');
  });
});
