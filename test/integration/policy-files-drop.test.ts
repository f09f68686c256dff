/** The policy's HTTPS drop: a real server with mutual TLS, the client's own TLS, and what main makes of what comes. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type DemoPolicy, makeDemoPolicy } from '../../build/site/policy.ts';
import { signBundle } from '../../src/cli/policy/sign.ts';
import { templateSettings } from '../../src/cli/policy/template.ts';
import { PolicyHolder } from '../../src/main/policy/holder.ts';
import { PolicyReloader } from '../../src/main/policy/reloader.ts';
import { isSessionReport } from '../../src/main/processes/session-report.ts';
import { nodeCrypto } from '../../src/platform/node-crypto.ts';
import { CLIENT_ENFORCES } from '../../src/policy/index.ts';
import { PolicyLoader } from '../../src/policy-files/index.ts';
import { MAX_DROP_BYTES, PolicyDrop } from '../../src/session/policy-drop.ts';
import type { AuditRecord } from '../../src/shared/session-contract.ts';
import { startTlsFixture, type TlsFixture } from '../support/tls-fixture.ts';

const NOW = Date.now();
const PATH = '/sallyport/policy.bundle';
const base = mkdtempSync(join(tmpdir(), 'sallyport-drop-'));
let fixture: TlsFixture;
let site: DemoPolicy;
const ends: (() => void)[] = [];

beforeAll(async () => {
  fixture = await startTlsFixture();
  site = await makeDemoPolicy({
    directory: base,
    settings: templateSettings(),
    machineId: 'WS-0142',
    sequence: 3,
    now: NOW,
  });
});
afterEach(() => {
  for (const end of ends.splice(0)) end();
  rmSync(join(base, 'user'), { recursive: true, force: true });
});
afterAll(async () => {
  await fixture?.stop();
  rmSync(base, { recursive: true, force: true });
});

function bundle(sequence: number): Uint8Array {
  const { authority, root, policy } = site;
  return signBundle({
    trustRoot: authority.rootEnvelope,
    roots: [],
    root,
    policy: { ...policy, sequence },
    keys: [...authority.keys.policy, ...authority.keys.freshness],
    freshnessHours: 24,
    partial: true,
    now: NOW + sequence * 1000,
  }).bytes;
}

async function serve(listener: http.RequestListener): Promise<number> {
  const { certificate, key } = fixture.pki.server.good;
  const server = https.createServer(
    {
      cert: readFileSync(certificate),
      key: readFileSync(key),
      ca: readFileSync(fixture.pki.chain),
      requestCert: true,
      rejectUnauthorized: true,
    },
    listener,
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

interface Asked {
  readonly bundles: Uint8Array[];
  readonly failures: string[];
  readonly drop: PolicyDrop;
}

function ask(
  port: number,
  onBundle: (bytes: Uint8Array) => void = () => undefined,
  tls: Partial<ReturnType<TlsFixture['options']>> = {},
): Asked {
  const bundles: Uint8Array[] = [];
  const failures: string[] = [];
  const drop = new PolicyDrop({
    tls: { ...fixture.options(port), ...tls },
    path: PATH,
    onBundle: (bytes) => {
      bundles.push(bytes);
      onBundle(bytes);
    },
    onFailure: ({ code }) => failures.push(code),
    random: () => 0,
    firstMs: 0,
    intervalMs: 50,
  });
  ends.push(() => drop.close());
  return { bundles, failures, drop };
}

describe('asking', () => {
  it('asks with the card for the policy’s path, again and again, and tells of each new bundle once', async () => {
    const seen: (string | undefined)[] = [];
    let served = bundle(4);
    const port = await serve((request, response) => {
      seen.push(request.url);
      response.end(served);
    });
    const { bundles, failures } = ask(port);
    await expect.poll(() => seen.length, { timeout: 10_000 }).toBeGreaterThan(2);
    expect(bundles).toHaveLength(1);
    served = bundle(5);
    await expect.poll(() => bundles.length, { timeout: 10_000 }).toBe(2);
    expect(Buffer.from(bundles[1] ?? []).equals(served)).toBe(true);
    expect(new Set(seen)).toEqual(new Set([PATH]));
    expect(failures).toEqual([]);
  });

  it.each<readonly [string, string, http.RequestListener]>([
    [
      'a redirect',
      'HTTP_REDIRECT_REFUSED',
      (_request, response) => response.writeHead(302, { location: 'https://example.test/' }).end(),
    ],
    ['another status', 'POLICY_DROP_REFUSED', (_request, response) => response.writeHead(404).end('no')],
    ['too much', 'HTTP_TOO_LARGE', (_request, response) => response.end(Buffer.alloc(MAX_DROP_BYTES + 1))],
    [
      'an end in the middle',
      'HTTP_INCOMPLETE',
      (_request, response) => {
        response.writeHead(200, { 'content-length': 1000 });
        response.write('x');
        setTimeout(() => response.destroy(), 20);
      },
    ],
  ])('takes nothing from a server that answers with %s', async (_name, code, listener) => {
    const { bundles, failures } = ask(await serve(listener));
    await expect.poll(() => failures[0], { timeout: 10_000 }).toBe(code);
    expect(bundles).toEqual([]);
  });

  it('takes nothing from a server with another key than the policy names', async () => {
    const port = await serve((_request, response) => response.end(bundle(4)));
    const pins = [`sha256/${'A'.repeat(43)}=`];
    const { bundles, failures } = ask(port, undefined, { pins });
    await expect.poll(() => failures[0], { timeout: 10_000 }).toBe('TLS_PIN_MISMATCH');
    expect(bundles).toEqual([]);
  });

  it('ends with the session, also in the middle of an answer', async () => {
    let asked = 0;
    const port = await serve(() => {
      asked += 1;
    });
    const { drop, failures } = ask(port);
    await expect.poll(() => asked, { timeout: 10_000 }).toBe(1);
    drop.close();
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(asked).toBe(1);
    expect(failures).toEqual([]);
  });
});

describe('what comes', () => {
  it('is judged by main with the same verifier and floors, kept when it is newer, and refused by name when it is not', async () => {
    const records: AuditRecord[] = [];
    const files = {
      directory: site.policyDirectory,
      trustRootFile: site.trustRootFile,
      stateFile: join(base, 'user', 'policy-state.json'),
      dropFile: join(base, 'user', 'policy-drop.bundle'),
      appVersion: '0.1.0',
      buildTime: 0,
      platform: 'linux' as const,
      acknowledged: CLIENT_ENFORCES,
      trustedOwners: [process.getuid?.() ?? 0],
      stateMacKey: Buffer.alloc(32, 1),
      crypto: nodeCrypto,
    };
    const loader = new PolicyLoader(files);
    const now = NOW + 60_000;
    const holder = new PolicyHolder(await loader.load({ now }));
    const reloader = new PolicyReloader({
      holder,
      load: (offered) => loader.load({ now, ...(offered === undefined ? {} : { offered }) }),
      audit: (record) => records.push(record),
      offerMs: 1,
    });
    ends.push(() => reloader.close());
    let served: Uint8Array = bundle(4);
    const port = await serve((_request, response) => response.end(served));
    ask(port, (bytes) => {
      if (isSessionReport({ kind: 'policy-drop', bundle: bytes })) reloader.offer(bytes);
    });
    await expect.poll(() => holder.loaded.sequence, { timeout: 10_000 }).toBe(4);
    expect(holder.loaded.source).toBe('drop');
    served = bundle(2);
    await expect.poll(() => holder.view.refusal?.error.code, { timeout: 10_000 }).toBe('ROLLBACK');
    expect(holder.loaded.sequence).toBe(4);
    // Without the network the next start knows it as well.
    await expect(new PolicyLoader(files).load({ now })).resolves.toMatchObject({ sequence: 4, refusals: [] });
    expect(records.map(({ event, detail }) => [event, detail.sequence])).toEqual([
      ['policy.activated', 4],
      ['policy.refused', 2],
    ]);
  });

  it.each([
    ['no bytes', { kind: 'policy-drop', bundle: 'text' }],
    ['too many', { kind: 'policy-drop', bundle: new Uint8Array(MAX_DROP_BYTES + 1) }],
    ['nothing', { kind: 'policy-drop' }],
  ])('is not listened to when the session process hands over %s', (_name, report) => {
    expect(isSessionReport(report)).toBe(false);
  });
});
