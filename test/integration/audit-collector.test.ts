/** The audit log on its way to a real collector: rsyslog over mutual TLS, stopped and started in between. */
import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Collector, startCollector } from '../../build/site/rsyslog.ts';
import { ChainChecker, checkAuditText } from '../../src/audit/index.ts';
import { AuditLog } from '../../src/main/audit/audit-log.ts';
import { AuditForwarder } from '../../src/main/audit/forwarder.ts';
import { AuditLink } from '../../src/session/audit-link.ts';
import type { AuditRecord } from '../../src/shared/session-contract.ts';
import { connectTls } from '../../src/tls/index.ts';
import { startTlsFixture, type TlsFixture } from '../support/tls-fixture.ts';

let fixture: TlsFixture;
let collector: Collector;
let directory: string;
const ends: (() => void)[] = [];

beforeAll(async () => {
  fixture = await startTlsFixture();
}, 120_000);
afterAll(() => fixture.stop());
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'sallyport-audit-'));
  chmodSync(directory, 0o711);
  collector = await startCollector({ directory: join(directory, 'collector'), pki: fixture.pki });
});
afterEach(async () => {
  for (const end of ends.splice(0)) end();
  await collector.stop();
  rmSync(directory, { recursive: true, force: true });
});

const auditDirectory = () => join(directory, 'audit');
const position = () => join(directory, 'audit-sent');

/** One run of the program: the log, the forwarder and the link of the session process. */
async function run(options: { readonly trusted?: boolean } = {}) {
  const said: AuditRecord[] = [];
  const log = new AuditLog({
    directory: auditDirectory(),
    context: () => ({ machine: 'WS-0142', user: '1000000001@mil', session: 'run' }),
    maxBytes: 8_192,
  });
  const link = new AuditLink({
    connect: (signal) =>
      connectTls(
        fixture.options(collector.port, {
          host: 'localhost',
          serverName: 'localhost',
          ...(options.trusted === false ? { pins: [fixture.pin(fixture.pki.server['other-ca'])] } : {}),
        }),
        signal,
      ),
    onSent: (seq) => forwarder.sent(seq),
    audit: (record) => said.push(record),
    random: () => 0,
    settleMs: 150,
  });
  const forwarder = new AuditForwarder({
    directory: auditDirectory(),
    positionFile: position(),
    send: (lines) => link.send(lines),
    audit: (record) => log.append(record),
  });
  await forwarder.open();
  log.spool({ bytes: 1_048_576, sentSeq: () => forwarder.sentSeq, stopWhenFull: true }, () =>
    forwarder.wake(),
  );
  forwarder.ready();
  const end = async (): Promise<void> => {
    forwarder.gone();
    link.close();
    await forwarder.settled;
    log.close();
  };
  ends.push(() => void end());
  const write = (count: number, event = 'event'): void => {
    for (let index = 0; index < count; index++) log.append({ event, outcome: 'success', detail: { index } });
  };
  return { log, forwarder, write, said, end };
}

function check() {
  const checker = new ChainChecker();
  for (const row of collector.received()) checker.add(row);
  return checker.report();
}

describe('the collector', () => {
  it('gets every line, whole and in order, over rotated files', async () => {
    const { write } = await run();
    write(120);
    await expect
      .poll(() => check(), { timeout: 15_000 })
      .toMatchObject({ lines: 120, complete: 1, findings: [] });
    write(5, 'later');
    await expect.poll(() => check().lines, { timeout: 15_000 }).toBe(125);
    const { lines } = checkAuditText(`${collector.received().join('\n')}\n`);
    expect(lines.at(-1)).toMatchObject({
      event: 'later',
      machine: 'WS-0142',
      user: '1000000001@mil',
      session: 'run',
    });
  });

  it('gets what was written while it was away, and the log says that it was', async () => {
    const { write, said } = await run();
    write(3);
    await expect.poll(() => check().lines, { timeout: 15_000 }).toBe(3);
    await collector.stop();
    write(40);
    await expect
      .poll(() => said, { timeout: 15_000 })
      .toMatchObject([{ event: 'collector', outcome: 'failure' }]);
    await collector.start();
    await expect.poll(() => check().lines, { timeout: 20_000 }).toBe(43);
    expect(check()).toMatchObject({ complete: 1, findings: [] });
    await expect.poll(() => said.at(-1)?.outcome, { timeout: 15_000 }).toBe('success');
  });

  it('gets the rest after the program was ended in the middle, and nothing is missing', async () => {
    const first = await run();
    first.write(60);
    await expect.poll(() => first.forwarder.sentSeq, { timeout: 15_000 }).toBe(60);
    first.write(30);
    await first.end();
    const second = await run();
    second.write(10);
    await expect.poll(() => check().lines, { timeout: 15_000 }).toBe(100);
    expect(check()).toMatchObject({ chains: 1, complete: 1, findings: [] });
    await expect
      .poll(() => existsSync(position()) && readFileSync(position(), 'utf8'))
      .toMatch(/^100 [0-9a-f]{64}\n$/);
  });

  it('gets everything again when the position is lost, which does no harm', async () => {
    const first = await run();
    first.write(20);
    await expect.poll(() => first.forwarder.sentSeq, { timeout: 15_000 }).toBe(20);
    await first.end();
    writeFileSync(position(), 'nonsense');
    (await run()).write(1);
    await expect
      .poll(() => check(), { timeout: 15_000 })
      .toMatchObject({ lines: 21, repeated: 20, findings: [] });
  });

  it.each([
    ['shorter', 3],
    ['longer', 30],
  ])(
    'gets everything of a log that begins anew because it was deleted, when it is %s than before',
    async (_, count) => {
      const first = await run();
      first.write(20);
      await expect.poll(() => first.forwarder.sentSeq, { timeout: 15_000 }).toBe(20);
      await first.end();
      rmSync(auditDirectory(), { recursive: true });
      // The program ran without a collector in between.
      const between = new AuditLog({
        directory: auditDirectory(),
        context: () => ({ machine: 'WS-0142', user: '1000000001@mil', session: 'anew' }),
      });
      for (let index = 0; index < count; index++)
        between.append({ event: 'anew', outcome: 'success', detail: { index } });
      between.close();
      await run();
      await expect
        .poll(() => check(), { timeout: 15_000 })
        .toMatchObject({ lines: 20 + count, chains: 2, complete: 2, findings: [] });
    },
  );

  it('that is not the approved one gets nothing', async () => {
    const { write, said } = await run({ trusted: false });
    write(3);
    await expect
      .poll(() => said, { timeout: 15_000 })
      .toMatchObject([{ detail: { code: 'TLS_PIN_MISMATCH' } }]);
    expect(collector.received()).toEqual([]);
  });
});

describe('sallyport-audit verify', () => {
  const COMMAND = join(import.meta.dirname, '../../out/cli/sallyport-audit.cjs');
  const verify = (...args: string[]): Promise<{ readonly code: number; readonly out: string }> =>
    new Promise((done) => {
      execFile(process.execPath, [COMMAND, 'verify', ...args], (error, out) =>
        done({ code: error === null ? 0 : Number(error.code), out }),
      );
    });

  it('judges the client’s directory and the collector’s file, and tells the same last hash', async () => {
    const { write } = await run();
    write(120);
    await expect.poll(() => check().lines, { timeout: 15_000 }).toBe(120);
    const [local, remote] = await Promise.all([
      verify('--json', auditDirectory()),
      verify('--json', join(directory, 'collector', 'received.jsonl')),
    ]);
    expect([local.code, remote.code]).toEqual([0, 0]);
    expect(JSON.parse(local.out)).toMatchObject({ lines: 120, complete: 1 });
    expect(JSON.parse(local.out).heads).toEqual(JSON.parse(remote.out).heads);
  });

  it('says where a log was tampered with, by exit code and sentence', async () => {
    const { write, end } = await run();
    write(5);
    await end();
    const file = join(auditDirectory(), 'audit.jsonl');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"index":2', '"index":7'));
    const { code, out } = await verify(auditDirectory());
    expect(code).toBe(1);
    expect(out).toContain('number 3 of WS-0142: the line was changed after it was written');
  });

  it('shows nothing that steers a terminal of what somebody else wrote into a line', async () => {
    const { write, end } = await run();
    write(2);
    await end();
    const file = join(auditDirectory(), 'audit.jsonl');
    const machine = `\\u001b]0;owned\\u0007\\u202e${'M'.repeat(300)}`;
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll('WS-0142', machine));
    const { code, out } = await verify(auditDirectory());
    expect(code).toBe(1);
    expect(out).toContain('of ]0;ownedMMM');
    expect(out).not.toMatch(/[^\P{Cc}\n]|\p{Cf}|M{200}/u);
  });

  it('ends with 4 for what cannot be read and 2 for a wrong command line', async () => {
    expect((await verify(join(directory, 'nothing'))).code).toBe(4);
    expect((await verify()).code).toBe(2);
  });
});
