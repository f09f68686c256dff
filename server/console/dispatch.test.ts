import { describe, expect, it } from 'vitest';
import { auditDetail } from './dispatch.ts';

describe('what the log says of a request', () => {
  it('is every part that is a text, a number or a list, cut to what a line takes', () => {
    const detail = auditDetail({
      path: { account: 'alice' },
      query: { limit: 5 },
      body: {
        disabled: true,
        upns: ['1@mil', '2@mil'],
        bundle: 'A'.repeat(5000),
        settings: { a: 1 },
        none: undefined,
      },
    });
    expect(detail).toEqual({
      account: 'alice',
      limit: 5,
      disabled: true,
      upns: '1@mil 2@mil',
      bundle: 'A'.repeat(200),
    });
    expect(auditDetail({ path: {}, query: {}, body: { upns: Array(500).fill('x@mil') } }).upns).toHaveLength(
      512,
    );
  });

  it('is nothing of a body that is none', () => {
    expect(auditDetail({ path: {}, query: undefined, body: null })).toEqual({});
  });
});
