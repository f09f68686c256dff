import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LinkState } from '../shared/chat-model.ts';
import { AppError, type ErrorCode } from '../shared/errors.ts';
import type { ApprovedServer } from '../shared/session-contract.ts';
import { Connector, type OpenConnection } from './connector.ts';

const first: ApprovedServer = { host: 'one.example.mil', port: 5223, pins: ['sha256/x'] };
const second: ApprovedServer = { host: 'two.example.mil', port: 5223, pins: ['sha256/y'] };

type Attempt = ErrorCode | OpenConnection;

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

  it('does not wait when the user asks for it now', async () => {
    const { connector, tried } = scripted([]);
    void connector.run();
    await vi.advanceTimersByTimeAsync(0);
    connector.reconnectNow();
    await vi.advanceTimersByTimeAsync(0);
    expect(tried).toHaveLength(2);
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
