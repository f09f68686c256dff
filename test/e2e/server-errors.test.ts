/** What an analyst sees when the server cannot be reached, is not the right one, or does not let them in. */
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import type { Client } from '../../build/demo/driver/client.ts';
import { BOB, DOMAIN, EPOCH, NAMES, pinOf } from '../../build/site/analysts.ts';
import type { ServerVariant } from '../../build/site/pki.ts';
import type { ProsodyOptions } from '../../build/site/prosody.ts';
import { machineIdOf, type WorkstationOptions } from '../../build/site/workstation.ts';
import { deriveMachineKey } from '../../src/lock/index.ts';
import { nodeCrypto } from '../../src/platform/node-crypto.ts';
import { enterPin, openStage, type Stage, signIn } from '../support/electron.ts';
import { shownError } from '../support/journeys.ts';
import { RawXmpp } from '../support/raw-xmpp.ts';

let stage: Stage | undefined;
afterEach(async () => {
  await stage?.stop();
  stage = undefined;
});

async function open(server: Partial<ProsodyOptions> = {}): Promise<Stage> {
  stage = await openStage({ name: 'server-errors', users: [BOB], server });
  return stage;
}

/** Signs in up to the connection and answers what the window then says. */
async function refused(
  code: string,
  server: Partial<ProsodyOptions>,
  options: WorkstationOptions = {},
): Promise<string> {
  const opened = await open(server);
  const client = await opened.seat(BOB, options);
  await client.chat.acceptConsent();
  await enterPin(client);
  const text = await shownError(client, code);
  expect(await client.chat.conversations.count()).toBe(0);
  return text;
}

/** Pins the certificate that the server shows, so that only the check in question can fail. */
function pinned(variant: ServerVariant): WorkstationOptions {
  return {
    settings: (settings) => ({
      ...settings,
      servers: settings.servers.map((server) => ({
        ...server,
        spkiPins: [pinOf(`${stage?.site.pki.server[variant].certificate}`)],
      })),
    }),
  };
}

const account = { account: BOB.account, upn: BOB.upn, name: NAMES.bob ?? '' };

describe('the network', () => {
  it('a server that is down is named, tried again, and joined when it is back', async () => {
    const opened = await open();
    await opened.site.server.stop();
    const client = await opened.seat(BOB);
    await client.chat.acceptConsent();
    await enterPin(client);
    expect(await shownError(client, 'SERVER_UNREACHABLE')).toContain('127.0.0.1 does not answer');
    await opened.site.server.start();
    await client.chat.page
      .getByRole('button', { name: 'Try now' })
      .click()
      .catch(() => undefined);
    await client.chat.online();
  });
});

describe('the server’s certificate', () => {
  it('for another name', async () => {
    expect(
      await refused('TLS_NAME_MISMATCH', { serverCertificate: 'wrong-name' }, pinned('wrong-name')),
    ).toContain(DOMAIN);
  });

  it('from an authority that the policy does not trust', async () => {
    await refused('TLS_UNTRUSTED_CHAIN', { serverCertificate: 'other-ca' }, pinned('other-ca'));
  });

  it('expired', async () => {
    await refused('TLS_CERTIFICATE_EXPIRED', { serverCertificate: 'expired' }, pinned('expired'));
  });

  it('not meant for servers', async () => {
    await refused('TLS_EXTENDED_KEY_USAGE', { serverCertificate: 'client-eku' }, pinned('client-eku'));
  });

  it('with a key that the policy does not pin', async () => {
    await refused('TLS_PIN_MISMATCH', {}, pinned('wrong-name'));
  });

  it('in a handshake of a version that the policy does not allow', async () => {
    await refused('TLS_PROTOCOL_VERSION', { tls: '1.2' });
  });

  it('in a handshake that asks for no card', async () => {
    await refused('TLS_NO_CLIENT_CERTIFICATE_REQUESTED', { requestClientCertificate: false });
  });
});

describe('the lock', () => {
  it('is not offered', async () => {
    await refused('LOCK_NOT_OFFERED', { lock: false });
  });

  it('is refused: the server does not know this machine’s key', async () => {
    await refused('LOCK_REFUSED', {}, { enrolled: 'wrong' });
  });

  it('is refused: the machine was revoked', async () => {
    await refused('LOCK_REFUSED', { machines: [{ kid: machineIdOf('bob'), revoked: true }] });
  });

  it('is played by a server that does not know the secret', async () => {
    expect(await refused('LOCK_SERVER_PROOF_WRONG', { lock: 'impostor' })).toContain('Report this at once');
  });
});

describe('signing in', () => {
  it('is refused: the card belongs to no account', async () => {
    await refused('SASL_REFUSED', { accounts: [{ ...account, upn: 'somebody-else@mil' }] });
  });

  it('is refused: the account is disabled', async () => {
    await refused('ACCOUNT_DISABLED', { accounts: [{ ...account, disabled: true }] });
  });

  it('is not offered by card', async () => {
    await refused('SASL_EXTERNAL_NOT_OFFERED', { offerExternal: false });
  });
});

/** Signs in elsewhere with Bob’s key and takes the client’s own resource. */
async function takeOver({ site }: Stage, client: Client): Promise<RawXmpp> {
  const { You } = await client.chat.connectionFacts();
  const resource = You?.Address?.split('/')[1] ?? '';
  expect(resource).not.toBe('');
  const slot = site.pki.cards.bob?.slots['9a'];
  const raw = await RawXmpp.connect({
    port: site.server.port,
    domain: DOMAIN,
    ca: readFileSync(site.pki.ca.root.certificate, 'utf8'),
    certificate: readFileSync(slot?.certificate ?? '', 'utf8'),
    key: readFileSync(slot?.key ?? '', 'utf8'),
  });
  const kid = machineIdOf('bob');
  const key = deriveMachineKey(nodeCrypto, site.lockMaster, DOMAIN, kid, EPOCH);
  await raw.passLock({ kid, keys: [{ epoch: EPOCH, key }] });
  expect(await raw.external()).toContain('<success');
  expect(await raw.bind(resource)).toContain(resource);
  return raw;
}

describe('while signed in', () => {
  it('a session elsewhere that takes over is said, and can be taken back', async () => {
    const opened = await open();
    const client = await opened.seat(BOB);
    await signIn(client);
    const raw = await takeOver(opened, client);
    try {
      expect(await shownError(client, 'CONFLICT')).toContain('somewhere else');
      expect(await client.chat.conversations.count()).toBe(0);
      await client.chat.page.getByRole('button', { name: 'Sign in here' }).click();
    } finally {
      raw.close();
    }
    await Promise.race([client.chat.online(), enterPin(client).catch(() => undefined)]);
    await client.chat.online();
  });

  it('an account that is disabled ends the session', async () => {
    const opened = await open();
    const client = await opened.seat(BOB);
    await signIn(client);
    await opened.site.server.disableAccount('bob');
    await client.chat.code('ACCOUNT_DISABLED').first().waitFor({ timeout: 60_000 });
  });

  it('a machine that is revoked is shut out', async () => {
    const opened = await open();
    const client = await opened.seat(BOB);
    await signIn(client);
    await opened.site.server.revokeMachine(machineIdOf('bob'));
    await client.chat.code('LOCK_REFUSED').first().waitFor({ timeout: 60_000 });
  });
});
