import { describe, expect, it } from 'vitest';
import { NO_PREFS } from '../../shared/watch-contract.ts';
import { isSessionReport } from './session-report.ts';

const notice = { reason: 'message', severity: 'info', count: 1 };
const audit = (record: unknown) => ({ kind: 'audit', record });

describe('isSessionReport', () => {
  it.each([
    { kind: 'link', link: { kind: 'offline' } },
    { kind: 'link', link: { kind: 'connecting', host: 'a.example' } },
    { kind: 'link', link: { kind: 'waiting', retryAt: 1, error: { code: 'CONFLICT' } } },
    { kind: 'stopped' },
    { kind: 'stopped', error: { code: 'CONFLICT', detail: { a: 1 } } },
    { kind: 'bound', jid: 'a@b' },
    { kind: 'lock-superseded', epochs: [1, 2] },
    { kind: 'unread', total: 0 },
    { kind: 'notice', notice: { reason: 'message', severity: 'info', count: 1 } },
    {
      kind: 'notice',
      notice: { reason: 'watchword', severity: 'critical', count: 2, sender: 'a', text: 'b' },
    },
    { kind: 'watch-prefs', upn: '1@mil', prefs: NO_PREFS },
    audit({ event: 'connection', outcome: 'failure', detail: { host: 'a', port: 1, resumed: false } }),
  ])('accepts $kind', (report) => {
    expect(isSessionReport(report)).toBe(true);
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['text', 'stopped'],
    ['a list', [{ kind: 'stopped' }]],
    ['no kind', {}],
    ['an unknown kind', { kind: 'toString' }],
    ['a link that is none', { kind: 'link' }],
    ['a link of no kind', { kind: 'link', link: { kind: 'up' } }],
    ['an error of no catalogue', { kind: 'stopped', error: { code: 'constructor' } }],
    ['a null error', { kind: 'stopped', error: null }],
    ['an error with an object', { kind: 'stopped', error: { code: 'CONFLICT', detail: { a: {} } } }],
    ['an epoch that is a path', { kind: 'lock-superseded', epochs: ['../state-mac'] }],
    ['an epoch that is no integer', { kind: 'lock-superseded', epochs: [1.5] }],
    ['a negative epoch', { kind: 'lock-superseded', epochs: [-1] }],
    ['no epochs', { kind: 'lock-superseded' }],
    ['too many epochs', { kind: 'lock-superseded', epochs: Array.from({ length: 65 }, (_, n) => n) }],
    ['a count that is none', { kind: 'unread', total: Number.NaN }],
    ['a notice of no kind', { kind: 'notice', notice: { reason: 'advert', severity: 'info', count: 1 } }],
    ['a notice without end', { kind: 'notice', notice: { ...notice, text: 'x'.repeat(201) } }],
    ['a notice with an object', { kind: 'notice', notice: { ...notice, sender: {} } }],
    ['a notice of nothing', { kind: 'notice', notice: { ...notice, count: 0 } }],
    ['choices that are none', { kind: 'watch-prefs', upn: '1@mil', prefs: { ...NO_PREFS, levels: {} } }],
    ['choices of nobody', { kind: 'watch-prefs', prefs: NO_PREFS }],
    ['no record', audit(undefined)],
    ['a record without detail', audit({ event: 'connection', outcome: 'success', detail: null })],
    ['an outcome that is none', audit({ event: 'connection', outcome: 'x'.repeat(10_000), detail: {} })],
    ['an event that is no text', audit({ event: 7, outcome: 'success', detail: {} })],
    ['an object in the detail', audit({ event: 'connection', outcome: 'success', detail: { a: [] } })],
  ])('refuses %s', (_what, report) => {
    expect(isSessionReport(report)).toBe(false);
  });

  it('keeps the session from signing main’s own events', () => {
    for (const event of ['pin.accepted', 'policy.activated', 'screen.unlocked', 'audit.chain-broken'])
      expect(isSessionReport(audit({ event, outcome: 'success', detail: {} }))).toBe(false);
  });
});
