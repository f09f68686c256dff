/** The client's half of files: two sessions, a real Prosody, the real gate and clamd; and gates that are not what they should be. */
import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Clamd, EICAR, SIGNATURES, startClamd } from '../../build/site/clamd.ts';
import { type FileGate, startFileGate } from '../../build/site/file-gate.ts';
import type { SharedFile } from '../../src/shared/file-contract.ts';
import type { BareJid } from '../../src/shared/jid.ts';
import { stopTlsWorkers } from '../../src/tls/index.ts';
import { bundleTlsWorker } from '../support/bundle-worker.ts';
import { FileSession } from '../support/file-session.ts';
import { guardPolicy } from '../support/guard-policy.ts';
import { type LyingGate, startLyingGate } from '../support/lying-gate.ts';
import { freePort } from '../support/openssl-server.ts';
import { startTestSite, type TestSite, testUser } from '../support/prosody-site.ts';
import { Analyst, until } from '../support/xmpp-analyst.ts';

const USERS = [testUser('alice', 1), testUser('bob', 2)];
const ACCOUNTS = USERS.map(({ account, upn }) => ({ account, upn }));
const SECRET = 'a secret of forty characters for the test';

let site: TestSite;
let clamd: Clamd;
let gate: FileGate;
let workerFile: string;
const ends: (() => unknown)[] = [];

beforeAll(async () => {
  workerFile = await bundleTlsWorker();
  const port = await freePort();
  site = await startTestSite({
    users: USERS,
    epochs: [4],
    prosody: {
      accounts: ACCOUNTS,
      machines: [{ kid: 'WS-1' }],
      fileGate: { baseUrl: `https://localhost:${port}/`, secret: SECRET },
    },
  });
  clamd = await startClamd({ directory: join(site.directory, 'clamd') });
  gate = await startFileGate({
    directory: join(site.directory, 'gate'),
    pki: site.pki,
    accounts: ACCOUNTS,
    secret: SECRET,
    clamd,
    port,
  });
});
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});
afterAll(async () => {
  await stopTlsWorkers();
  await gate?.stop();
  await clamd?.stop();
  await site?.stop();
});

async function session(account: string, gatePort = gate.port): Promise<FileSession> {
  const made = new FileSession({ site, account, workerFile, gatePort });
  ends.push(() => made.stop());
  await made.online();
  return made;
}

/** Random letters: a type that the gate takes and nothing compresses. */
const text = (size: number) => Buffer.from(randomBytes(size).toString('base64').slice(0, size));
const files = ({ directory }: FileSession) => readdirSync(directory);
const withFile = ({ messages }: FileSession) => messages.filter(({ file }) => file !== undefined);
const hashOf = (content: Uint8Array) => createHash('sha256').update(content).digest('base64');

/** A PNG of one pixel. */
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

describe('a picture behind a whiteboard', () => {
  it('is a file of the room, fetched from the gate when somebody asks for it, checked and logged', async () => {
    const [alice, bob] = await Promise.all([session('alice'), session('bob')]);
    const room = `map@${site.server.roomService}` as BareJid;
    for (const one of [alice, bob]) {
      expect(await one.command({ type: 'join-room', room })).toMatchObject({ ok: true });
      await until('in the room', async () => (await one.command({ type: 'open-board', room })).ok);
    }
    await alice.attach(room, 'map.png', PIXEL, { kind: 'room', mediaType: 'image/png' });
    const shared = await until('the file', () =>
      withFile(alice).find(({ file }) => file?.name === 'map.png'),
    );
    const corners = { from: { x: 0, y: 0 }, to: { x: 9999, y: 5999 } };
    const put = { type: 'put-picture', room, id: 'p', ...corners } as const;
    expect(await alice.command({ ...put, message: 'nothing' })).toMatchObject({
      ok: false,
      error: { code: 'BOARD_PICTURE' },
    });
    expect(await alice.command({ ...put, message: shared.id })).toMatchObject({ ok: true });
    const item = await until('the picture', () => [...bob.boardItems.values()][0]);
    expect(item.drawn).toMatchObject({ element: { kind: 'image', ...corners }, file: { name: 'map.png' } });
    const load = { type: 'load-picture', room, element: item.id } as const;
    const reply = await bob.command(load);
    expect(reply.ok && reply.picture && Buffer.from(reply.picture).equals(PIXEL)).toBe(true);
    expect(
      bob.audit.filter(({ event, outcome }) => event === 'file-download' && outcome === 'success'),
    ).toHaveLength(1);
    expect(await bob.command({ ...load, element: 'another' })).toMatchObject({ ok: false });
  });
});

describe('a file that is clean', () => {
  let alice: FileSession;
  let bob: FileSession;
  beforeEach(async () => {
    [alice, bob] = await Promise.all([session('alice'), session('bob')]);
  });

  it('arrives, is announced once, and is saved as it was sent', async () => {
    const content = text(3_000_001);
    const id = await alice.attach(bob.jid, 'Lage \u202e Süd.txt', content);
    const arrived = await until('the message', () => withFile(bob)[0]);
    expect(arrived).toMatchObject({
      direction: 'in',
      body: 'file Lage Süd.txt (2.9 MiB)',
      file: { name: 'Lage Süd.txt', size: content.length, sha256: hashOf(content) },
    });
    expect(alice.transfers.has(id)).toBe(false);
    expect(alice.states).toEqual(expect.arrayContaining(['uploading', 'scanning']));
    expect(withFile(alice)).toHaveLength(1);
    const saved = await bob.save(alice.jid, arrived.id);
    expect(saved).toMatchObject({ state: 'saved', savedAs: 'Lage Süd.txt', done: content.length });
    const path = join(bob.directory, 'Lage Süd.txt');
    expect(readFileSync(path).equals(content)).toBe(true);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    // Once more: beside the first, not over it.
    expect(await bob.save(alice.jid, arrived.id)).toMatchObject({ savedAs: 'Lage Süd (2).txt' });
    expect(files(bob).sort()).toEqual(['Lage Süd (2).txt', 'Lage Süd.txt']);
    expect(withFile(bob)).toHaveLength(1);
    const sha256 = hashOf(content);
    const detail = { sha256, size: content.length, conversation: bob.jid, gate: 'localhost' };
    expect(alice.audit.filter(({ event }) => event.startsWith('file'))).toEqual([
      { event: 'file-upload', outcome: 'success', detail },
      { event: 'file-verdict', outcome: 'success', detail: { ...detail, verdict: 'clean' } },
    ]);
    expect(bob.audit.filter(({ event }) => event.startsWith('file')).slice(0, 2)).toMatchObject([
      { event: 'file.saved', outcome: 'success', detail: { sha256, size: content.length, marked: true } },
      { event: 'file-download', outcome: 'success', detail: { sha256, conversation: alice.jid } },
    ]);
    expect(JSON.stringify([...alice.audit, ...bob.audit])).not.toContain('Süd');
    expect(gate.log().findLast(({ event }) => event === 'uploaded')).toMatchObject({ conversation: bob.jid });
  });

  it('goes to a room', async () => {
    const room = `files@${site.server.roomService}` as BareJid;
    for (const one of [alice, bob]) await one.command({ type: 'join-room', room });
    await until('both are in', () => [alice, bob].every(({ rooms }) => rooms.get(room) === 'joined'));
    await alice.attach(room, 'room.txt', Buffer.from('for the room'), { kind: 'room' });
    const arrived = await until('the message', () => withFile(bob)[0]);
    expect(arrived.file?.mediaType).toBe('text/plain');
    expect(await bob.save(room, arrived.id)).toMatchObject({ savedAs: 'room.txt' });
    expect(withFile(alice)).toHaveLength(1);
  });

  it('arrives beside five others that are sent at once', async () => {
    const contents = Array.from({ length: 6 }, (_, index) => text(200_000 + index));
    await Promise.all(contents.map((content, index) => alice.attach(bob.jid, `part-${index}.txt`, content)));
    await until('all of them', () => withFile(bob).length === 6);
    expect(
      withFile(bob)
        .map(({ file }) => file?.sha256)
        .sort(),
    ).toEqual(contents.map(hashOf).sort());
    await Promise.all(withFile(bob).map(({ id }) => bob.save(alice.jid, id)));
    expect(files(bob).filter((name) => name.startsWith('part-'))).toHaveLength(6);
  });
});

describe('a file that does not get through', () => {
  it('EICAR is quarantined: its sender sees why, nobody gets a message', async () => {
    const [alice, bob] = await Promise.all([session('alice'), session('bob')]);
    const id = await alice.attach(bob.jid, 'invoice.txt', Buffer.from(EICAR, 'latin1'));
    const transfer = await alice.settled(id, 'quarantined', 'failed');
    expect(transfer).toMatchObject({
      state: 'quarantined',
      error: { code: 'FILE_QUARANTINED', detail: { reason: expect.stringContaining(SIGNATURES.eicar) } },
    });
    await alice.command({ type: 'send-message', conversation: bob.jid, kind: 'contact', body: 'after' });
    await until('what was sent after it', () => bob.messages.find(({ body }) => body === 'after'));
    expect([withFile(alice), withFile(bob)]).toEqual([[], []]);
    expect(alice.audit.filter(({ event }) => event.startsWith('file'))).toMatchObject([
      { event: 'file-upload', outcome: 'success' },
      { event: 'file-verdict', outcome: 'failure', detail: { code: 'FILE_QUARANTINED' } },
    ]);
    await alice.command({ type: 'cancel-transfer', transfer: id });
    await until('it is put away', () => !alice.transfers.has(id));
  });

  it('a cut link says so, leaves no ghost, and a second try arrives once', async () => {
    const [alice, bob] = await Promise.all([session('alice'), session('bob')]);
    const content = text(4_000_000);
    const id = await alice.attach(bob.jid, 'cut.txt', content, { stopAt: 1_000_000 });
    await until('some of it is through', () => (alice.transfers.get(id)?.done ?? 0) > 500_000);
    await gate.kill();
    expect(await alice.settled(id, 'failed')).toMatchObject({ error: { code: 'FILE_GATE_UNREACHABLE' } });
    const refused = await alice.attach(bob.jid, 'cut.txt', content);
    expect(await alice.settled(refused, 'failed')).toMatchObject({
      error: { code: 'FILE_GATE_UNREACHABLE' },
    });
    await gate.start();
    await alice.attach(bob.jid, 'cut.txt', content);
    await until('the second try', () => withFile(bob).length > 0);
    await alice.command({ type: 'send-message', conversation: bob.jid, kind: 'contact', body: 'after' });
    await until('what was sent after it', () => bob.messages.find(({ body }) => body === 'after'));
    expect([withFile(alice).length, withFile(bob).length]).toEqual([1, 1]);
  });

  it('ends when the screen locks or the user takes it back', async () => {
    const alice = await session('alice');
    const bob = 'bob@chat.example.mil' as BareJid;
    const content = text(2_000_000);
    const taken = await alice.attach(bob, 'a.bin', content, { stopAt: 200_000 });
    await until('it is under way', () => (alice.transfers.get(taken)?.done ?? 0) > 0);
    await alice.command({ type: 'cancel-transfer', transfer: taken });
    await until('it is gone', () => !alice.transfers.has(taken));
    const locked = await alice.attach(bob, 'b.bin', content, { stopAt: 200_000 });
    await until('it is under way', () => (alice.transfers.get(locked)?.done ?? 0) > 0);
    alice.suspend();
    await alice.settled(locked, 'failed');
    expect(withFile(alice)).toEqual([]);
  });

  it('a slot at another host is not used', async () => {
    let connections = 0;
    const elsewhere = await lyingGate(() => undefined);
    elsewhere.server.on('connection', () => {
      connections += 1;
    });
    // The policy's gate is another one than the server gives slots for.
    const alice = await session('alice', elsewhere.port);
    const before = gate.log().length;
    const id = await alice.attach('bob@chat.example.mil' as BareJid, 'x.bin', Buffer.from('x'));
    expect(await alice.settled(id, 'failed')).toMatchObject({ error: { code: 'FILE_SLOT_REFUSED' } });
    expect([connections, gate.log().length]).toEqual([0, before]);
  });
});

async function lyingGate(listener: RequestListener): Promise<LyingGate> {
  const made = await startLyingGate(site.pki, listener);
  ends.push(() => made.stop());
  return made;
}

describe('a gate that lies', () => {
  const promised = Buffer.from('what was announced');

  /** Alice gets a message of Bob's about a file at this gate and saves it. */
  async function saveFrom(listener: RequestListener, changes: Partial<SharedFile> = {}) {
    const { port } = await lyingGate((request, response) => {
      response.setHeader('content-disposition', "attachment; filename*=UTF-8''plan.pdf");
      listener(request, response);
    });
    const alice = await session('alice', port);
    const { domain } = site.server;
    const fileGate = { host: 'localhost', port, path: '/', maximumBytes: 10_000_000, types: [] };
    const bob = new Analyst(site, 'bob', { policy: guardPolicy(domain, [], { fileGate }) });
    await bob.connect();
    ends.push(() => bob.client.disconnect());
    bob.client.sendMessage(alice.jid, 'file', undefined, {
      name: 'plan.pdf',
      mediaType: 'application/pdf',
      size: promised.length,
      sha256: hashOf(promised),
      url: `https://localhost:${port}/a/plan.pdf`,
      ...changes,
    });
    const arrived = await until('the message', () => withFile(alice)[0]);
    const transfer = await alice.save(bob.jid, arrived.id);
    return { alice, transfer };
  }

  it('is believed when it tells the truth', async () => {
    const { alice, transfer } = await saveFrom((_request, response) => response.end(promised));
    expect(transfer).toMatchObject({ state: 'saved', savedAs: 'plan.pdf' });
    expect(files(alice)).toContain('plan.pdf');
  });

  it.each<readonly [string, string, RequestListener]>([
    [
      'other bytes of the same size',
      'FILE_HASH_MISMATCH',
      (_request, response) => response.end(Buffer.from('what was AnnounceD')),
    ],
    ['too few bytes', 'FILE_HASH_MISMATCH', (_request, response) => response.end(promised.subarray(1))],
    [
      'more than announced, without saying so',
      'FILE_HASH_MISMATCH',
      (_request, response) => {
        response.write(promised);
        const more = (): void => {
          while (response.writable && response.write(Buffer.alloc(65_536)));
          if (response.writable) response.once('drain', more);
        };
        more();
      },
    ],
    [
      'more than announced, and saying so',
      'FILE_HASH_MISMATCH',
      (_request, response) => response.end(Buffer.alloc(1_000_000)),
    ],
    [
      'the way to another host',
      'HTTP_REDIRECT_REFUSED',
      (_request, response) => response.writeHead(302, { location: 'https://evil.example/' }).end(),
    ],
    ['nothing', 'FILE_GONE', (_request, response) => response.writeHead(410).end()],
    [
      'a refusal',
      'FILE_WITHHELD',
      (_request, response) =>
        response
          .writeHead(403, { 'content-type': 'application/problem+json' })
          .end('{"title":"The file is held\\u202e in quarantine.","status":403}'),
    ],
    [
      'half of it',
      'FILE_GATE_UNREACHABLE',
      (_request, response) => {
        response.writeHead(200, { 'content-length': promised.length });
        response.write(promised.subarray(0, 5), () => response.destroy());
      },
    ],
    [
      'an archive instead of it',
      'HTTP_MALFORMED',
      (_request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(promised),
    ],
  ])('serves %s: %s, and nothing is on the disk', async (_name, code, listener) => {
    const before = files({ directory: join(site.directory, 'saved-alice') } as FileSession);
    const { alice, transfer } = await saveFrom(listener);
    expect(transfer).toMatchObject({ state: 'failed', error: { code } });
    expect(JSON.stringify(transfer)).not.toContain('\u202e');
    expect(files(alice)).toEqual(before);
    expect(alice.audit.at(-1)).toMatchObject({
      event: 'file-download',
      outcome: 'failure',
      detail: { code },
    });
  });

  it.each([
    ['a program', { name: 'plan.cmd' }],
    ['a program behind dots', { name: 'plan.pdf.cmd. .' }],
    ['something without an ending', { name: 'plan' }],
  ])(
    'announced as %s, it is not saved: the gate has looked at another kind of file',
    async (_name, changes) => {
      const { transfer } = await saveFrom((_request, response) => response.end(promised), changes);
      expect(transfer).toMatchObject({ state: 'failed', error: { code: 'FILE_HASH_MISMATCH' } });
    },
  );

  it('that does not say what it has looked at is not believed', async () => {
    const { transfer } = await saveFrom((_request, response) => {
      response.removeHeader('content-disposition');
      response.end(promised);
    });
    expect(transfer).toMatchObject({ state: 'failed', error: { code: 'FILE_HASH_MISMATCH' } });
  });

  it('is never asked for a file of another host: such a message does not even arrive', async () => {
    let asked = 0;
    const elsewhere = await lyingGate((_request, response) => {
      asked += 1;
      response.end(promised);
    });
    const alice = await session('alice');
    const { domain } = site.server;
    const fileGate = { host: 'localhost', port: elsewhere.port, path: '/', maximumBytes: 1_000, types: [] };
    const bob = new Analyst(site, 'bob', { policy: guardPolicy(domain, [], { fileGate }) });
    await bob.connect();
    ends.push(() => bob.client.disconnect());
    bob.client.sendMessage(alice.jid, 'file', undefined, {
      name: 'plan.pdf',
      mediaType: 'application/pdf',
      size: promised.length,
      sha256: hashOf(promised),
      url: `https://localhost:${elsewhere.port}/a/plan.pdf`,
    });
    bob.client.sendMessage(alice.jid, 'after');
    await until('what was sent after it', () => alice.messages.find(({ body }) => body === 'after'));
    expect(withFile(alice)).toEqual([]);
    expect(asked).toBe(0);
    expect(alice.audit).toContainEqual(
      expect.objectContaining({ event: 'stanza-refused', outcome: 'failure' }),
    );
  });
});
