/** The audit log of the real application: what it writes, what it sends to a real collector, and what never stands in it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client } from '../../build/demo/driver/client.ts';
import { ALICE, BOB, NAMES, pinOf } from '../../build/site/analysts.ts';
import { type Collector, startCollector } from '../../build/site/rsyslog.ts';
import { machineIdOf } from '../../build/site/workstation.ts';
import { type AuditLine, ChainChecker, parseLine } from '../../src/audit/index.ts';
import { openStage, type Stage } from '../support/electron.ts';

const CANARY = 'canary-7f3a-of-the-message';

let stage: Stage;
let collector: Collector;
let client: Client;

beforeAll(async () => {
  stage = await openStage({ name: 'audit', users: [ALICE, BOB] });
  collector = await startCollector({
    directory: join(stage.site.directory, 'collector'),
    pki: stage.site.pki,
  });
  client = await stage.signedIn(ALICE, {
    settings: (settings) => ({
      ...settings,
      audit: {
        syslog: {
          host: collector.host,
          port: collector.port,
          spkiPins: [pinOf(collector.certificate)],
        },
      },
    }),
  });
});
afterAll(async () => {
  await stage?.stop();
  await collector?.stop();
});

const received = (): readonly AuditLine[] =>
  collector
    .received()
    .map(parseLine)
    .filter((line) => line !== undefined);
const localText = () =>
  readFileSync(join(client.workstation.root, 'user-data', 'audit', 'audit.jsonl'), 'utf8');

describe('the collector', () => {
  it('has the whole log from the first start on, each line with computer, user and run', async () => {
    await expect
      .poll(() => received().map((line) => line.event), { timeout: 20_000 })
      .toContain('connection');
    const lines = received();
    expect(lines.map((line) => line.event)).toEqual(
      expect.arrayContaining([
        'app.started',
        'policy.activated',
        'consent.accepted',
        'pin.accepted',
        'card.signed',
      ]),
    );
    const checker = new ChainChecker();
    for (const row of collector.received()) checker.add(row);
    expect(checker.report()).toMatchObject({ chains: 1, complete: 1, findings: [] });
    const connected = lines.find(({ event, outcome }) => event === 'connection' && outcome === 'success');
    expect(connected).toMatchObject({ machine: machineIdOf(ALICE.account), user: ALICE.upn });
    expect(new Set(lines.map((line) => line.session)).size).toBe(1);
    expect(connected?.time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/u);
  });

  it('never gets a message, a PIN or a key', async () => {
    await client.chat.open(NAMES[BOB.account] ?? BOB.account);
    await client.chat.send(NAMES[BOB.account] ?? BOB.account, CANARY);
    await client.chat.message(CANARY).waitFor();
    const before = received().length;
    await client.workstation.reader().remove();
    await expect.poll(() => localText(), { timeout: 20_000 }).toContain('card.removed');
    const everything = `${localText()}\n${collector.received().join('\n')}`;
    expect(before).toBeGreaterThan(0);
    for (const secret of [
      CANARY,
      client.workstation.pin,
      Buffer.from(stage.site.lockMaster).toString('base64'),
    ]) {
      expect(everything).not.toContain(secret);
    }
  });
});
