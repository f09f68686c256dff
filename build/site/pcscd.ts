/**
 * A card service of our own for the demo and the tests: a private pcscd with up to two virtual readers and, for each, a
 * virtual card behind it. It touches nothing of the machine's own card service and several run side by side; an analyst
 * with a service of his own sees only his own reader.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import { buildSync } from 'esbuild';
import { makeUserDirectory, type OrdinaryUser, ordinaryUser, userEnvironment } from '../lib/ordinary-user.ts';
import { portPair } from './virtual-card/ports.ts';
import { type Program, started, startProgram } from './virtual-card/program.ts';

/** vpcd's driver has two slots. */
const MAX_READERS = 2;
const HERE = import.meta.dirname;
const VPCD_DRIVER = '/usr/lib/pcsc/drivers/serial/libifdvpcd.so';

export interface ReaderOptions {
  /** What the reader is called by: the analyst's account. */
  readonly name: string;
  /** The card's folder, as build/site/pki.ts makes it. */
  readonly card: string;
  /** False starts with the card out of the reader. */
  readonly inserted?: boolean;
}

export interface CardServiceOptions {
  /** Made when missing; its path must leave room for a Unix socket's name (107 bytes). */
  readonly directory: string;
  /** At most two; none gives a service without any reader. */
  readonly readers: readonly ReaderOptions[];
  /** How often pcscd looks for cards, in milliseconds; pcscd's own 400 is a slow reader, 50 a good one. */
  readonly pollMs?: number;
}

export interface CardState {
  readonly present: boolean;
  readonly name: string;
  readonly triesLeft: number;
  /** The PIN was verified since power-up. */
  readonly verified: boolean;
}

/** INS bytes that faults are aimed at. */
export const CARD_COMMAND = { verify: 0x20, sign: 0x87, getData: 0xcb } as const;
export type CardCommand = keyof typeof CARD_COMMAND;

/** A virtual reader with a hand on its card. */
export interface VirtualCardReader {
  /** `POST` this with a command's name behind it, for a person with curl. */
  readonly controlUrl: string;
  /** Puts the card in, or another one (its folder). */
  insert(card?: string): Promise<CardState>;
  remove(): Promise<CardState>;
  state(): Promise<CardState>;
  /** PIN tries left on the card. */
  setTries(tries: number): Promise<CardState>;
  /** How long each private-key operation takes, in milliseconds. */
  setKeyDelay(ms: number): Promise<CardState>;
  /** The next such commands (one, or `times`) answer with a status word. OpenSC tries a signature twice. */
  fail(command: CardCommand, statusWord: number, times?: number): Promise<CardState>;
  /** The next such command is never answered. */
  hang(command: CardCommand): Promise<CardState>;
  /** The card goes out `ms` after the next such command. */
  yank(command: CardCommand, ms: number): Promise<CardState>;
  /** Signatures come out wrong. */
  spoilSignatures(on: boolean): Promise<CardState>;
}

export interface CardService {
  /** For every program that is to use this service. */
  readonly environment: { readonly PCSCLITE_CSOCK_NAME: string };
  /** pcscd's process id. */
  readonly pid: number;
  reader(name: string): VirtualCardReader;
  /** Ends pcscd and the cards. */
  stop(): Promise<void>;
}

/**
 * pcscd's socket is /run/pcscd/pcscd.comm, compiled in. In a mount namespace of its own our directory lies there. When
 * /run/pcscd can not be made, our directory is mounted over /run.
 */
const NAMESPACE_SCRIPT = `
set -eu
if mkdir -p /run/pcscd 2>/dev/null; then mount --bind "$1" /run/pcscd
else mount --rbind "$1/empty-run" /run; mount --bind "$1" /run/pcscd; fi
shift
exec "$@"
`;

function requireParts(): void {
  const missing = [
    ['/usr/sbin/pcscd', 'pcscd'],
    [VPCD_DRIVER, 'vsmartcard-vpcd'],
    ['/usr/bin/cc', 'g++'],
  ].filter(([path]) => !existsSync(path ?? ''));
  if (missing.length > 0) {
    throw new Error(`the virtual cards need Debian's ${missing.map(([, name]) => name).join(', ')}`);
  }
}

/** Where files of the service lie. */
interface Paths {
  readonly run: string;
  readonly readers: string;
  readonly shim: string;
  readonly emulator: string;
  readonly socket: string;
}

function prepare(directory: string, user: OrdinaryUser): Paths {
  const root = makeUserDirectory(user, resolve(directory), 0o755);
  const run = makeUserDirectory(user, join(root, 'run'), 0o755);
  makeUserDirectory(user, join(run, 'empty-run'), 0o755);
  makeUserDirectory(user, join(run, 'empty-run', 'pcscd'), 0o755);
  const readers = join(root, 'reader.conf.d');
  mkdirSync(readers, { recursive: true });
  const paths = {
    run,
    readers,
    shim: join(root, 'pcscd-shim.so'),
    emulator: join(root, 'emulator.mjs'),
    socket: join(run, 'pcscd.comm'),
  };
  if (Buffer.byteLength(paths.socket) > 107) throw new Error(`too long for a socket: ${paths.socket}`);
  execFileSync('cc', [
    '-shared',
    '-fPIC',
    '-O2',
    '-o',
    paths.shim,
    join(HERE, 'virtual-card', 'pcscd-shim.c'),
    '-ldl',
  ]);
  buildSync({
    entryPoints: [join(HERE, 'virtual-card', 'emulator.ts')],
    outfile: paths.emulator,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
  });
  return paths;
}

async function connects(
  target: { readonly path: string } | { readonly host: string; readonly port: number },
) {
  return new Promise<boolean>((done) => {
    const socket = connect(target);
    socket.once('connect', () => done(true)).once('error', () => done(false));
    socket.once('connect', () => socket.destroy());
  });
}

async function startPcscd(paths: Paths, user: OrdinaryUser, port: number | undefined, pollMs: number) {
  rmSync(paths.socket, { force: true });
  const configuration = join(paths.readers, 'vpcd');
  rmSync(configuration, { force: true });
  if (port !== undefined) {
    writeFileSync(
      configuration,
      `FRIENDLYNAME "Virtual PCD"\nDEVICENAME /dev/null:${port}\nLIBPATH ${VPCD_DRIVER}\nCHANNELID ${port}\n`,
    );
  }
  const drop = user.dropped ? [`--reuid=${user.uid}`, `--regid=${user.gid}`, '--init-groups'] : [];
  const namespace = user.dropped ? ['--mount'] : ['--user', '--map-root-user', '--mount'];
  const program = startProgram(
    'unshare',
    [
      ...namespace,
      'sh',
      '-c',
      NAMESPACE_SCRIPT,
      'sh',
      paths.run,
      'setpriv',
      ...drop,
      '--pdeathsig=TERM',
      '--',
      'env',
      `LD_PRELOAD=${paths.shim}`,
      `PCSCD_POLL_MS=${pollMs}`,
      '/usr/sbin/pcscd',
      '--foreground',
      '--critical',
      '--config',
      paths.readers,
    ],
    userEnvironment(user),
  );
  await started('pcscd', program, () => connects({ path: paths.socket }));
  return program;
}

async function startEmulator(paths: Paths, user: OrdinaryUser, port: number, card: string) {
  const [command, before] = user.dropped
    ? ['setpriv', [`--reuid=${user.uid}`, `--regid=${user.gid}`, '--init-groups', '--', process.execPath]]
    : [process.execPath, []];
  const program = startProgram(
    command,
    [...before, paths.emulator, String(port), resolve(card)],
    userEnvironment(user),
  );
  const control = await started('the virtual card', program, () => {
    const line = /^\{"control":(\d+)\}$/m.exec(program.output());
    return line === null ? undefined : Number(line[1]);
  });
  return { program, control };
}

function isCardState(value: unknown): value is CardState {
  return typeof value === 'object' && value !== null && 'present' in value && 'triesLeft' in value;
}

function makeReader(control: number): VirtualCardReader {
  const controlUrl = `http://127.0.0.1:${control}`;
  const send = async (...words: readonly (string | number)[]): Promise<CardState> => {
    const path = words.map((word) => encodeURIComponent(word)).join('/');
    const response = await fetch(`${controlUrl}/${path}`, { method: 'POST' });
    const answer: unknown = await response.json();
    if (!response.ok || !isCardState(answer)) throw new Error(`virtual card: ${JSON.stringify(answer)}`);
    return answer;
  };
  const ins = (command: CardCommand) => CARD_COMMAND[command].toString(16);
  return {
    controlUrl,
    insert: (card) => (card === undefined ? send('insert') : send('insert', resolve(card))),
    remove: () => send('remove'),
    state: () => send('state'),
    setTries: (tries) => send('tries', tries),
    setKeyDelay: (ms) => send('delay', ms),
    fail: (command, statusWord, times = 1) => send('fail', ins(command), statusWord.toString(16), times),
    hang: (command) => send('hang', ins(command)),
    yank: (command, ms) => send('yank', ins(command), ms),
    spoilSignatures: (on) => send('spoil', on ? 'on' : 'off'),
  };
}

async function startOnce(
  options: CardServiceOptions,
  paths: Paths,
  user: OrdinaryUser,
): Promise<CardService> {
  const port = options.readers.length > 0 ? await portPair() : undefined;
  const pcscd = await startPcscd(paths, user, port, options.pollMs ?? 50);
  const programs: Program[] = [pcscd];
  const stop = async () => {
    await Promise.all(programs.map((program) => program.stop()));
    rmSync(paths.socket, { force: true });
  };
  try {
    const readers = new Map<string, VirtualCardReader>();
    for (const [index, { name, card, inserted = true }] of options.readers.entries()) {
      const { program, control } = await startEmulator(paths, user, (port ?? 0) + index, card);
      programs.push(program);
      const reader = makeReader(control);
      if (inserted) await reader.insert();
      readers.set(name, reader);
    }
    return {
      environment: { PCSCLITE_CSOCK_NAME: paths.socket },
      pid: pcscd.pid,
      reader: (name) => {
        const reader = readers.get(name);
        if (reader === undefined) throw new Error(`no reader is called ${name}`);
        return reader;
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * Starts a private pcscd and the cards; everything ends with `stop()` or with this process. A port that another program
 * took in the meantime is replaced by another.
 */
export async function startCardService(options: CardServiceOptions): Promise<CardService> {
  if (options.readers.length > MAX_READERS) throw new Error('a card service has at most two virtual readers');
  requireParts();
  const user = ordinaryUser();
  const paths = prepare(options.directory, user);
  for (let attempt = 1; ; attempt++) {
    try {
      return await startOnce(options, paths, user);
    } catch (error) {
      if (attempt === 3) throw error;
    }
  }
}
