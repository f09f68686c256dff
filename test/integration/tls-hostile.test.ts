/** Orders of events that the TLS module's owner never causes on purpose. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '../../src/shared/errors.ts';
import { connectTls, stopTlsWorkers } from '../../src/tls/index.ts';
import { startTlsFixture, type TlsFixture } from '../support/tls-fixture.ts';

let fixture: TlsFixture;

beforeAll(async () => {
  fixture = await startTlsFixture();
});
afterAll(() => fixture?.stop());

// First in this file, hence in this process: OpenSSL looks at its environment when it is initialised.
describe('the environment', () => {
  it('gives OpenSSL neither a configuration nor a place to write its secrets to', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'sallyport-tls-'));
    const configuration = join(directory, 'openssl.cnf');
    const secrets = join(directory, 'secrets');
    writeFileSync(
      configuration,
      [
        'openssl_conf = init',
        '[init]',
        'ssl_conf = ssl',
        'providers = providers',
        '[ssl]',
        'system_default = system',
        '[system]',
        'MaxProtocol = TLSv1.2',
        'VerifyMode = None',
        '[providers]',
        'evil = evil',
        '[evil]',
        `module = ${join(directory, 'evil.so')}`,
        'activate = 1',
        '',
      ].join('\n'),
    );
    const before = { ...process.env };
    Object.assign(process.env, {
      OPENSSL_CONF: configuration,
      OPENSSL_MODULES: directory,
      OPENSSL_ENGINES: directory,
      SSLKEYLOGFILE: secrets,
      SSL_CERT_FILE: fixture.pki.ca.root.certificate,
    });
    try {
      const server = await fixture.serveNode();
      const connection = await fixture.connect(server.port);
      connection.on('error', () => undefined);
      expect(connection.info.protocol).toBe('TLSv1.3');
      connection.destroy();
      expect(existsSync(secrets)).toBe(false);
    } finally {
      for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
      rmSync(directory, { recursive: true });
    }
  });
});

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
