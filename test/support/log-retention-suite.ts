/** What the server kit's tool deletes of the logs, and what it keeps, in the directory of a site's server. */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ProsodyServer } from '../../build/site/prosody.ts';
import { DOMAIN } from './prosody-site.ts';
import { serverTool } from './server-tool.ts';

const ALICE = `alice@${DOMAIN}`;
const BOB = `bob@${DOMAIN}`;
const DAY_MS = 86_400_000;

/** Defines the tests. @param server the one that runs */
export function testRetention(server: () => ProsodyServer): void {
  describe('retention', () => {
    const old = (days: number) => new Date(Date.now() - days * DAY_MS).toISOString();
    const file = (kind: string, days: number) =>
      join(server().logDirectory, `${kind}-${old(days).slice(0, 10)}.ndjson`);
    const line = (days: number, fields: object) => `${JSON.stringify({ time: old(days), ...fields })}\n`;

    it('deletes what is old, keeps what is on hold, what is younger and what is not a log', async () => {
      writeFileSync(
        file('messages', 40),
        line(40, { type: 'chat', from: ALICE, to: BOB, body: 'held' }) +
          line(40, { type: 'chat', from: `carol@${DOMAIN}`, to: `dave@${DOMAIN}`, body: 'gone' }) +
          '{"time":"half',
        { mode: 0o600 },
      );
      writeFileSync(
        file('messages', 41),
        line(41, { type: 'chat', from: `carol@${DOMAIN}`, to: `dave@${DOMAIN}`, body: 'gone too' }),
      );
      writeFileSync(file('messages', 20), line(20, { type: 'chat', from: ALICE, to: BOB, body: 'young' }));
      writeFileSync(file('audit', 40), line(40, { event: 'sign-in.accepted', user: ALICE }));
      writeFileSync(join(server().logDirectory, 'notes-2001-01-01.ndjson'), 'mine\n');
      const keeping = serverTool(server(), {
        retention: { messageDays: 30, auditDays: 365, holdUsers: ['bob'], holdRooms: [] },
      });
      const before = readdirSync(server().logDirectory);
      const dry = await keeping.run('retention', '--dry-run');
      expect(dry.out).toContain('Would delete 2 records, 1 whole files; 2 records are on hold');
      expect(readdirSync(server().logDirectory)).toEqual(before);
      expect((await keeping.run('retention')).out).toContain('Deleted 2 records, 1 whole files');
      expect(readFileSync(file('messages', 40), 'utf8')).toContain('held');
      expect(readFileSync(file('messages', 40), 'utf8')).toContain('half');
      expect(readFileSync(file('messages', 40), 'utf8')).not.toContain('gone');
      expect(statSync(file('messages', 40)).mode & 0o777).toBe(0o600);
      const names = readdirSync(server().logDirectory);
      expect(names).not.toContain(file('messages', 41).split('/').at(-1));
      for (const kept of [file('messages', 20), file('audit', 40)])
        expect(names).toContain(kept.split('/').at(-1));
      expect(names).toContain('notes-2001-01-01.ndjson');
      const unheld = serverTool(server(), { retention: { messageDays: 30, auditDays: 365 } });
      expect((await unheld.run('retention')).code).toBe(0);
      expect(readdirSync(server().logDirectory)).not.toContain(file('messages', 40).split('/').at(-1));
    });

    it.each([0, -1, 1.5, '30', null])('does nothing with messageDays %j', async (messageDays) => {
      const broken = serverTool(server(), { retention: { messageDays, auditDays: 365 } });
      const { code, err } = await broken.run('retention');
      expect(code).toBe(1);
      expect(err).toContain('retention.messageDays');
      serverTool(server());
    });
  });
}
