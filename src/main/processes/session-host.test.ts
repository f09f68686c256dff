import { describe, expect, it } from 'vitest';
import type { LinkState } from '../../shared/chat-model.ts';
import type { ErrorReport } from '../../shared/errors.ts';
import type { SessionConfig, SessionReport, SessionRequest } from '../../shared/session-contract.ts';
import { NO_PREFS } from '../../shared/watch-contract.ts';
import { childEnvironment } from './child-environment.ts';
import { type ChannelPort, SessionHost, type SessionProcess } from './session-host.ts';

const CONFIG = {} as SessionConfig;

/** A process that is none: it keeps what it is told and says what the test says. */
class FakeProcess implements SessionProcess {
  readonly requests: { readonly kind: SessionRequest['kind']; readonly ports: number }[] = [];
  killed = false;
  #message: (message: unknown) => void = () => undefined;
  readonly #exit: ((code: number | null) => void)[] = [];
  postMessage(message: SessionRequest, ports: readonly ChannelPort[] = []): void {
    this.requests.push({ kind: message.kind, ports: ports.length });
  }
  onMessage(listener: (message: unknown) => void): void {
    this.#message = listener;
  }
  onExit(listener: (code: number | null) => void): void {
    this.#exit.push(listener);
  }
  kill(): void {
    this.killed = true;
    this.exit();
  }
  report(report: SessionReport): void {
    this.#message(report);
  }
  /** What a session process says that somebody took over. */
  say(message: unknown): void {
    this.#message(message);
  }
  exit(): void {
    for (const listener of this.#exit) listener(0);
  }
  get kinds(): readonly string[] {
    return this.requests.map((request) => request.kind);
  }
}

function setUp() {
  const processes: FakeProcess[] = [];
  const links: LinkState[] = [];
  const stopped: ErrorReport[] = [];
  const audits: string[] = [];
  const superseded: number[] = [];
  const collected: number[] = [];
  const given = { chat: 0, token: 0, files: 0, password: 0 };
  const entered: string[] = [];
  const kept: string[] = [];
  let crashes = 0;
  const host = new SessionHost({
    spawn: () => {
      const made = new FakeProcess();
      processes.push(made);
      return made;
    },
    createChannel: () => ({ port1: { close: () => undefined }, port2: { close: () => undefined } }),
    giveToChat: () => {
      given.chat++;
    },
    giveToToken: () => {
      given.token++;
    },
    giveToPassword: () => {
      given.password++;
    },
    onPasswordEntered: (username) => entered.push(username),
    giveToFiles: () => {
      given.files++;
    },
    onLink: (link) => links.push(link),
    onStopped: (error) => stopped.push(error),
    onCrashed: () => {
      crashes++;
    },
    onUnread: () => undefined,
    onNotice: () => undefined,
    onPrefs: (upn) => kept.push(upn),
    onPolicyDrop: () => undefined,
    onLockSuperseded: (epochs) => superseded.push(...epochs),
    onAuditSent: (seq) => collected.push(seq),
    onAudit: (record) => audits.push(record.event),
    stopMs: 20,
  });
  const process = (index: number): FakeProcess => {
    const found = processes[index];
    if (found === undefined) throw new Error(`no process ${index}`);
    return found;
  };
  return {
    entered,
    kept,
    host,
    processes,
    process,
    links,
    stopped,
    superseded,
    collected,
    audits,
    given,
    crashes: () => crashes,
  };
}

describe('SessionHost', () => {
  it('starts the process with the first session and gives it its ports', () => {
    const { host, process, given } = setUp();
    host.connectChat('chat');
    expect(given).toEqual({ chat: 0, token: 0, files: 0, password: 0 });
    host.start(CONFIG);
    expect(process(0).requests).toEqual([
      { kind: 'attach-token', ports: 1 },
      { kind: 'attach-files', ports: 1 },
      { kind: 'attach-chat', ports: 1 },
      { kind: 'start', ports: 0 },
    ]);
    expect(given).toEqual({ chat: 1, token: 1, files: 1, password: 0 });
  });

  it('starts the process ahead, which ends when nobody signs in, and goes on when somebody does', async () => {
    const { host, processes, process, crashes } = setUp();
    host.prepare();
    host.prepare();
    expect(processes).toHaveLength(1);
    expect(process(0).kinds).toEqual(['attach-token', 'attach-files']);
    host.release();
    process(0).report({ kind: 'stopped' });
    await expect.poll(() => process(0).killed).toBe(true);
    host.prepare();
    host.start(CONFIG);
    host.release();
    expect(process(1).kinds).toEqual(['attach-token', 'attach-files', 'start']);
    expect(crashes()).toBe(0);
  });

  it('hands lines of the audit log on, and says how far the collector has them', () => {
    const { host, process, collected } = setUp();
    const lines = { lastSeq: 7, frames: [new Uint8Array([1])] };
    host.sendAudit(lines);
    host.start(CONFIG);
    host.sendAudit(lines);
    expect(process(0).kinds.at(-1)).toBe('audit-lines');
    process(0).say({ kind: 'audit-sent', seq: 7 });
    process(0).say({ kind: 'audit-sent', seq: '8' });
    expect(collected).toEqual([7]);
  });

  it('passes on which lock keys were replaced, but not from a process that was told to end', async () => {
    const { host, process, superseded } = setUp();
    host.start(CONFIG);
    const first = process(0);
    first.report({ kind: 'lock-superseded', epochs: [3] });
    const stopping = host.stop();
    first.report({ kind: 'lock-superseded', epochs: [4] });
    await stopping;
    expect(superseded).toEqual([3]);
  });

  it('goes on with the same process after a suspension', () => {
    const { host, processes, process } = setUp();
    host.start(CONFIG);
    host.suspend();
    host.start(CONFIG);
    expect(processes).toHaveLength(1);
    expect(process(0).kinds).toEqual(['attach-token', 'attach-files', 'start', 'suspend', 'start']);
  });

  it('ends the process orderly, or by force when it does not answer', async () => {
    const { host, process, processes, crashes } = setUp();
    host.start(CONFIG);
    const orderly = host.stop();
    expect(process(0).killed).toBe(false);
    process(0).report({ kind: 'stopped' });
    await orderly;
    expect(process(0).killed).toBe(true);
    host.start(CONFIG);
    await host.stop();
    expect(process(1).killed).toBe(true);
    expect(processes).toHaveLength(2);
    expect(crashes()).toBe(0);
  });

  it('hears an old process for its audit records and what is to be kept only', async () => {
    const { host, process, links, stopped, audits, kept } = setUp();
    host.start(CONFIG);
    const ending = host.stop();
    process(0).report({ kind: 'link', link: { kind: 'online' } });
    process(0).report({ kind: 'audit', record: { event: 'end', outcome: 'success', detail: {} } });
    process(0).report({ kind: 'watch-prefs', upn: '1@mil', prefs: NO_PREFS });
    process(0).report({ kind: 'stopped' });
    await ending;
    process(0).report({ kind: 'stopped', error: { code: 'CONFLICT' } });
    expect([links, stopped, audits, kept]).toEqual([[], [], ['end'], ['1@mil']]);
  });

  it('tells a crash, and the next start is a new process with new ports', () => {
    const { host, process, processes, given, crashes } = setUp();
    host.connectChat('chat');
    host.start(CONFIG);
    process(0).exit();
    expect(crashes()).toBe(1);
    host.start(CONFIG);
    expect(processes).toHaveLength(2);
    expect(given).toEqual({ chat: 2, token: 2, files: 2, password: 0 });
  });

  it('neither throws nor acts on a malformed report', () => {
    const { host, process, links, stopped, superseded, audits } = setUp();
    host.start(CONFIG);
    for (const message of [
      undefined,
      null,
      7,
      {},
      { kind: 'link' },
      { kind: 'audit' },
      { kind: 'audit', record: { event: 'pin.accepted', outcome: 'success', detail: {} } },
      { kind: 'stopped', error: { code: 'NO_SUCH_CODE' } },
      { kind: 'lock-superseded', epochs: ['1/../../state-mac'] },
    ])
      process(0).say(message);
    expect([links, stopped, superseded, audits]).toEqual([[], [], [], []]);
  });

  it('gives a new token process a new channel, and a chat window that is gone none', () => {
    const { host, process, given } = setUp();
    host.reconnectToken();
    host.connectChat('chat');
    host.forgetChat('chat');
    host.start(CONFIG);
    host.reconnectToken();
    expect(given).toEqual({ chat: 0, token: 2, files: 1, password: 0 });
    expect(process(0).kinds).toEqual(['attach-token', 'attach-files', 'start', 'attach-token']);
  });
});

describe('childEnvironment', () => {
  it('hands on nothing but its list', () => {
    const env = {
      HOME: '/home/a',
      PATH: '/bin',
      LD_PRELOAD: '/x',
      SECRET: 's',
      PCSCLITE_CSOCK_NAME: '/p',
      LANG: undefined,
    };
    expect(childEnvironment(env, 'linux')).toEqual({ HOME: '/home/a' });
    expect(childEnvironment(env, 'linux', ['PCSCLITE_CSOCK_NAME'])).toEqual({
      HOME: '/home/a',
      PCSCLITE_CSOCK_NAME: '/p',
    });
  });

  it('compares names as Windows does', () => {
    expect(childEnvironment({ SYSTEMROOT: 'C:\\Windows', home: 'x' }, 'win32')).toEqual({
      SYSTEMROOT: 'C:\\Windows',
    });
    expect(childEnvironment({ home: '/x' }, 'linux')).toEqual({});
  });
});

describe('the password window', () => {
  it('has the process started for it, and its port led there and nowhere else', () => {
    const { host, processes, given, entered } = setUp();
    host.attachPassword('chat.example.mil');
    expect(processes[0]?.requests).toContainEqual({ kind: 'attach-password', ports: 1 });
    expect(given.password).toBe(1);
    processes[0]?.report({ kind: 'password-entered', username: 'alice' });
    processes[0]?.say({ kind: 'password-entered', username: 5 });
    processes[0]?.say({ kind: 'password-entered', username: 'x'.repeat(5_000) });
    expect(entered).toEqual(['alice']);
    host.attachPassword('chat.example.mil');
    expect([processes.length, given.password]).toEqual([1, 2]);
  });
});
