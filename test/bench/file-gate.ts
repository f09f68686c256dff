/**
 * How fast the file gate takes files, beside nginx's WebDAV PUT on the same machine with the same TLS, the same client
 * and the same disk. The scan is left out: the gate answers before it, and here no scanner is there.
 */
import { createHmac, randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { makeUserDirectory, ordinaryUser } from '../../build/lib/ordinary-user.ts';
import { startFileGate } from '../../build/site/file-gate.ts';
import { makePki, type Pki } from '../../build/site/pki.ts';
import { startNginx } from './file-gate-nginx.ts';
import { type Figure, figure } from './measure.ts';

const DOMAIN = 'chat.example.mil';
const UPN = '1000000001@mil';
const MIB = 1024 * 1024;
/** Uploads side by side. */
const PARALLEL = 4;
const CLOCK_TICKS = 100;

interface Put {
  readonly port: number;
  readonly path: string;
  readonly headers: string;
}

/** One PUT of `size` bytes over a connection of its own; resolves when the server has answered 201. */
function put(pki: Pki, { port, path, headers }: Put, chunk: Buffer, size: number): Promise<void> {
  const files = pki.cards.alice?.slots['9a'];
  if (files === undefined) throw new Error('no card');
  return new Promise((done, failed) => {
    const socket = connect({
      host: '127.0.0.1',
      port,
      servername: 'localhost',
      ca: readFileSync(pki.ca.root.certificate),
      cert: readFileSync(files.certificate),
      key: readFileSync(files.key),
    });
    let left = size;
    const more = () => {
      while (left > 0) {
        const piece = left < chunk.length ? chunk.subarray(0, left) : chunk;
        left -= piece.length;
        if (!socket.write(piece)) {
          socket.once('drain', more);
          return;
        }
      }
    };
    socket.once('error', failed);
    socket.once('data', (answer: Buffer) => {
      const status = answer.toString('latin1', 0, 12);
      socket.destroy();
      if (status === 'HTTP/1.1 201') done();
      else failed(new Error(`PUT: ${status}`));
    });
    socket.once('secureConnect', () => {
      socket.write(`PUT ${path} HTTP/1.1\r\nHost: localhost\r\n${headers}Content-Length: ${size}\r\n\r\n`);
      more();
    });
  });
}

/** Seconds of processor time that a process has used (proc(5)), all threads. */
function processorSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / CLOCK_TICKS;
}

interface Server {
  readonly pid: number;
  /** Where the next file goes. */
  readonly next: (size: number) => Put;
  /** Removes the files that were taken. */
  readonly clear: () => void;
}

interface Measured {
  /** MB/s. */
  readonly rate: number;
  /** Seconds of the server's processor time a GB. */
  readonly processor: number;
}

async function measure(pki: Pki, server: Server, size: number, chunk: Buffer): Promise<Measured> {
  const before = processorSeconds(server.pid);
  const start = performance.now();
  await Promise.all(Array.from({ length: PARALLEL }, () => put(pki, server.next(size), chunk, size)));
  const seconds = (performance.now() - start) / 1000;
  const bytes = size * PARALLEL;
  const processor = ((processorSeconds(server.pid) - before) / bytes) * 1e9;
  server.clear();
  return { rate: bytes / 1e6 / seconds, processor };
}

function gateSlot(secret: string, port: number): (size: number) => Put {
  return (size) => {
    const path = `${randomBytes(12).toString('hex')}/a.txt`;
    const v = createHmac('sha256', secret).update(`${path} ${size}`).digest('hex');
    return { port, path: `/${path}?v=${v}`, headers: 'Content-Type: text/plain\r\n' };
  };
}

function clearer(...folders: readonly string[]): () => void {
  return () => {
    for (const folder of folders)
      for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true, force: true });
  };
}

/** The gate's figures; each run of the gate is followed by one of nginx. */
export async function benchFileGate(quick: boolean): Promise<readonly Figure[]> {
  const directory = mkdtempSync(join(tmpdir(), 'sallyport-bench-'));
  makeUserDirectory(ordinaryUser(), directory, 0o755);
  const size = quick ? 2 * MIB : 100 * MIB;
  const runs = quick ? 1 : 7;
  const user = { account: 'alice', commonName: 'BENCH.ALICE.A.1000000001', edipi: '1000000001', upn: UPN };
  const pki = await makePki({
    directory: join(directory, 'pki'),
    domain: DOMAIN,
    users: [{ ...user, email: `alice@${DOMAIN}`, keyType: 'p256' }],
  });
  const secret = randomBytes(32).toString('hex');
  const gate = await startFileGate({
    directory: join(directory, 'gate'),
    pki,
    accounts: [{ account: 'alice', upn: UPN }],
    secret,
    clamd: { socket: join(directory, 'no-scanner') },
  });
  const nginx = await startNginx(join(directory, 'nginx'), pki).catch(async (error: unknown) => {
    await gate.stop();
    throw error;
  });
  try {
    const ours: Server = {
      pid: gate.pid,
      next: gateSlot(secret, gate.port),
      clear: clearer(join(gate.state, 'scanning')),
    };
    const theirs: Server = {
      pid: nginx.pid,
      next: () => ({ port: nginx.port, path: `/${randomBytes(12).toString('hex')}`, headers: '' }),
      clear: clearer(join(directory, 'nginx', 'files')),
    };
    const chunk = Buffer.alloc(MIB, randomBytes(4096));
    const results: { readonly ours: Measured; readonly theirs: Measured }[] = [];
    for (let run = -1; run < runs; run++) {
      const each = {
        ours: await measure(pki, ours, size, chunk),
        theirs: await measure(pki, theirs, size, chunk),
      };
      if (run >= 0) results.push(each);
    }
    const note = `${PARALLEL} × ${size / MIB} MiB side by side, TLS 1.3, client certificate`;
    return [
      figure(
        { name: 'file gate PUT', unit: 'MB/s', note },
        results.map((each) => each.ours.rate),
      ),
      figure(
        { name: 'nginx WebDAV PUT', unit: 'MB/s', note },
        results.map((each) => each.theirs.rate),
      ),
      figure(
        {
          name: 'nginx over file gate, throughput',
          unit: '×',
          target: 2,
          note: 'the gate also hashes and syncs',
        },
        results.map((each) => each.theirs.rate / each.ours.rate),
      ),
      figure(
        { name: 'file gate, processor a GB', unit: 's' },
        results.map((each) => each.ours.processor),
      ),
      figure(
        { name: 'nginx, processor a GB', unit: 's' },
        results.map((each) => each.theirs.processor),
      ),
    ];
  } finally {
    await nginx.stop();
    await gate.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}
