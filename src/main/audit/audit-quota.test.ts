import { describe, expect, it } from 'vitest';
import type { AuditRecord } from '../../shared/session-contract.ts';
import { AuditQuota } from './audit-quota.ts';

const record: AuditRecord = { event: 'connection', outcome: 'failure', detail: {} };

function setUp() {
  const written: AuditRecord[] = [];
  const clock = { now: 0 };
  const quota = new AuditQuota({
    burst: 3,
    refillMs: 1_000,
    now: () => clock.now,
    audit: (each) => written.push(each),
  });
  return { quota, written, clock };
}

describe('AuditQuota', () => {
  it('lets no source rotate the log away, and says how much it kept out', () => {
    const { quota, written, clock } = setUp();
    for (let i = 0; i < 50_000; i++) quota.append(record);
    expect(written).toHaveLength(3);
    clock.now = 1_000;
    quota.append(record);
    expect(written.slice(3)).toEqual([
      { event: 'connection', outcome: 'failure', detail: { keptOut: 49_997 } },
    ]);
  });

  it('never saves up more than the burst', () => {
    const { quota, written, clock } = setUp();
    clock.now = 1_000_000;
    for (let i = 0; i < 10; i++) quota.append(record);
    expect(written).toHaveLength(3);
  });

  it('does not open when the clock goes back', () => {
    const { quota, written, clock } = setUp();
    for (let i = 0; i < 5; i++) quota.append(record);
    clock.now = -1_000_000;
    for (let i = 0; i < 5; i++) quota.append(record);
    expect(written).toHaveLength(3);
  });
});
