/**
 * Around a guide for administrators that a test works through: a directory (slapd), signatures for the scanner, the commands
 * that the guide takes for granted, its variables, and a person with the guide's trial card who signs in and sends files.
 */
import { execFileSync } from 'node:child_process';
import { chownSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { bundleFileGate } from '../../build/lib/file-gate-bundle.mjs';
import { makeUserDirectory, ordinaryUser } from '../../build/lib/ordinary-user.ts';
import { EICAR } from '../../build/site/clamd.ts';
import { makePki } from '../../build/site/pki.ts';
import { freePort } from '../../build/site/prosody-process.ts';
import { type Slapd, startSlapd } from '../../build/site/slapd.ts';
import { deriveMachineKey, type LockBinding, type LockKey } from '../../src/lock/index.ts';
import { nodeCrypto } from '../../src/platform/node-crypto.ts';
import { stopTlsWorkers } from '../../src/tls/index.ts';
import { bundleTlsWorker } from './bundle-worker.ts';
import { GuideShell } from './guide.ts';
import { bundlePolicyCommand } from './policy-command.ts';
import { startProductSession } from './product-session.ts';
import { DOMAIN, testUser } from './prosody-site.ts';
import { RawXmpp } from './raw-xmpp.ts';

const ROOT = resolve(import.meta.dirname, '..', '..');
const KID = 'WS-0001';
const SETTLE_MS = 30_000;

export interface GuideSite {
  readonly shell: GuideShell;
  readonly slapd: Slapd;
  /** The path of a file below the guide's directories `etc`, `var`, `log`, `run`, `pki`, `gate-etc`, … */
  at(name: string): string;
  /** Signs in with the product's session code; the code of what stops it, or `online` and the full JID. */
  signIn(): Promise<string>;
  /** Leaves the message that the guide's search finds. */
  sendMessage(): Promise<void>;
  /** Sends a text file through the gate; the answer to its upload, and the one to its download once it is judged. */
  sendFile(name: string, body: Buffer): Promise<{ readonly put: number; readonly got: Answer }>;
  stop(): Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** What must not be in any output: the text of the EICAR test file is a body that the scanner finds. */
export const INFECTED = Buffer.from(EICAR, 'latin1');

export async function startGuideSite(binding: LockBinding): Promise<GuideSite> {
  const user = ordinaryUser();
  const directory = mkdtempSync(join(tmpdir(), 'sallyport-guide-'));
  const at = (name: string) => join(directory, name);
  const own = (path: string) => user.dropped && chownSync(path, user.uid, user.gid);
  makeUserDirectory(user, directory, 0o755);
  own(directory);
  const pki = await makePki({ directory: at('slapd-pki'), domain: DOMAIN, users: [] });
  const slapd = await startSlapd({
    directory: at('slapd'),
    pki,
    people: [testUser('alice', 1), testUser('bob', 2)].map(({ account, edipi }) => ({
      uid: account,
      employeeNumber: edipi,
    })),
  });
  const passwordFile = at('password');
  writeFileSync(passwordFile, slapd.bindPassword, { mode: 0o600 });
  own(passwordFile);
  // Copies, which the ordinary user can read wherever the repository is.
  cpSync(join(ROOT, 'server'), at('kit/server'), { recursive: true });
  cpSync(join(ROOT, 'src/lock/vectors.json'), at('kit/src/lock/vectors.json'));
  const command = bundlePolicyCommand();
  cpSync(command.file, at('bin/sallyport-policy.cjs'));
  writeFileSync(
    at('bin/sallyport-policy'),
    `#!/bin/sh\nexec '${process.execPath}' '${at('bin/sallyport-policy.cjs')}' "$@"\n`,
    { mode: 0o755 },
  );
  const gateProgram = await bundleFileGate(at('bin'));
  mkdirSync(at('signatures'));
  writeFileSync(at('signatures/local.ndb'), `Local.Eicar.Ndb:0:*:${INFECTED.toString('hex')}\n`);
  execFileSync('chmod', ['-R', 'a+rX', at('kit'), at('bin'), at('signatures')]);
  const [port, gatePort, controlPort] = [await freePort(), await freePort(), await freePort()];
  const places = ['etc', 'var', 'log', 'run', 'pki', 'backup', 'spool'].concat([
    'gate-etc',
    'gate-var',
    'gate-log',
    'gate-run',
  ]);
  const shell = new GuideShell(user, directory, {
    PATH: `${at('bin')}:${process.env.PATH ?? ''}`,
    KIT: at('kit/server'),
    ...Object.fromEntries(places.map((name) => [name.toUpperCase().replace('-', '_'), at(name)])),
    ADDRESS: '127.0.0.1',
    PORT: String(port),
    CTL_PORT: String(controlPort),
    LDAP_URL: slapd.url,
    // ejabberd compares the directory's certificate with a name only
    LDAP_HOST: 'localhost',
    LDAP_PORT: String(slapd.port),
    LDAP_ROOT: slapd.baseDn,
    LDAP_CA: slapd.caFile,
    LDAP_BIND_DN: slapd.bindDn,
    LDAP_BASE: slapd.peopleDn,
    LDAP_PASSWORD_FILE: passwordFile,
    GATE_HOST: 'localhost',
    GATE_PORT: String(gatePort),
    GATE_PROGRAM: gateProgram,
    SCANNER: at('gate-run/clamd.sock'),
    SIGNATURES: at('signatures'),
  });

  const pem = (name: string) => readFileSync(at(name), 'utf8');
  const machineKey = (): LockKey => {
    const master = JSON.parse(pem('etc/lock-masters/epoch-1.json'));
    const key = deriveMachineKey(nodeCrypto, Buffer.from(master.key, 'base64'), DOMAIN, KID, 1);
    return { epoch: 1, key };
  };
  const trialCard = () => ({ certificate: pem('pki/trial.crt'), key: pem('pki/trial.key') });

  async function signedIn(): Promise<RawXmpp> {
    const client = await RawXmpp.connect({ port, domain: DOMAIN, ca: pem('pki/root.crt'), ...trialCard() });
    await client.passLock({ kid: KID, keys: [machineKey()] }, binding);
    const answer = await client.external(`alice@${DOMAIN}`);
    if (!answer.includes('<success')) throw new Error(`not signed in: ${answer}`);
    await client.bind();
    return client;
  }

  async function slot(name: string, size: number): Promise<{ readonly url: URL; readonly token: string }> {
    const client = await signedIn();
    client.send(
      `<iq type='get' to='upload.${DOMAIN}' id='slot'><request xmlns='urn:xmpp:http:upload:0' filename='${name}' size='${size}' content-type='text/plain'/></iq>`,
    );
    const answer = await client.take(/<iq [^>]*id='slot'.*?<\/iq>/s);
    client.close();
    const url = /<put [^>]*url='([^']*)'/.exec(answer)?.[1];
    if (url === undefined) throw new Error(`no slot: ${answer}`);
    const token = /<header name='Authorization'>([^<]*)</.exec(answer)?.[1] ?? '';
    return { url: new URL(url.replaceAll('&amp;', '&')), token };
  }

  function call(method: string, url: URL, headers = {}, body?: Buffer): Promise<Answer> {
    const { certificate: cert, key } = trialCard();
    return new Promise((done, failed) => {
      const options = { method, headers, ca: pem('pki/root.crt'), cert, key, agent: false };
      const outgoing = request(url, options, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (part: string) => {
          text += part;
        });
        response.once('end', () => done({ status: response.statusCode ?? 0, body: text }));
        response.once('error', failed);
      });
      outgoing.once('error', failed);
      outgoing.end(body);
    });
  }

  return {
    shell,
    slapd,
    at,
    signIn: async () => {
      const session = await startProductSession({
        workerFile: await bundleTlsWorker(),
        domain: DOMAIN,
        port,
        pinned: at('etc/server.crt'),
        root: at('pki/root.crt'),
        card: { certificate: at('pki/trial.crt'), key: at('pki/trial.key') },
        lock: { kid: KID, keys: [machineKey()] },
        binding,
      });
      session.stop();
      return `${session.outcome} ${session.jid}`;
    },
    sendMessage: async () => {
      const client = await signedIn();
      client.send(
        `<message to='alice@${DOMAIN}' type='chat'><body>hello from the guide</body></message><iq type='get' id='p'><ping xmlns='urn:xmpp:ping'/></iq>`,
      );
      await client.take(/<iq [^>]*id='p'/);
      client.close();
    },
    sendFile: async (name, body) => {
      const { url, token } = await slot(name, body.length);
      const headers = {
        'content-type': 'text/plain',
        'content-length': body.length,
        ...(token === '' ? {} : { authorization: token }),
      };
      const { status: put } = await call('PUT', url, headers, body);
      const file = new URL(url.pathname, url);
      for (const deadline = Date.now() + SETTLE_MS; ; await sleep(50)) {
        const got = await call('GET', file);
        if ((got.status !== 202 && got.status !== 503) || Date.now() > deadline) return { put, got };
      }
    },
    stop: async () => {
      await stopTlsWorkers();
      shell.end();
      await slapd.stop();
      command.remove();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
