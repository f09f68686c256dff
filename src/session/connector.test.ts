import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LinkState } from '../shared/chat-model.ts';
import { AppError, type ErrorCode } from '../shared/errors.ts';
import type { ApprovedServer } from '../shared/session-contract.ts';
import { Connector, type OpenConnection } from './connector.ts';

const first: ApprovedServer = { host: 'one.example.mil', port: 5223, pins: ['sha256/x'] };
const second: ApprovedServer = { host: 'two.example.mil', port: 5223, pins: ['sha256/y'] };

type Attempt = ErrorCode | AppError | OpenConnection;

/** A connector over scripted attempts, each an error code or a connection. */
function scripted(attempts: readonly Attempt[], servers: readonly ApprovedServer[] = [first]) {
  const tried: string[] = [];
  const links: LinkState[] = [];
  const queue = [...attempts];
  const connector = new Connector({
    servers,
    open: async (server) => {
      tried.push(server.host);
      const attempt = queue.shift() ?? 'SERVER_UNREACHABLE';
      if (typeof attempt === 'string') throw new AppError(attempt);
      if (attempt instanceof AppError) throw attempt;
      return attempt;
    },
    onLink: (link) => links.push(link),
    onFailure: () => undefined,
    random: () => 0.5,
  });
  return { connector, tried, links };
}

describe('Connector', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('goes through the servers in the policy’s order before it waits', async () => {
    const { connector, tried, links } = scripted([], [first, second]);
    void connector.run();
    await vi.advanceTimersByTimeAsync(0);
    expect(tried).toEqual([first.host, second.host]);
    expect(links.at(-1)).toMatchObject({ kind: 'waiting', error: { code: 'SERVER_UNREACHABLE' } });
    connector.stop();
  });

  it('never speaks again to a server that is not what the policy says, but goes on with the others', async () => {
    const { connector, tried } = scripted(['TLS_PIN_MISMATCH', 'SERVER_UNREACHABLE'], [first, second]);
    void connector.run();
    await vi.advanceTimersByTimeAsync(120_000);
    expect(tried.filter((host) => host === first.host)).toHaveLength(1);
    expect(tried.filter((host) => host === second.host).length).toBeGreaterThan(3);
    connector.stop();
  });

  it('ends when no server is left to trust, and says why', async () => {
    const { connector } = scripted(['LOCK_NOT_OFFERED']);
    await expect(connector.run()).resolves.toMatchObject({ code: 'LOCK_NOT_OFFERED' });
  });

  it('ends at once after an error that another server would not mend', async () => {
    const { connector, tried } = scripted(['ACCOUNT_DISABLED'], [first, second]);
    await expect(connector.run()).resolves.toMatchObject({ code: 'ACCOUNT_DISABLED' });
    expect(tried).toEqual([first.host]);
  });

  it('connects again after a lost connection, first server first, and soon', async () => {
    const { connector, tried, links } = scripted(
      [{ closed: Promise.resolve(new AppError('STREAM_CLOSED')) }],
      [first, second],
    );
    void connector.run();
    await vi.advanceTimersByTimeAsync(0);
    expect(links).toContainEqual({ kind: 'online' });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(tried.slice(0, 2)).toEqual([first.host, first.host]);
    connector.stop();
  });

  it('waits longer and longer for a server that takes it in and throws it out', async () => {
    const thrownOut = Array.from({ length: 500 }, () => ({
      closed: Promise.resolve(new AppError('STREAM_LIMIT')),
    }));
    const { connector, tried } = scripted(thrownOut);
    void connector.run();
    await vi.advanceTimersByTimeAsync(240_000);
    expect(tried.length).toBeGreaterThan(3);
    expect(tried.length).toBeLessThan(15);
    connector.stop();
  });

  it('starts anew with short waits after a connection that stood', async () => {
    let end = (_error: AppError): void => undefined;
    const stable = { closed: new Promise<AppError>((resolve) => (end = resolve)) };
    const failures = Array.from({ length: 6 }, () => 'SERVER_UNREACHABLE' as const);
    const { connector, tried } = scripted([...failures, stable]);
    void connector.run();
    await vi.advanceTimersByTimeAsync(240_000);
    expect(tried).toHaveLength(7);
    end(new AppError('STREAM_CLOSED'));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(tried).toHaveLength(8);
    connector.stop();
  });

  it('asks a server that refuses the newest key with the older ones, and gives up when it refuses all', async () => {
    const refused = (olderKeys: number) => new AppError('LOCK_REFUSED', { epoch: 1 + olderKeys, olderKeys });
    const open = { closed: new Promise<AppError | undefined>(() => undefined) };
    const mended = scripted([refused(1), open], [first, second]);
    void mended.connector.run();
    await vi.advanceTimersByTimeAsync(0);
    expect(mended.tried).toEqual([first.host, first.host]);
    expect(mended.links.at(-1)).toEqual({ kind: 'online' });
    mended.connector.stop();
    const revoked = scripted([refused(2), refused(1), refused(0)], [first, second]);
    await expect(revoked.connector.run()).resolves.toMatchObject({ code: 'LOCK_REFUSED' });
    expect(revoked.tried).toEqual([first.host, first.host, first.host]);
  });

  it('does not wait when the user asks for it now', async () => {
    const { connector, tried } = scripted([]);
    void connector.run();
    await vi.advanceTimersByTimeAsync(0);
    connector.reconnectNow();
    await vi.advanceTimersByTimeAsync(0);
    expect(tried).toHaveLength(2);
    connector.stop();
  });

  it('is not driven by a window that asks without end', async () => {
    const { connector, tried } = scripted([]);
    void connector.run();
    for (let n = 0; n < 1_000; n += 1) {
      await vi.advanceTimersByTimeAsync(0);
      connector.reconnectNow();
    }
    expect(tried.length).toBeLessThan(4);
    connector.stop();
  });

  it.each([
    ['while it waits', []],
    ['while it is connected', [{ closed: new Promise<AppError | undefined>(() => undefined) }]],
  ] as const)('stops %s without an error and tries nothing more', async (_when, attempts) => {
    const { connector, tried } = scripted(attempts);
    const run = connector.run();
    await vi.advanceTimersByTimeAsync(0);
    connector.stop();
    if (attempts.length === 0) await expect(run).resolves.toBeUndefined();
    await vi.advanceTimersByTimeAsync(120_000);
    expect(tried).toHaveLength(1);
  });
});
