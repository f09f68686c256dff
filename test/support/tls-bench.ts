/** What the files of TLS tests share: a fixture, and connections that end with their test. */
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { AppError } from '../../src/shared/errors.ts';
import { type TlsClientOptions, type TlsConnection, workerHost } from '../../src/tls/index.ts';
import { startTlsFixture, type TlsFixture } from './tls-fixture.ts';

export interface TlsBench {
  /** There from the first test on. */
  readonly fixture: TlsFixture;
  /** Destroyed after the test. */
  readonly open: Set<{ destroy(): unknown }>;
  /** Has a connection destroyed after the test; its errors are not the test's. */
  keep(connection: TlsConnection): TlsConnection;
  /** What the worker holds at this moment. */
  statistics(): ReturnType<ReturnType<typeof workerHost>['statistics']>;
}

/** A fixture for the file that calls this. */
export function tlsBench(): TlsBench {
  let fixture: TlsFixture;
  const open = new Set<{ destroy(): unknown }>();
  beforeAll(async () => {
    fixture = await startTlsFixture();
  });
  afterEach(() => {
    for (const item of open) item.destroy();
    open.clear();
  });
  afterAll(() => fixture?.stop());
  return {
    get fixture() {
      return fixture;
    },
    open,
    keep(connection) {
      connection.on('error', () => undefined);
      open.add(connection);
      return connection;
    },
    statistics: () => workerHost(fixture.workerFile, undefined).statistics(),
  };
}

/** The error that a connection ends with. */
export function failed(client: TlsConnection): Promise<AppError> {
  return new Promise((resolve) => client.once('error', (error) => resolve(error as AppError)));
}

/** The error that a promise is rejected with. */
export async function failure({ keep }: TlsBench, promise: Promise<TlsConnection>): Promise<AppError> {
  try {
    keep(await promise);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('it connected');
}

export interface RefusalBench extends TlsBench {
  /** Connects, expects a refusal, and that the card was not asked: a refused server learns nothing of the user. */
  refusal(port: number, changes?: Partial<TlsClientOptions>): Promise<AppError>;
}

/** A fixture for the file that calls this; nothing is left behind in the worker after any of its tests. */
export function refusalBench(): RefusalBench {
  const bench = tlsBench();
  // Hooks run the last one first: what is open ends with the bench's own, so this one ends it before it looks.
  afterEach(async () => {
    for (const item of bench.open) item.destroy();
    bench.open.clear();
    await expect
      .poll(() => bench.statistics())
      .toMatchObject({ connections: 0, hooks: 0, keys: 0, bufferedBytes: 0 });
  });

  async function refusal(port: number, changes: Partial<TlsClientOptions> = {}): Promise<AppError> {
    let asked = false;
    const { identity: other } = changes;
    const identity = other === undefined || other === 'none' ? bench.fixture.identity('p256') : other;
    const watched = {
      ...identity,
      sign: () => {
        asked = true;
        return Promise.reject(new AppError('SIGN_FAILED'));
      },
    };
    try {
      bench.keep(await bench.fixture.connect(port, { ...changes, identity: watched }));
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      expect(asked).toBe(false);
      for (const value of Object.values(error.detail ?? {})) expect(String(value).length).toBeLessThan(300);
      return error;
    }
    throw new Error('it connected');
  }

  return Object.assign(bench, { refusal });
}
