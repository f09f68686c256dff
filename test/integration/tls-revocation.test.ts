/** Revocation lists and suites without encryption, against OpenSSL's own server. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, connect as netConnect, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ServerFiles } from '../../build/site/pki.ts';
import { type Authority, writeCrl } from '../../build/site/pki-authority.ts';
import type { AppError } from '../../src/shared/errors.ts';
import type { TlsClientOptions } from '../../src/tls/index.ts';
import { startTlsFixture, type TlsFixture } from '../support/tls-fixture.ts';

let fixture: TlsFixture;
const relays: Server[] = [];

beforeAll(async () => {
  fixture = await startTlsFixture();
});

afterAll(async () => {
  for (const relay of relays) relay.close();
  await fixture.stop();
});

/** The DER in a PEM file with one object. */
function derOf(path: string): Uint8Array {
  const [, body = ''] = /-----BEGIN X509 CRL-----([^-]+)-----END/u.exec(readFileSync(path, 'utf8')) ?? [];
  return new Uint8Array(Buffer.from(body, 'base64'));
}

async function listOf(authority: Authority, revoked: readonly string[] = [], expired = false) {
  await writeCrl(authority, revoked, expired);
  return derOf(authority.crl);
}

function refusal(port: number, changes: Partial<TlsClientOptions>): Promise<AppError> {
  return fixture.connect(port, changes).then(
    (connection) => {
      connection.destroy();
      throw new Error('the connection was accepted');
    },
    (error: AppError) => error,
  );
}

describe('revocation lists', () => {
  const attempt = async (files: ServerFiles, revocationLists: readonly Uint8Array[]) => {
    const server = await fixture.serve([], files);
    return refusal(server.port, { pins: [fixture.pin(files)], revocationLists });
  };
  const good = () => fixture.pki.server.good;

  it('a server whose whole chain is covered and not revoked is accepted', async () => {
    const server = await fixture.serve();
    const revocationLists = [await listOf(fixture.pki.ca.root), await listOf(fixture.pki.ca.server)];
    (await fixture.connect(server.port, { revocationLists })).destroy();
  });

  it('TLS_CERTIFICATE_REVOKED for the server’s certificate, and for its authority’s', async () => {
    const leaf = [
      await listOf(fixture.pki.ca.root),
      await listOf(fixture.pki.ca.server, [good().certificate]),
    ];
    expect(await attempt(good(), leaf)).toMatchObject({
      code: 'TLS_CERTIFICATE_REVOKED',
      detail: { depth: 0 },
    });
    const authority = [
      await listOf(fixture.pki.ca.root, [fixture.pki.ca.server.certificate]),
      await listOf(fixture.pki.ca.server),
    ];
    expect(await attempt(good(), authority)).toMatchObject({
      code: 'TLS_CERTIFICATE_REVOKED',
      detail: { depth: 1 },
    });
  });

  it('TLS_REVOCATION_UNKNOWN without a list, without the root’s, and with another authority’s', async () => {
    const server = await listOf(fixture.pki.ca.server);
    const root = await listOf(fixture.pki.ca.root);
    const other = await listOf(fixture.pki.ca.other);
    for (const lists of [[], [server], [root], [root, other]]) {
      expect((await attempt(good(), lists)).code).toBe('TLS_REVOCATION_UNKNOWN');
    }
  });

  it('TLS_REVOCATION_UNKNOWN for a list whose next update was due, that is damaged or none', async () => {
    const root = await listOf(fixture.pki.ca.root);
    const late = await listOf(fixture.pki.ca.server, [], true);
    expect((await attempt(good(), [root, late])).code).toBe('TLS_REVOCATION_UNKNOWN');
    const forged = (await listOf(fixture.pki.ca.server)).slice();
    forged[forged.length - 1] = (forged.at(-1) ?? 0) ^ 1;
    expect((await attempt(good(), [root, forged])).code).toBe('TLS_REVOCATION_UNKNOWN');
    for (const list of [new Uint8Array([0x30, 0x03, 0x02, 0x01, 0xff]), root.subarray(0, -1)]) {
      expect((await attempt(good(), [root, list])).code).toBe('TLS_REVOCATION_UNKNOWN');
    }
  });
});

describe('integrity only', () => {
  const NULL_SUITE = ['ECDHE-ECDSA-NULL-SHA'];
  const integrity = { minVersion: '1.2', maxVersion: '1.2', cipherList: NULL_SUITE } as const;
  const serve = () => fixture.serve(['-rev', '-tls1_2', '-cipher', 'ALL:eNULL:@SECLEVEL=0']);

  /** Passes bytes on and keeps what went towards the server. */
  async function tapped(port: number): Promise<{ readonly port: number; seen(): string }> {
    const chunks: Buffer[] = [];
    const relay = createServer((near) => {
      const far = netConnect(port, '127.0.0.1');
      near.on('data', (data) => chunks.push(data));
      near.pipe(far).pipe(near);
      for (const end of [near, far]) end.on('error', () => undefined);
    });
    relays.push(relay);
    relay.listen(0, '127.0.0.1');
    await once(relay, 'listening');
    const address = relay.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return { port: address.port, seen: () => Buffer.concat(chunks).toString('latin1') };
  }

  it('the setting makes the suite usable; the text is readable on the wire and nothing else changes', async () => {
    const tap = await tapped((await serve()).port);
    const connection = await fixture.connect(tap.port, { ...integrity, integrityOnly: true });
    connection.write('in the clear\n');
    expect(String((await once(connection, 'data'))[0])).toBe('raelc eht ni\n');
    expect(connection.info).toMatchObject({ protocol: 'TLSv1.2', cipherSuite: NULL_SUITE[0] });
    expect(tap.seen()).toContain('in the clear');
    connection.destroy();
  });

  it('weak certificates and signatures stay refused', async () => {
    const server = await fixture.serve(
      ['-tls1_2', '-cipher', 'ALL:eNULL:@SECLEVEL=0'],
      await fixture.makeServer({ digest: 'sha1' }),
    );
    expect((await refusal(server.port, { ...integrity, integrityOnly: true })).code).toBe(
      'TLS_UNTRUSTED_CHAIN',
    );
    const sha1 = await fixture.serve([
      '-tls1_2',
      '-cipher',
      'ALL:eNULL:@SECLEVEL=0',
      '-sigalgs',
      'ECDSA+SHA1',
    ]);
    expect((await refusal(sha1.port, { ...integrity, integrityOnly: true })).code).toBe('TLS_HANDSHAKE');
  });

  it('a NULL suite without the setting, and the setting without a NULL suite, go nowhere', async () => {
    const server = await serve();
    expect(await refusal(server.port, { ...integrity, integrityOnly: false })).toMatchObject({
      code: 'TLS_HANDSHAKE',
      detail: { setting: 'integrityOnly' },
    });
    expect(
      await refusal(server.port, {
        ...integrity,
        cipherList: ['ECDHE-ECDSA-AES256-GCM-SHA384'],
        integrityOnly: true,
      }),
    ).toMatchObject({ code: 'TLS_HANDSHAKE', detail: { setting: 'integrityOnly' } });
  });
});
