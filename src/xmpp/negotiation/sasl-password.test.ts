/** A server, or somebody between it and the client, that offers less, repeats, lies or stops half-way. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  attempt,
  DOMAIN,
  EXPORTER,
  makeClient,
  type ScriptedServer,
  settled,
} from '../../../test/support/scripted-xmpp.ts';
import { nodeCrypto } from '../../platform/node-crypto.ts';
import type { ScramHash } from '../../shared/crypto.ts';
import { AppError } from '../../shared/errors.ts';
import type { PasswordMechanism } from '../../shared/password-contract.ts';
import type { PasswordSignIn } from '../api.ts';
import { scramKeys, scramProof } from './sasl-scram.ts';

const PASSWORD = 'Canary-7f3a9c-correct-horse';
const SALT = Buffer.from('0123456789abcdef');
const SASL = "xmlns='urn:ietf:params:xml:ns:xmpp-sasl'";
const mechanisms = (...names: string[]) =>
  `<mechanisms ${SASL}>${names.map((name) => `<mechanism>${name}</mechanism>`).join('')}</mechanisms>`;
const bindings = (...types: string[]) =>
  `<sasl-channel-binding xmlns='urn:xmpp:sasl-cb:0'>${types.map((type) => `<channel-binding type='${type}'/>`).join('')}</sasl-channel-binding>`;
const PLUS = 'SCRAM-SHA-256-PLUS';
const OFFER = mechanisms(PLUS) + bindings('tls-exporter');
const base64 = (data: string | Uint8Array): string => Buffer.from(data).toString('base64');
const element = (name: string, text: string) => `<${name} ${SASL}>${base64(text)}</${name}>`;

async function keysOf(hash: ScramHash, salt: Uint8Array, iterations: number) {
  return scramKeys(nodeCrypto, hash, await nodeCrypto.pbkdf2(hash, Buffer.from(PASSWORD), salt, iterations));
}

function password(changes: Partial<PasswordSignIn> = {}): PasswordSignIn {
  return {
    username: 'alice',
    mechanisms: ['SCRAM-SHA-512-PLUS', 'SCRAM-SHA-256-PLUS'],
    rules: { minLength: 15, minClasses: 3 },
    change: true,
    keys: keysOf,
    ...changes,
  };
}

interface Asked {
  readonly mechanism: string;
  readonly bare: string;
  readonly nonce: string;
}

/** Takes `<auth/>`; its words are checked to be those of the binding. */
async function asked(server: ScriptedServer): Promise<Asked> {
  const auth = await server.take(/<auth [^>]*>[^<]*<\/auth>/);
  const [, mechanism = '', text = ''] = /mechanism="([^"]*)"[^>]*>([^<]*)</.exec(auth) ?? [];
  const first = Buffer.from(text, 'base64').toString();
  expect(first).toMatch(/^p=tls-exporter,,n=alice,r=[A-Za-z0-9+/]{32}$/);
  return { mechanism, bare: first.slice('p=tls-exporter,,'.length), nonce: first.split('r=')[1] ?? '' };
}

const serverFirst = (nonce: string) => `r=${nonce}more,s=${base64(SALT)},i=4096`;

/** Plays the exchange up to the client's proof, checks the proof, and returns the right last word. */
async function proved(server: ScriptedServer, extension = ''): Promise<string> {
  const { mechanism, bare, nonce } = await asked(server);
  const hash = (mechanism as PasswordMechanism) === PLUS ? 'sha256' : 'sha512';
  const challenge = serverFirst(nonce) + extension;
  server.send(element('challenge', challenge));
  const response = await server.take(/<response [^>]*>[^<]*<\/response>/);
  const final = Buffer.from(/>([^<]*)</.exec(response)?.[1] ?? '', 'base64').toString();
  const [withoutProof = '', proof = ''] = final.split(',p=');
  expect(withoutProof).toBe(
    `c=${base64(Buffer.concat([Buffer.from('p=tls-exporter,,'), EXPORTER]))},r=${nonce}more`,
  );
  const expected = scramProof(
    nodeCrypto,
    hash,
    await keysOf(hash, SALT, 4096),
    `${bare},${challenge},${withoutProof}`,
  );
  expect(proof).toBe(base64(expected.proof));
  return `v=${base64(expected.serverSignature)}`;
}

async function outcomeOf(
  offer: string,
  play: (server: ScriptedServer) => Promise<void>,
  changes: Partial<PasswordSignIn> = {},
): Promise<{ readonly code: unknown; readonly written: string }> {
  const { server, outcome } = attempt(makeClient({ password: password(changes) }));
  const result = outcome.then(
    () => 'online',
    (error: { readonly code: unknown }) => error.code,
  );
  await server.lock();
  await server.opened(offer);
  await play(server);
  const code = await result;
  await settled();
  expect(server.received).not.toContain(PASSWORD);
  return { code, written: server.received };
}

const nothing = async () => undefined;

describe('what is offered', () => {
  it.each([
    ['no mechanism', mechanisms() + bindings('tls-exporter'), 'PASSWORD_NOT_OFFERED'],
    ['no SASL at all', bindings('tls-exporter'), 'PASSWORD_NOT_OFFERED'],
    [
      'no -PLUS',
      mechanisms('SCRAM-SHA-256', 'SCRAM-SHA-512') + bindings('tls-exporter'),
      'PASSWORD_NOT_OFFERED',
    ],
    [
      'SHA-1 alone',
      mechanisms('SCRAM-SHA-1-PLUS', 'SCRAM-SHA-1') + bindings('tls-exporter'),
      'PASSWORD_NOT_OFFERED',
    ],
    ['PLAIN alone', mechanisms('PLAIN') + bindings('tls-exporter'), 'PASSWORD_NOT_OFFERED'],
    ['the card alone', mechanisms('EXTERNAL') + bindings('tls-exporter'), 'PASSWORD_NOT_OFFERED'],
    ['no XEP-0440', mechanisms(PLUS), 'CHANNEL_BINDING_NOT_OFFERED'],
    ['an empty XEP-0440', mechanisms(PLUS) + bindings(), 'CHANNEL_BINDING_NOT_OFFERED'],
    [
      'other bindings',
      mechanisms(PLUS) + bindings('tls-unique', 'tls-server-end-point'),
      'CHANNEL_BINDING_NOT_OFFERED',
    ],
  ])('%s: the account is not named', async (_what, offer, code) => {
    const outcome = await outcomeOf(offer, nothing);
    expect(outcome.code).toBe(code);
    expect(outcome.written).not.toMatch(/<auth|alice/);
  });

  it('too much is no offer', async () => {
    const names = Array.from({ length: 65 }, (_, index) => `X-${index}`);
    expect((await outcomeOf(mechanisms(...names), nothing)).code).toBe('STREAM_MALFORMED');
  });

  it('is chosen from by the policy’s order', async () => {
    const both = mechanisms(PLUS, 'SCRAM-SHA-512-PLUS') + bindings('tls-exporter');
    const chosen = async (changes: Partial<PasswordSignIn>) => {
      let mechanism = '';
      await outcomeOf(
        both,
        async (server) => {
          mechanism = (await asked(server)).mechanism;
          server.send(`<failure ${SASL}><not-authorized/></failure>`);
        },
        changes,
      );
      return mechanism;
    };
    expect(await chosen({})).toBe('SCRAM-SHA-512-PLUS');
    expect(await chosen({ mechanisms: [PLUS] })).toBe(PLUS);
  });
});

describe('the exchange', () => {
  it.each([PLUS, 'SCRAM-SHA-512-PLUS'])(
    '%s ends in a session when everything is right',
    async (mechanism) => {
      const { server, outcome } = attempt(makeClient({ password: password() }));
      await server.lock();
      await server.opened(mechanisms(mechanism) + bindings('tls-exporter'));
      server.send(element('success', await proved(server)));
      await server.opened("<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>");
      await server.bind();
      expect((await outcome).jid).toMatch(new RegExp(`^alice@${DOMAIN}/`));
    },
  );

  it('never ends in another account', async () => {
    const { server, outcome } = attempt(makeClient({ password: password() }));
    const result = outcome.catch((error: unknown) => error);
    await server.lock();
    await server.opened(OFFER);
    server.send(element('success', await proved(server)));
    await server.opened("<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>");
    await server.take(/<\/bind><\/iq>/);
    server.send(
      `<iq type='result' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>mallory@${DOMAIN}/x</jid></bind></iq>`,
    );
    expect(await result).toMatchObject({ code: 'BIND_FAILED' });
  });

  const challenge = (make: (nonce: string) => string) => async (server: ScriptedServer) =>
    server.send(element('challenge', make((await asked(server)).nonce)));
  const replayed = 'r=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAmore';
  const offerHash = (text: string) => createHash('sha256').update(text).digest('base64');

  it.each([
    ['a replayed challenge', challenge(() => `${replayed},s=${base64(SALT)},i=4096`), 'SCRAM_REFUSED'],
    ['one iteration', challenge((nonce) => serverFirst(nonce).replace('4096', '1')), 'SCRAM_REFUSED'],
    [
      'a thousand million iterations',
      challenge((nonce) => serverFirst(nonce).replace('4096', '1000000000')),
      'SCRAM_REFUSED',
    ],
    ['a demand', challenge((nonce) => `m=x,${serverFirst(nonce)}`), 'SCRAM_REFUSED'],
    [
      'a list of mechanisms that was shortened on the way (h)',
      challenge(
        (nonce) => `${serverFirst(nonce)},h=${offerHash(`${PLUS}\x1eSCRAM-SHA-512-PLUS\x1ftls-exporter`)}`,
      ),
      'SCRAM_DOWNGRADE',
    ],
    [
      'a list of bindings that was changed on the way (d)',
      challenge((nonce) => `${serverFirst(nonce)},d=${offerHash(`${PLUS}|tls-exporter,tls-unique`)}`),
      'SCRAM_DOWNGRADE',
    ],
    [
      'no base64',
      async (server: ScriptedServer) => {
        await asked(server);
        server.send(`<challenge ${SASL}>***</challenge>`);
      },
      'SCRAM_REFUSED',
    ],
    [
      'success at once',
      async (server: ScriptedServer) => {
        await asked(server);
        server.send(`<success ${SASL}/>`);
      },
      'STREAM_MALFORMED',
    ],
    [
      'an element that has no place',
      async (server: ScriptedServer) => {
        await asked(server);
        server.send('<message><body>x</body></message>');
      },
      'STREAM_MALFORMED',
    ],
  ])('%s: no proof is given', async (_what, play, code) => {
    const outcome = await outcomeOf(OFFER, play);
    expect(outcome.code).toBe(code);
    expect(outcome.written).not.toContain('<response');
  });

  it.each([
    ['no last word', () => '', 'SCRAM_SERVER_SIGNATURE_WRONG'],
    ['an error', () => 'e=invalid-proof', 'SCRAM_SERVER_SIGNATURE_WRONG'],
    [
      'one wrong bit',
      (right: string) => right.replace(/^v=./, (start) => (start === 'v=A' ? 'v=B' : 'v=A')),
      'SCRAM_SERVER_SIGNATURE_WRONG',
    ],
    ['a short signature', () => `v=${base64(new Uint8Array(20))}`, 'SCRAM_SERVER_SIGNATURE_WRONG'],
  ])('%s: success does not count', async (_what, spoil, code) => {
    const outcome = await outcomeOf(OFFER, async (server) => {
      const right = await proved(server);
      server.send(element('success', spoil(right)));
    });
    expect(outcome.code).toBe(code);
    expect(outcome.written).not.toContain('<bind');
  });

  it.each([
    ['not-authorized', 'PASSWORD_WRONG'],
    ['account-disabled', 'ACCOUNT_DISABLED'],
    ['credentials-expired', 'PASSWORD_EXPIRED'],
    ['temporary-auth-failure', 'PASSWORD_TEMPORARILY_REFUSED'],
    ['mechanism-too-weak', 'PASSWORD_SIGN_IN_REFUSED'],
    ['x'.repeat(50), 'PASSWORD_SIGN_IN_REFUSED'],
  ])('%s is told apart', async (condition, code) => {
    const { code: seen } = await outcomeOf(OFFER, async (server) => {
      await proved(server);
      server.send(`<failure ${SASL}><${condition}/><text>secret words</text></failure>`);
    });
    expect(seen).toBe(code);
  });

  it('ends with what the keys end with', async () => {
    const keys = () => Promise.reject(new AppError('PASSWORD_NEEDED'));
    const outcome = await outcomeOf(OFFER, challenge(serverFirst), { keys });
    expect(outcome.code).toBe('PASSWORD_NEEDED');
    expect(outcome.written).not.toContain('<response');
  });
});
