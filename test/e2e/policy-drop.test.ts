/** The policy's HTTPS drop through the real application: the card signs the handshake, main judges, the window shows. */
import { createHash, X509Certificate } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Client } from '../../build/demo/driver/client.ts';
import { BOB } from '../../build/site/analysts.ts';
import { checkAuditText } from '../../src/audit/index.ts';
import { signBundle } from '../../src/cli/policy/sign.ts';
import { openStage, type Stage } from '../support/electron.ts';

const PATH = '/sallyport/policy.bundle';
let stage: Stage;
let server: https.Server;
let client: Client;
let bundle: Uint8Array = new Uint8Array();
/** Whose certificates asked, and for what. */
const asked: string[] = [];

async function serve(): Promise<number> {
  const { pki } = stage.site;
  server = https.createServer(
    {
      cert: readFileSync(pki.server.good.certificate),
      key: readFileSync(pki.server.good.key),
      ca: readFileSync(pki.chain),
      requestCert: true,
      rejectUnauthorized: true,
    },
    (request, response) => {
      const { subject } = (request.socket as TLSSocket).getPeerCertificate();
      asked.push(`${String(subject.CN)} ${request.method ?? ''} ${request.url ?? ''}`);
      response.end(bundle);
    },
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

function pin(certificate: string): string {
  const spki = new X509Certificate(readFileSync(certificate)).publicKey.export({
    type: 'spki',
    format: 'der',
  });
  return `sha256/${createHash('sha256').update(spki).digest('base64')}`;
}

beforeAll(async () => {
  stage = await openStage({ name: 'policy-drop', users: [BOB] });
  const port = await serve();
  const spkiPins: [string] = [pin(stage.site.pki.server.good.certificate)];
  client = await stage.signedIn(BOB, {
    policy: { sequence: 3 },
    settings: (settings) => ({
      ...settings,
      policySource: { drop: { host: 'localhost', port, spkiPins, path: PATH } },
    }),
  });
});
afterAll(async () => {
  server?.closeAllConnections();
  server?.close();
  await stage?.stop();
});

/** The installed policy with a higher sequence and another classification. */
function sign(): Uint8Array {
  const { policy } = client.workstation;
  if (policy === undefined) throw new Error('the desk was not set up by this run');
  const { settings } = policy.policy;
  const banner = { ...settings.classification.banner, text: 'SECRET // FROM THE DROP' };
  return signBundle({
    trustRoot: policy.authority.rootEnvelope,
    roots: [],
    root: policy.root,
    policy: {
      ...policy.policy,
      sequence: 4,
      settings: { ...settings, classification: { ...settings.classification, banner } },
    },
    keys: [...policy.authority.keys.policy, ...policy.authority.keys.freshness],
    freshnessHours: 168,
    partial: false,
    now: Date.now() + 1000,
  }).bytes;
}

it('brings a newer policy into force, with the analyst’s card and no word from the administrators’ directory', async () => {
  bundle = sign();
  const { page } = client.chat;
  await page.getByText('SECRET // FROM THE DROP').first().waitFor({ timeout: 30_000 });
  await client.chat.online();
  expect(new Set(asked)).toEqual(new Set([`${BOB.commonName} GET ${PATH}`]));
  await page.keyboard.press('F2');
  const dialog = page.getByRole('dialog', { name: 'Policy of your organisation' });
  await dialog.getByText('Fetched from the policy server').waitFor();
  expect(await page.getByRole('region', { name: 'Policy', exact: true }).count()).toBe(0);
  const userData = join(client.workstation.root, 'user-data');
  const { lines } = checkAuditText(readFileSync(join(userData, 'audit', 'audit.jsonl'), 'utf8'));
  expect(
    lines.filter(({ event }) => event === 'policy.activated').map(({ detail }) => detail.source),
  ).toEqual(['machine', 'drop']);
  expect(existsSync(join(userData, 'policy-drop.bundle'))).toBe(true);
});

it('is in force at the next start, before anybody signs in', async () => {
  await client.close();
  const again = await stage.launch(client.workstation);
  await again.chat.page.getByText('SECRET // FROM THE DROP').first().waitFor();
  await again.chat.heading('Notice and consent').waitFor();
  await again.close();
});
