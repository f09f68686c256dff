/** Orders of events that the TLS module's owner never causes on purpose. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '../../src/shared/errors.ts';
import { connectTls, stopTlsWorkers } from '../../src/tls/index.ts';
import { startTlsFixture, type TlsFixture } from '../support/tls-fixture.ts';

let fixture: TlsFixture;

beforeAll(async () => {
  fixture = await startTlsFixture();
});
afterAll(() => fixture?.stop());

describe('a worker that is being stopped', () => {
  it('is never used again: what is opened behind the stop gets a thread of its own', async () => {
    const server = await fixture.serveNode();
    for (let round = 0; round < 5; round++) {
      const first = await connectTls(fixture.options(server.port));
      first.on('error', () => undefined);
      // The worker frees its contexts and callbacks with the stop; using them afterwards would be memory that is gone.
      const stopping = stopTlsWorkers();
      const attempts = await Promise.allSettled(
        Array.from({ length: 4 }, () => connectTls(fixture.options(server.port))),
      );
      await stopping;
      for (const attempt of attempts) {
        if (attempt.status === 'rejected') expect(attempt.reason).toBeInstanceOf(AppError);
        expect(attempt.status).toBe('fulfilled');
        if (attempt.status === 'fulfilled') {
          attempt.value.on('error', () => undefined);
          expect(attempt.value.info.protocol).toBe('TLSv1.3');
          attempt.value.destroy();
        }
      }
    }
  });
});
