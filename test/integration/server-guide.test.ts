/**
 * docs/guide-server.md and docs/guide-server-ejabberd.md as an administrator works through them: every `sh` block runs in one
 * shell, as an ordinary user, in a directory of its own; in the middle the product's own session code signs in, and files
 * pass the gate. What a `text` block shows is in the output of the block before it.
 */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packagesOf, readGuide } from '../support/guide.ts';
import { type Answer, type GuideSite, INFECTED, startGuideSite } from '../support/guide-site.ts';
import { DOMAIN } from '../support/prosody-site.ts';

const PACKAGES = resolve(import.meta.dirname, '../../build/lib/debian-packages.json');
/** What `text` blocks of this section show was made by what happens before it. */
const DAILY_WORK = '9. Daily work';
const CLEAN = Buffer.from('all quiet on the western front\n');

describe.each([
  ['guide-server.md', 'tls-exporter', 'prosody'],
  ['guide-server-ejabberd.md', 'tls-server-end-point', 'ejabberd'],
] as const)('docs/%s', (page, binding, engine) => {
  const guide = readGuide(page);
  const { blocks } = guide;
  let site: GuideSite;
  let outcome = '';
  let clean: { readonly put: number; readonly got: Answer };
  let infected: typeof clean;

  beforeAll(async () => {
    site = await startGuideSite(binding);
    const firstAfter = blocks.findIndex(({ title }) => title === DAILY_WORK);
    await site.shell.feed(blocks.slice(0, firstAfter));
    outcome = await site.signIn();
    await site.sendMessage();
    clean = await site.sendFile('report.txt', CLEAN);
    infected = await site.sendFile('eicar.txt', INFECTED);
    await site.shell.feed(blocks.slice(firstAfter));
  });
  afterAll(() => site?.stop());

  it('brings up a server that the product signs in to', () => {
    expect(outcome).toMatch(new RegExp(`^online alice@${DOMAIN}/desk`));
  });

  it('brings up a gate that gives out a clean file and holds an infected one', () => {
    expect(clean).toEqual({ put: 201, got: { status: 200, body: CLEAN.toString() } });
    expect([infected.put, infected.got.status]).toEqual([201, 403]);
    expect(JSON.parse(infected.got.body)).toMatchObject({ verdict: 'quarantined' });
  });

  it.each(
    blocks.map((block, index) => [`${block.page}, ${block.title} (${index + 1})`, block, index] as const),
  )('%s', (_title, block, index) => {
    const { code, text } = site.shell.result(index) ?? { code: -1, text: '' };
    expect(text).not.toContain('failed with');
    expect(code, text).toBe(0);
    for (const line of block.shows) expect(text).toContain(line);
  });

  it('leaves nothing running, and prints no secret', () => {
    expect(existsSync(site.at(`run/${engine}.pid`))).toBe(false);
    expect(existsSync(site.at('gate-run/admin.sock'))).toBe(false);
    expect(site.shell.output).not.toContain(site.slapd.bindPassword);
    expect(site.shell.output).not.toContain(readFileSync(site.at('gate-etc/slot-secret'), 'utf8'));
  });

  it('installs only packages that the tests use too', () => {
    const known = readFileSync(PACKAGES, 'utf8');
    const installed = packagesOf(guide);
    expect(installed.length).toBeGreaterThan(5);
    // every Debian has tar; nodejs is what runs this
    for (const name of installed.filter((found) => found !== 'tar' && found !== 'nodejs')) {
      expect(known).toContain(`"${name}"`);
    }
  });
});
