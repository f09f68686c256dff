/** The console's command line over real TLS, with a key in a file and with a card: does what the page does, and no more. */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openscModule, pinOf } from '../../build/site/analysts.ts';
import { type CardService, startCardService } from '../../build/site/pcscd.ts';
import { type ConsoleBeside, STAFF, startConsoleBeside } from '../support/console-site.ts';
import { startTestSite, type TestSite, testUser } from '../support/prosody-site.ts';

let xmpp: TestSite;
let site: ConsoleBeside;

beforeAll(async () => {
  xmpp = await startTestSite({
    users: [testUser('bob', 1), ...STAFF],
    epochs: [1],
    prosody: { accounts: [{ account: 'bob', upn: '1000000001@mil' }], machines: [{ kid: 'WS-1' }] },
  });
  site = await startConsoleBeside(xmpp);
});
afterAll(async () => {
  await site?.stop();
  await xmpp?.stop();
});

describe('the command line', () => {
  async function admin(id: string, ...args: readonly string[]) {
    const files = xmpp.pki.cards[id]?.slots['9a'];
    const config = join(xmpp.directory, `admin-${id}.json`);
    writeFileSync(
      config,
      JSON.stringify({
        format: 'sallyport.admin/1',
        url: site.console.origin,
        ca: xmpp.pki.ca.root.certificate,
        ...files,
      }),
    );
    return new Promise<{ code: number; out: string; err: string }>((done) => {
      execFile(process.execPath, [site.console.admin, '--config', config, ...args], (error, out, err) =>
        done({ code: error === null ? 0 : Number(error.code), out, err }),
      );
    });
  }

  it('does what the page does, with the same roles, and says when a second person is asked', async () => {
    expect(JSON.parse((await admin('abel', 'switch', 'show')).out)).toMatchObject({ service: 'on' });
    const off = [
      'switch',
      'set',
      '--kind',
      'service',
      '--name',
      'all',
      '--position',
      'off',
      '--reason',
      'test',
    ];
    expect(await admin('abel', ...off)).toMatchObject({
      code: 1,
      err: expect.stringContaining('wrong-role'),
    });
    const kept = await admin('oakes', ...off);
    expect(kept.code).toBe(3);
    const { approval } = JSON.parse(kept.out);
    expect((await admin('oakes', 'approvals', 'reject', '--id', approval.id)).code).toBe(0);
    expect((await admin('oakes', 'switch')).code).toBe(2);
    expect((await admin('abel', '--help')).out).toContain('files release --id ID --reason REASON');
  });
});

describe('the command line with the card', () => {
  let cards: CardService;
  const PIN = '77777777';
  beforeAll(async () => {
    const card = xmpp.pki.cards.oakes;
    if (card === undefined) throw new Error('no card of oakes');
    const directory = join(xmpp.directory, 'card-service');
    cards = await startCardService({ directory, readers: [{ name: 'desk', card: card.directory }] });
  });
  afterAll(() => cards?.stop());

  function settings(changes: Readonly<Record<string, unknown>> = {}): string {
    const config = join(xmpp.directory, 'admin-card.json');
    const { path: module, sha256 } = openscModule();
    const { ca, server } = xmpp.pki;
    const good = {
      format: 'sallyport.admin/1',
      url: site.console.origin,
      ca: ca.root.certificate,
      pins: [pinOf(server.good.certificate)],
      card: { module, sha256 },
    };
    writeFileSync(config, JSON.stringify({ ...good, ...changes }));
    return config;
  }
  function admin(config: string, pin: string, ...args: readonly string[]) {
    const pinFile = join(xmpp.directory, 'pin');
    writeFileSync(pinFile, `${pin}\n`, { mode: 0o600 });
    const words = [site.console.admin, '--config', config, '--pin-file', pinFile, ...args];
    const env = { ...process.env, ...cards.environment };
    return new Promise<{ code: number; out: string; err: string }>((done) => {
      execFile(process.execPath, words, { env }, (error, out, err) =>
        done({ code: error === null ? 0 : Number(error.code), out, err }),
      );
    });
  }

  it('does what the page does; the key stays on the card, which signs each connection', async () => {
    const shown = await admin(settings(), PIN, 'switch', 'show');
    expect(shown).toMatchObject({ code: 0, err: '' });
    expect(JSON.parse(shown.out)).toMatchObject({ service: 'on' });
    const off = ['--kind', 'user', '--name', 'bob', '--position', 'off', '--reason', 'card reported lost'];
    expect(await admin(settings(), PIN, 'switch', 'set', ...off)).toMatchObject({ code: 0, err: '' });
    expect(site.audit()).toContainEqual(
      expect.objectContaining({ event: 'console.switch.set', user: 'oakes' }),
    );
    const on = ['--kind', 'user', '--name', 'bob', '--position', 'on', '--reason', 'found'];
    expect(await admin(settings(), PIN, 'switch', 'set', ...on)).toMatchObject({ code: 0, err: '' });
    // What is refused is refused with the card, too.
    const chain = await admin(settings(), PIN, 'records', 'chain', '--source', 'console');
    expect(chain).toMatchObject({ code: 1, err: expect.stringContaining('wrong-role') });
  });

  it('tries a wrong PIN once, and shows it to nobody', async () => {
    const tries = async () => (await cards.reader('desk').state()).triesLeft;
    const before = await tries();
    const wrong = await admin(settings(), '11111111', 'switch', 'show');
    expect(wrong).toMatchObject({ code: 1, out: '', err: expect.stringContaining('PIN_INCORRECT') });
    expect(wrong.err).not.toContain('11111111');
    expect(await tries()).toBe(before - 1);
    expect((await admin(settings(), PIN, 'switch', 'show')).code).toBe(0);
    expect(await tries()).toBe(before);
  });

  it.each([
    [
      'another module than was approved',
      () => ({ card: { module: openscModule().path, sha256: '0'.repeat(64) } }),
      'MODULE_HASH_MISMATCH',
    ],
    ['another console’s key', () => ({ pins: [pinOf(xmpp.pki.ca.root.certificate)] }), 'TLS_PIN_MISMATCH'],
    ['another authority', () => ({ ca: xmpp.pki.ca.other.certificate }), 'TLS_UNTRUSTED_CHAIN'],
    ['no pin', () => ({ pins: [] }), '/pins is missing'],
    [
      'somebody else’s certificate',
      () => ({ card: { module: openscModule().path, sha256: openscModule().sha256, upn: '9@mil' } }),
      'CERTIFICATE_NOT_FOUND',
    ],
    ['a key in a file as well', () => ({ key: '/k' }), 'either /card'],
  ])('with %s does nothing', async (_what, changes, code) => {
    const refused = await admin(settings(changes()), PIN, 'switch', 'show');
    expect(refused).toMatchObject({ code: 1, out: '', err: expect.stringContaining(code) });
  });
});
