/** What goes wrong: slow, cut off, too many, scanner gone, gate killed, disk full. Nothing is lost, nothing released, nothing left behind. */
import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, type TLSSocket } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { EICAR, startClamd } from '../../build/site/clamd.ts';
import { codeOf, type GateSite, type GateSiteOptions, startGateSite } from '../support/file-gate-site.ts';

let site: GateSite;
afterEach(async () => site.stop());

async function start(options: GateSiteOptions = {}): Promise<void> {
  site = await startGateSite(options);
}

const body = (length: number, letter = 'a') => Buffer.alloc(length, letter);
const get = (path: string) => site.call({ method: 'GET', path, as: site.card('bob') });

/** Opens an upload by hand; what it is answered is in `received`. */
function open(
  size: number,
  slot?: string,
): { socket: TLSSocket; path: string; received: () => string; closed: Promise<void> } {
  const ticket = site.ticket({ name: 'a.txt', size, type: 'text/plain' }, slot === undefined ? {} : { slot });
  const alice = site.card('alice');
  const socket = connect({
    host: '127.0.0.1',
    port: site.gate.port,
    servername: 'localhost',
    ca: readFileSync(site.pki.ca.root.certificate),
    cert: alice.certificate,
    key: alice.key,
  });
  let received = '';
  socket.on('data', (chunk: Buffer) => {
    received += chunk.toString('latin1');
  });
  socket.on('error', () => undefined);
  const closed = new Promise<void>((done) => {
    socket.once('close', () => done());
  });
  socket.write(
    `PUT ${ticket.path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${ticket.headers.authorization}\r\nContent-Type: text/plain\r\nContent-Length: ${size}\r\n\r\n`,
  );
  return { socket, path: ticket.path, received: () => received, closed };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(20);
}

/** Descriptors of the gate that are files below its state directory. */
function openFiles(): readonly string[] {
  const links = execFileSync('ls', ['-l', `/proc/${site.gate.pid}/fd`], { encoding: 'utf8' });
  return links.split('\n').filter((line) => line.includes(`${site.gate.state}/`));
}

/** A file that was just sent or scanned is closed a moment later; one that is never closed ends the test's time. */
async function nothingLeft(): Promise<void> {
  expect(site.files('incoming')).toEqual([]);
  expect(site.files('work')).toEqual([]);
  await until(() => openFiles().length === 0);
}

describe('an upload', () => {
  it('that is cut off leaves nothing, and its slot can be used again', async () => {
    await start();
    const upload = open(1000, 'cut-off-slot');
    upload.socket.write('half');
    await until(() => site.files('incoming').length === 1);
    expect((await get(upload.path)).status).toBe(404);
    upload.socket.destroy();
    await until(() => site.files('incoming').length === 0);
    await nothingLeft();
    const again = open(5, 'cut-off-slot');
    again.socket.write('hello');
    await until(() => again.received().includes('HTTP/1.1 201'));
    again.socket.destroy();
    expect((await site.settled(again.path)).body.toString()).toBe('hello');
  });

  it('that is slower than the minimum is ended, a byte at a time or none at all', async () => {
    await start({
      config: { limits: { rateWindowSeconds: 2, minimumBytesPerSecond: 1000, waitSeconds: 1 } },
    });
    const drip = open(100_000);
    const dripping = setInterval(() => drip.socket.write('x'), 100);
    const silent = open(100_000);
    await Promise.all([drip.closed, silent.closed]);
    clearInterval(dripping);
    expect(drip.received()).toMatch(/^HTTP\/1\.1 408 /);
    await nothingLeft();
  });

  it('whose headers never end is ended', async () => {
    await start({ config: { limits: { headerSeconds: 1 } } });
    const alice = site.card('alice');
    const socket = connect({
      host: '127.0.0.1',
      port: site.gate.port,
      servername: 'localhost',
      ca: readFileSync(site.pki.ca.root.certificate),
      cert: alice.certificate,
      key: alice.key,
    });
    socket.on('error', () => undefined);
    socket.resume();
    socket.write('PUT /a/b HTTP/1.1\r\n');
    const drip = setInterval(() => socket.write('X'), 200);
    await new Promise((done) => socket.once('close', done));
    clearInterval(drip);
    await nothingLeft();
  });

  it('that is shorter than it said is refused, one that is longer keeps its announced part only', async () => {
    await start();
    const short = open(10);
    short.socket.end('hello');
    await short.closed;
    expect(short.received()).not.toContain(' 201 ');
    const long = open(5);
    long.socket.write('helloGET /x/y HTTP/1.1\r\n\r\n');
    await long.closed;
    // Cut, or confirmed and then told what was wrong behind it; never told so instead.
    expect(long.received()).toMatch(/^(?:HTTP\/1\.1 201 |$)/);
    const got = await site.settled(long.path);
    if (long.received() !== '') expect(got.status).toBe(200);
    if (got.status === 200) expect(got.body.toString()).toBe('hello');
    await nothingLeft();
  });
});

describe('many uploads', () => {
  it('a hundred at once all arrive, each with its own content', async () => {
    await start({ config: { limits: { parallelUploads: 8, waitingUploads: 200 } } });
    const before = readdirSync(`/proc/${site.gate.pid}/fd`).length;
    const contents = Array.from({ length: 100 }, (_, i) =>
      i % 10 === 0 ? Buffer.from(EICAR) : body(50_000 + i, 'abc'[i % 3]),
    );
    const sent = await Promise.all(
      contents.map((content, i) => site.upload(`${i}.txt`, 'text/plain', content)),
    );
    expect(sent.map(({ answer }) => answer.status)).toEqual(Array(100).fill(201));
    const got = await Promise.all(sent.map(({ path }) => site.settled(path)));
    for (const [i, answer] of got.entries()) {
      if (i % 10 === 0) expect(answer.status).toBe(403);
      else expect([answer.status, answer.body.equals(contents[i] ?? body(0))]).toEqual([200, true]);
    }
    expect(site.files('scanning')).toEqual([]);
    expect([site.files('released').length, site.files('quarantine').length]).toEqual([90, 10]);
    await nothingLeft();
    await until(() => readdirSync(`/proc/${site.gate.pid}/fd`).length <= before + 4);
  });

  it('beyond the queue are told to come again, and can with the same slot', async () => {
    await start({ config: { limits: { parallelUploads: 1, waitingUploads: 1 } } });
    const [first, second] = [open(1000), open(5)];
    await until(() => site.files('incoming').length === 1);
    const third = open(5, 'come-again');
    third.socket.write('hello');
    const fourth = open(5);
    await until(
      () => [second, third, fourth].filter(({ received }) => received().includes(' 503 ')).length >= 2,
    );
    const refused = [second, third, fourth].filter(({ received }) => received().includes(' 503 '));
    expect(refused).toHaveLength(2);
    for (const each of refused) expect(each.received().toLowerCase()).toContain('\r\nretry-after: 5\r\n');
    for (const each of [first, second, third, fourth]) each.socket.destroy();
    await until(() => site.files('incoming').length === 0);
    const again = await site.upload('b.txt', 'text/plain', body(5));
    expect(again.answer.status).toBe(201);
    await nothingLeft();
  });

  it('of one person leave room for others', async () => {
    await start({ config: { limits: { uploadsPerPerson: 1 } } });
    const first = open(1000);
    await until(() => site.files('incoming').length === 1);
    const second = await site.upload('b.txt', 'text/plain', body(5));
    expect([second.answer.status, codeOf(second.answer)]).toEqual([503, 'busy']);
    first.socket.destroy();
  });
});

describe('the scanner', () => {
  it('when it is gone, nothing is released; when it is back, everything is judged', async () => {
    await start();
    await site.clamd.kill();
    const clean = await site.upload('a.txt', 'text/plain', body(10));
    const bad = await site.upload('b.txt', 'text/plain', Buffer.from(EICAR));
    expect([clean.answer.status, bad.answer.status]).toEqual([201, 201]);
    await until(() => site.gate.log().some(({ event }) => event === 'scanner-down'));
    for (const { path } of [clean, bad]) {
      const answer = await get(path);
      expect([answer.status, codeOf(answer), answer.headers['retry-after']]).toEqual([
        503,
        'scanner-down',
        '15',
      ]);
    }
    expect(site.files('released')).toEqual([]);
    expect(JSON.parse((await site.gate.admin('status')).stdout)).toMatchObject({
      scanner: 'down',
      waiting: 2,
    });
    await site.clamd.start();
    expect((await site.settled(clean.path)).status).toBe(200);
    expect((await site.settled(bad.path)).status).toBe(403);
  });

  it('is not believed when it does not find the test file', async () => {
    await start();
    await site.clamd.stop();
    // Away comes first, so that blind has to be told on top of it.
    const waiting = await site.upload('b.txt', 'text/plain', body(10));
    await until(() => site.gate.log().some(({ event }) => event === 'scanner-down'));
    const blind = await startClamd({ directory: `${site.directory}/clamd`, eicar: false });
    try {
      const { path } = await site.upload('a.txt', 'text/plain', body(10));
      await until(() =>
        site.gate.log().some(({ reason }) => reason === 'clamd does not find the EICAR test file'),
      );
      for (const each of [path, waiting.path]) expect((await get(each)).status).toBe(503);
      expect(site.files('released')).toEqual([]);
    } finally {
      await blind.stop();
    }
  });

  it('that cannot take the whole file lets it not pass', async () => {
    await start({ streamBytes: 100_000 });
    const { path } = await site.upload('a.txt', 'text/plain', body(300_000));
    expect((await site.settled(path)).status).toBe(403);
    const verdict = site.gate.log().findLast(({ event }) => event === 'verdict');
    expect(verdict).toMatchObject({ result: 'refused', reason: 'too-large-for-the-scanner' });
  });
});

describe('the gate', () => {
  it('killed in the middle and started again has what it had taken, and nothing of the rest', async () => {
    await start();
    await site.clamd.kill();
    const kept = await site.upload('a.txt', 'text/plain', body(10));
    const bad = await site.upload('b.txt', 'text/plain', Buffer.from(EICAR));
    const half = open(1000);
    half.socket.write('half');
    await until(() => site.files('incoming').length === 1);
    await site.gate.kill();
    await site.clamd.start();
    await site.gate.start();
    expect((await site.settled(kept.path)).body).toEqual(body(10));
    expect((await site.settled(bad.path)).status).toBe(403);
    expect((await get(half.path)).status).toBe(404);
    await nothingLeft();
    expect(site.gate.log().findLast(({ event }) => event === 'recovered')).toMatchObject({
      removed: 1,
      waiting: 2,
    });
  });

  it('killed over and over while files come in loses none that it had confirmed', async () => {
    await start();
    const confirmed: string[] = [];
    for (let round = 0; round < 4; round++) {
      const uploads = Array.from({ length: 12 }, (_, i) =>
        site.upload(`${round}-${i}.txt`, 'text/plain', body(200_000)).then(
          ({ path, answer }) => void (answer.status === 201 && confirmed.push(path)),
          () => undefined,
        ),
      );
      await sleep(60 + 40 * round);
      await site.gate.kill();
      await Promise.all(uploads);
      await site.gate.start();
    }
    for (const path of confirmed) expect((await site.settled(path)).body.length).toBe(200_000);
    await until(() => site.files('scanning').length === 0);
    await nothingLeft();
  });

  it('asked to stop finishes the upload that runs', async () => {
    await start();
    const upload = open(10);
    upload.socket.write('hello');
    await until(() => site.files('incoming').length === 1);
    const stopped = site.gate.stop();
    await sleep(200);
    upload.socket.write('world');
    await upload.closed;
    await stopped;
    expect(upload.received()).toMatch(/^HTTP\/1\.1 201 /);
    await site.gate.start();
    expect((await site.settled(upload.path)).body.toString()).toBe('helloworld');
  });

  it('does not start beside another on the same files', async () => {
    await start();
    const config = `${site.gate.state}/../config.json`;
    const program = `${site.gate.state}/../sallyport-file-gate.cjs`;
    expect(() =>
      execFileSync(process.execPath, [program, 'serve', '--config', config], { stdio: 'pipe' }),
    ).toThrow(/another file gate/);
  });
});

describe('a full disk', () => {
  it('refuses what does not fit, and keeps nothing of it', async () => {
    await start({ fileSizeLimit: 1_000_000 });
    const large = await site.upload('a.txt', 'text/plain', body(3_000_000));
    expect([large.answer.status, codeOf(large.answer)]).toEqual([507, 'disk-full']);
    await nothingLeft();
    const small = await site.upload('b.txt', 'text/plain', body(1000));
    expect((await site.settled(small.path)).status).toBe(200);
  });

  it('is foreseen', async () => {
    await start({ config: { limits: { reserveBytes: 1024 ** 4 } } });
    const { answer } = await site.upload('a.txt', 'text/plain', body(10));
    expect([answer.status, codeOf(answer)]).toEqual([507, 'disk-full']);
  });
});

describe('a log that cannot be written', () => {
  it('lets nothing in and nothing out', async () => {
    await start({ fileSizeLimit: 6000 });
    const first = await site.upload('a.txt', 'text/plain', body(10));
    expect((await site.settled(first.path)).status).toBe(200);
    let refused = first.answer;
    const taken: string[] = [];
    while (refused.status === 201) {
      const { path, answer } = await site.upload('b.txt', 'text/plain', body(10));
      if (answer.status === 201) taken.push(path);
      refused = answer;
    }
    expect([refused.status, codeOf(refused)]).toEqual([503, 'audit-failed']);
    const got = await get(first.path);
    expect([got.status, codeOf(got)]).toEqual([503, 'audit-failed']);
    await nothingLeft();
    const verdicts = site.gate.log().filter(({ event }) => event === 'verdict').length;
    expect(site.files('released').length).toBeLessThanOrEqual(verdicts);
    expect(taken.length).toBeGreaterThan(0);
  });

  it('goes on with a line of its own after a crash in the middle of one', async () => {
    await start();
    const journal = join(site.gate.state, '..', 'journal.jsonl');
    const starts = () => site.gate.log().filter(({ event }) => event === 'started').length;
    await until(() => starts() === 1);
    await site.gate.kill();
    appendFileSync(journal, '{"time":"2026-');
    await site.gate.start();
    await until(() => starts() === 2);
    expect(readFileSync(journal, 'utf8')).toContain('{"time":"2026-\n{"time":');
  });

  it('is opened anew after it was moved away', async () => {
    await start();
    const journal = join(site.gate.state, '..', 'journal.jsonl');
    renameSync(journal, `${journal}.1`);
    // The gate's user owns the folder, too: it makes the file itself.
    process.kill(site.gate.pid, 'SIGHUP');
    await until(() => existsSync(journal));
    const { path } = await site.upload('a.txt', 'text/plain', body(10));
    expect((await site.settled(path)).status).toBe(200);
    expect(site.gate.log().map(({ event }) => event)).toContain('verdict');
  });
});
