import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkAuditText } from '../../audit/index.ts';
import type { AuditRecord } from '../../shared/session-contract.ts';
import { AuditLog, type AuditLogOptions } from './audit-log.ts';

const record = (event: string, detail: AuditRecord['detail'] = {}): AuditRecord => ({
  event,
  outcome: 'success',
  detail,
});

describe('AuditLog', () => {
  let directory: string;
  const opened: AuditLog[] = [];
  const current = () => join(directory, 'audit.jsonl');
  const read = (name = 'audit.jsonl') => checkAuditText(readFileSync(join(directory, name), 'utf8'));
  const open = (more: Partial<AuditLogOptions> = {}) => {
    const log = new AuditLog({
      directory,
      context: () => ({ machine: 'WS-1', user: '1000000001@mil', session: 'run' }),
      now: () => Date.UTC(2026, 10, 22, 10),
      ...more,
    });
    opened.push(log);
    return log;
  };

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'audit-'));
  });
  afterEach(() => {
    for (const log of opened.splice(0)) log.close();
    rmSync(directory, { recursive: true });
  });

  it('numbers and chains its lines, also over a restart, in files that are private', () => {
    const first = open();
    first.append(record('a', { x: 1 }));
    first.append(record('b'));
    first.close();
    open().append(record('c'));
    const { lines, brokenAt } = read();
    expect(brokenAt).toBeUndefined();
    expect(lines.map((line) => [line.seq, line.event])).toEqual([
      [1, 'a'],
      [2, 'b'],
      [3, 'c'],
    ]);
    expect(lines[0]).toMatchObject({
      time: '2026-11-22T10:00:00.000Z',
      machine: 'WS-1',
      user: '1000000001@mil',
      session: 'run',
      detail: { x: 1 },
      prev: '0'.repeat(64),
    });
    expect(lines[2]?.prev).toBe(lines[1]?.hash);
    expect(statSync(current()).mode & 0o077).toBe(0);
  });

  it.each([
    ['a changed line', (text: string) => text.replace('"event":"b"', '"event":"B"')],
    [
      'a line taken out',
      (text: string) =>
        text
          .split('\n')
          .filter((_, index) => index !== 1)
          .join('\n'),
    ],
    [
      'lines swapped',
      (text: string) => text.split('\n').sort().reverse().join('\n').trimStart().concat('\n'),
    ],
    ['a line that is no JSON', (text: string) => text.replace(/^\{/, '!')],
    ['a line that is null', (text: string) => `null\n${text}`],
  ])('notices %s at the next start', (_name, change) => {
    const log = open();
    for (const event of ['a', 'b', 'c']) log.append(record(event));
    log.close();
    writeFileSync(current(), change(readFileSync(current(), 'utf8')));
    open();
    expect(read().lines.at(-1)?.event).toBe('audit.chain-broken');
  });

  it('cuts a line that a crash tore and records the cut', () => {
    const log = open();
    log.append(record('a'));
    log.close();
    appendFileSync(current(), '{"seq":2,"time":"20');
    open();
    const { lines, brokenAt } = read();
    expect(brokenAt).toBeUndefined();
    expect(lines.map((line) => line.event)).toEqual(['a', 'audit.torn-line']);
  });

  it('cuts at the right octet in a file that is no UTF-8, and still says that the chain is broken', () => {
    const log = open();
    for (const event of ['a', 'b', 'c']) log.append(record(event));
    log.close();
    const bytes = readFileSync(current());
    bytes.fill(0xff, 10, 40);
    writeFileSync(current(), Buffer.concat([bytes, Buffer.from([0x7b, 0xc3])]));
    open().append(record('d'));
    const { lines } = read();
    expect(lines.map((line) => line.event)).toEqual(['b', 'c', 'audit.torn-line', 'audit.chain-broken', 'd']);
    expect(readFileSync(current()).includes(0)).toBe(false);
  });

  it('keeps within its bound and chains over rotated files', () => {
    const log = open({ maxBytes: 1_000, keptFiles: 2 });
    for (let count = 0; count < 40; count++) log.append(record('event', { count }));
    expect(readdirSync(directory).sort()).toEqual(['audit.1.jsonl', 'audit.2.jsonl', 'audit.jsonl']);
    for (const name of readdirSync(directory))
      expect(statSync(join(directory, name)).size).toBeLessThan(1_700);
    const [old, fresh] = [read('audit.1.jsonl'), read()];
    expect([old.brokenAt, fresh.brokenAt]).toEqual([undefined, undefined]);
    expect(fresh.lines[0]?.prev).toBe(old.lines.at(-1)?.hash);
    expect(fresh.lines.at(-1)?.seq).toBe(40);
  });

  it('goes on with the chain when it was ended just after a rotation', () => {
    const log = open({ maxBytes: 100 });
    log.append(record('a'));
    log.append(record('b'));
    log.close();
    rmSync(current());
    open().append(record('c'));
    expect(read().lines[0]?.seq).toBe(2);
  });

  it('bounds what it is given', () => {
    const many = Object.fromEntries(
      Array.from({ length: 100 }, (_, index) => [`k${index}`, 'x'.repeat(5_000)]),
    );
    open().append({ event: 'e'.repeat(1_000), outcome: 'failure', detail: many });
    const { lines, brokenAt } = read();
    expect(brokenAt).toBeUndefined();
    expect(readFileSync(current()).length).toBeLessThan(20_000);
    expect(lines[0]?.event).toHaveLength(64);
  });

  it('cannot be made to write two lines by one record', () => {
    open().append(record('a\n{"seq":2}', { x: 'b\nc' }));
    expect(read().lines).toHaveLength(1);
  });

  it('leaves nothing of a line that the disk took half of: the next one is whole', () => {
    const log = open();
    log.append(record('a'));
    const fileSize = (limit: string) =>
      execFileSync('prlimit', ['--pid', String(process.pid), `--fsize=${limit}:`]);
    fileSize(String(statSync(current()).size + 100));
    try {
      expect(() => log.append(record('b'))).toThrow('AUDIT_UNAVAILABLE');
    } finally {
      fileSize('unlimited');
    }
    log.append(record('c'));
    const { lines, brokenAt } = read();
    expect(brokenAt).toBeUndefined();
    expect(lines.map(({ seq, event }) => [seq, event])).toEqual([
      [1, 'a'],
      [2, 'c'],
    ]);
  });

  it('goes on with the chain once a rotation succeeds that failed before, and not after its end', () => {
    const log = open({ maxBytes: 400, keptFiles: 1 });
    // Nothing that can be deleted in the place of the rotated file.
    mkdirSync(join(directory, 'audit.1.jsonl'));
    const events: string[] = [];
    for (let n = 0; events.length < 2 && n < 50; n += 1) {
      try {
        log.append(record(`e${n}`));
      } catch {
        events.push(`e${n}`);
      }
    }
    expect(events).toHaveLength(2);
    rmSync(join(directory, 'audit.1.jsonl'), { recursive: true });
    log.append(record('after'));
    const { lines } = checkAuditText(
      readFileSync(join(directory, 'audit.1.jsonl'), 'utf8') + readFileSync(current(), 'utf8'),
    );
    expect(lines.at(-1)?.event).toBe('after');
    expect(lines.map(({ seq }) => seq)).toEqual(lines.map((_, index) => index + 1));
    log.close();
    expect(() => log.append(record('late'))).toThrow('AUDIT_UNAVAILABLE');
  });

  it('says AUDIT_UNAVAILABLE where it cannot write, at start and later', () => {
    writeFileSync(join(directory, 'file'), '');
    expect(() => open({ directory: join(directory, 'file') })).toThrow('AUDIT_UNAVAILABLE');
    const log = open();
    log.close();
    expect(() => log.append(record('a'))).toThrow('AUDIT_UNAVAILABLE');
    expect(existsSync(current())).toBe(true);
  });

  it('refuses a file that it cannot have written', () => {
    writeFileSync(current(), 'x'.repeat(5_000));
    expect(() => open({ maxBytes: 1_000 })).toThrow('AUDIT_UNAVAILABLE');
  });

  describe('with a collector', () => {
    const fill = (log: AuditLog, count: number) => {
      for (let index = 0; index < count; index++) log.append(record('event', { index }));
    };

    it('keeps what the collector does not have, and stops when there is no more room', () => {
      const log = open({ maxBytes: 1_000, keptFiles: 2 });
      log.spool({ bytes: 3_000, sentSeq: () => 0, stopWhenFull: true }, () => undefined);
      expect(() => fill(log, 60)).toThrow('AUDIT_SPOOL_FULL');
      expect(() => log.append(record('later'))).toThrow('AUDIT_SPOOL_FULL');
      const kept = readdirSync(directory).length;
      expect(kept).toBe(6);
      expect(read(`audit.${kept - 1}.jsonl`).lines[0]?.seq).toBe(1);
    });

    it('goes on as soon as the collector has the oldest lines', () => {
      let sent = 0;
      const log = open({ maxBytes: 1_000, keptFiles: 2 });
      log.spool({ bytes: 3_000, sentSeq: () => sent, stopWhenFull: true }, () => undefined);
      expect(() => fill(log, 60)).toThrow('AUDIT_SPOOL_FULL');
      sent = read('audit.5.jsonl').lines.at(-1)?.seq ?? 0;
      log.append(record('again'));
      expect(read().lines.at(-1)?.event).toBe('again');
    });

    it('gives up the oldest lines where the policy does not stop, and never the order', () => {
      const log = open({ maxBytes: 1_000, keptFiles: 2 });
      log.spool({ bytes: 3_000, sentSeq: () => 0, stopWhenFull: false }, () => undefined);
      fill(log, 60);
      expect(readdirSync(directory)).toHaveLength(4);
      expect(read().lines.at(-1)?.seq).toBe(60);
    });

    it('tells of each line after it is on the disk', () => {
      const seen: number[] = [];
      const log = open();
      log.spool({ bytes: 1_048_576, sentSeq: () => 0, stopWhenFull: true }, () =>
        seen.push(read().lines.length),
      );
      fill(log, 3);
      expect(seen).toEqual([1, 2, 3]);
    });
  });
});
