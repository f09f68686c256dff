/** SCRAM-SHA-512-PLUS against an implementation that is not ours: ejabberd's `scram` module checks the proof and answers. */
import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { nodeCrypto } from '../../src/platform/node-crypto.ts';
import { type PasswordSignIn, scramKeys } from '../../src/xmpp/index.ts';
import { attempt, DOMAIN, EXPORTER, makeClient, type ScriptedServer } from '../support/scripted-xmpp.ts';

const PASSWORD = 'Canary-7f3a9c-correct-horse';
const SALT = Buffer.from('a salt of the server');
const ITERATIONS = 10_000;
const SASL = "xmlns='urn:ietf:params:xml:ns:xmpp-sasl'";
const OFFER =
  `<mechanisms ${SASL}><mechanism>SCRAM-SHA-512-PLUS</mechanism></mechanisms>` +
  "<sasl-channel-binding xmlns='urn:xmpp:sasl-cb:0'><channel-binding type='tls-exporter'/></sasl-channel-binding>";

/** What a server does with the proof (RFC 5802 3), in Erlang: prints `no`, or its own signature. */
const ERLANG = `
stringprep:load_nif(),
[Password, Salt, Iterations, AuthMessage, Proof] =
    [base64:decode(Text) || Text <- init:get_plain_arguments()],
Salted = scram:salted_password(sha512, Password, Salt, binary_to_integer(Iterations)),
StoredKey = scram:stored_key(sha512, scram:client_key(sha512, Salted)),
Signature = scram:client_signature(sha512, StoredKey, AuthMessage),
ClientKey = scram:client_key_xor(Proof, Signature),
case scram:stored_key(sha512, ClientKey) of
    StoredKey ->
        ServerKey = scram:server_key(sha512, Salted),
        io:format("~s", [base64:encode(scram:server_signature(sha512, ServerKey, AuthMessage))]);
    _ -> io:format("no")
end, halt().`;

const base64 = (data: string | Uint8Array): string => Buffer.from(data).toString('base64');

function erlangServer(password: string, authMessage: string, proof: string): string {
  const words = [base64(password), base64(SALT), base64(String(ITERATIONS)), base64(authMessage), proof];
  const code = ['-noshell', '-eval', ERLANG, '-extra', ...words];
  return execFileSync('erl', ['-pa', ...erlangPaths(), ...code], {
    encoding: 'utf8',
    env: { ...process.env, ERL_CRASH_DUMP_BYTES: '0' },
  });
}

function erlangPaths(): string[] {
  return execFileSync('sh', ['-c', 'ls -d /usr/lib/erlang/lib/p1_*/ebin'], { encoding: 'utf8' })
    .trim()
    .split('\n');
}

function signIn(password: string): PasswordSignIn {
  return {
    username: 'alice',
    mechanisms: ['SCRAM-SHA-512-PLUS'],
    rules: { minLength: 15, minClasses: 3 },
    change: false,
    keys: async (hash, salt, iterations) =>
      scramKeys(nodeCrypto, hash, await nodeCrypto.pbkdf2(hash, Buffer.from(password), salt, iterations)),
  };
}

/** Plays the server up to the proof; returns what Erlang says of it. */
async function judged(server: ScriptedServer): Promise<string> {
  const words = async (pattern: RegExp) =>
    Buffer.from(/>([^<]*)</.exec(await server.take(pattern))?.[1] ?? '', 'base64').toString();
  await server.lock();
  await server.opened(OFFER);
  const first = await words(/<auth [^>]*mechanism="SCRAM-SHA-512-PLUS"[^>]*>[^<]*<\/auth>/);
  const bare = first.replace('p=tls-exporter,,', '');
  const challenge = `r=${bare.split('r=')[1]}server,s=${base64(SALT)},i=${ITERATIONS}`;
  server.send(`<challenge ${SASL}>${base64(challenge)}</challenge>`);
  const final = await words(/<response [^>]*>[^<]*<\/response>/);
  const [withoutProof = '', proof = ''] = final.split(',p=');
  const binding = /^c=([^,]*),/.exec(withoutProof)?.[1] ?? '';
  expect(Buffer.from(binding, 'base64')).toEqual(Buffer.concat([Buffer.from('p=tls-exporter,,'), EXPORTER]));
  return erlangServer(PASSWORD, `${bare},${challenge},${withoutProof}`, proof);
}

it('the right password: ejabberd’s code accepts the proof, and the client its signature', async () => {
  const { server, outcome } = attempt(makeClient({ password: signIn(PASSWORD), timeouts: { step: 20_000 } }));
  const signature = await judged(server);
  expect(Buffer.from(signature, 'base64')).toHaveLength(64);
  server.send(`<success ${SASL}>${base64(`v=${signature}`)}</success>`);
  await server.opened("<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>");
  await server.bind();
  expect((await outcome).jid).toMatch(new RegExp(`^alice@${DOMAIN}/`));
});

it('another password: ejabberd’s code refuses the proof', async () => {
  const { server, outcome } = attempt(
    makeClient({ password: signIn(`${PASSWORD}!`), timeouts: { step: 20_000 } }),
  );
  const refused = outcome.catch((error: unknown) => error);
  expect(await judged(server)).toBe('no');
  server.send(`<failure ${SASL}><not-authorized/></failure>`);
  expect(await refused).toMatchObject({ code: 'PASSWORD_WRONG' });
});
