/** What else the Prosody kit promises: revocation, archive, upload slots, backup and restore. */
import { createHmac } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { writeCrl } from '../../build/site/pki-authority.ts';
import { DOMAIN, startTestSite, type TestSite, testUser } from '../support/prosody-site.ts';
import type { RawXmpp } from '../support/raw-xmpp.ts';
import { serverTool } from '../support/server-tool.ts';

const USERS = [testUser('alice', 1), testUser('bob', 2)];
const PROSODY = {
  accounts: [
    { account: 'alice', upn: '1000000001@mil' },
    { account: 'bob', upn: '1000000002@mil' },
  ],
  machines: [{ kid: 'WS-1' }],
};

async function bound(site: TestSite, account: string, resource = 'kit'): Promise<RawXmpp> {
  const client = await site.connect(site.card(account));
  await client.passLock(site.machine('WS-1', 1));
  expect(await client.external()).toContain('<success');
  await client.bind(resource);
  return client;
}

const pem = (...files: readonly string[]) => files.map((file) => readFileSync(file, 'utf8')).join('\n');

describe('revocation', () => {
  let site: TestSite;
  beforeAll(async () => {
    site = await startTestSite({ users: USERS, epochs: [1], prosody: PROSODY });
  });
  afterAll(() => site?.stop());

  const authorities = () => {
    const { root, id, email } = site.pki.ca;
    return pem(site.pki.chain, root.crl, id.crl, email.crl);
  };
  async function alert(account: string): Promise<string> {
    const client = await site.connect(site.card(account));
    return client.open().then(
      () => 'none',
      (error: Error) => error.message,
    );
  }

  it('takes a new list over on reload: the card is refused from then on', async () => {
    expect(await alert('alice')).toBe('none');
    await writeCrl(site.pki.ca.id, [site.pki.cards.alice?.slots['9a'].certificate ?? '']);
    await site.server.setClientAuthorities(authorities());
    expect(await alert('alice')).toContain('certificate revoked');
    expect(await alert('bob')).toBe('none');
  });

  it('of an authority revokes all of its cards', async () => {
    await writeCrl(site.pki.ca.id, []);
    await writeCrl(site.pki.ca.root, [site.pki.ca.id.certificate]);
    await site.server.setClientAuthorities(authorities());
    expect(await alert('bob')).toContain('certificate revoked');
    await writeCrl(site.pki.ca.root, []);
    await site.server.setClientAuthorities(authorities());
    expect(await alert('bob')).toBe('none');
  });

  it.each(['id', 'root'] as const)(
    'an expired list of %s refuses everybody, and status says so',
    async (ca) => {
      await writeCrl(site.pki.ca[ca], [], true);
      await site.server.setClientAuthorities(authorities());
      expect(await alert('alice')).toContain('alert certificate expired');
      expect(await alert('bob')).toContain('alert certificate expired');
      const { code, out } = await serverTool(site.server).run('status');
      expect(code).toBe(1);
      expect(out).toMatch(/^expired .*revocation list of/m);
      await writeCrl(site.pki.ca[ca], []);
      await site.server.setClientAuthorities(authorities());
      expect(await alert('bob')).toBe('none');
      expect((await serverTool(site.server).run('status')).code).toBe(0);
    },
  );

  it('a missing list of any authority in the chain refuses everybody', async () => {
    const { root, email } = site.pki.ca;
    await site.server.setClientAuthorities(pem(site.pki.chain, root.crl, email.crl));
    expect(await alert('alice')).toMatch(/alert/);
    await site.server.setClientAuthorities(authorities());
    expect(await alert('alice')).toBe('none');
  });
});

describe('the archive', () => {
  let site: TestSite | undefined;
  afterEach(async () => {
    await site?.stop();
    site = undefined;
  });

  it('gives people their own conversations and nobody else’s (XEP-0313)', async () => {
    site = await startTestSite({ users: USERS, epochs: [1], prosody: PROSODY });
    const alice = await bound(site, 'alice');
    alice.send(`<message type='chat' to='bob@${DOMAIN}' id='a1'><body>for the archive</body></message>`);
    const query = "<query xmlns='urn:xmpp:mam:2' queryid='q'/>";
    alice.send(`<iq type='set' id='q1'>${query}</iq>`);
    expect(await alice.take(/<iq [^>]*id='q1'.*?<\/iq>/s)).toContain("type='result'");
    expect(alice.received).toContain('for the archive');
    const bob = await bound(site, 'bob');
    bob.send(`<iq type='set' id='q2'>${query}</iq>`);
    await bob.take(/<iq [^>]*id='q2'.*?<\/iq>/s);
    expect(bob.received).toContain('for the archive');
    bob.send(`<iq type='set' id='q3' to='alice@${DOMAIN}'>${query}</iq>`);
    expect(await bob.take(/<iq [^>]*id='q3'.*?<\/iq>/s)).toContain("type='error'");
  });

  it('is not forged into: an archive id that a client makes up is gone when it arrives', async () => {
    site = await startTestSite({ users: USERS, epochs: [1], prosody: PROSODY });
    const alice = await bound(site, 'alice');
    const bob = await bound(site, 'bob');
    bob.send('<presence/>');
    await bob.take(/<presence [^>]*from=/);
    alice.send(
      `<message type='chat' to='bob@${DOMAIN}'><body>forged</body><stanza-id xmlns='urn:xmpp:sid:0' id='evil' by='bob@${DOMAIN}'/></message>`,
    );
    const message = await bob.take(/<message .*?<\/message>/s);
    expect(message).toContain('forged');
    expect(message).not.toContain('evil');
    expect(message.match(/<stanza-id /g)).toHaveLength(1);
  });

  it('without offline messages delivers none to whoever comes back, and has them all the same', async () => {
    site = await startTestSite({ users: USERS, epochs: [1], prosody: { ...PROSODY, offline: false } });
    const alice = await bound(site, 'alice');
    alice.send(`<message type='chat' to='bob@${DOMAIN}'><body>while away</body></message>`);
    const bob = await bound(site, 'bob');
    bob.send('<presence/>');
    bob.send("<iq type='get' id='p'><ping xmlns='urn:xmpp:ping'/></iq>");
    await bob.take(/<iq [^>]*id='p'/);
    expect(bob.received).not.toContain('while away');
    bob.send("<iq type='set' id='q'><query xmlns='urn:xmpp:mam:2'/></iq>");
    await bob.take(/<iq [^>]*id='q'/);
    expect(bob.received).toContain('while away');
  });
});

describe('upload slots (XEP-0363)', () => {
  let site: TestSite;
  const SECRET = 'not-a-real-secret-0123456789abcdef';
  const UPLOAD = `upload.${DOMAIN}`;
  beforeAll(async () => {
    const fileGate = {
      baseUrl: 'https://gate.example.mil:8443/files/',
      secret: SECRET,
      sizeLimit: 1_000_000,
    };
    site = await startTestSite({ users: USERS, epochs: [1], prosody: { ...PROSODY, fileGate } });
  });
  afterAll(() => site?.stop());

  async function slot(size: number): Promise<string> {
    const alice = await bound(site, 'alice');
    alice.send(
      `<iq type='get' id='slot' to='${UPLOAD}'><request xmlns='urn:xmpp:http:upload:0' filename='plan.pdf' size='${size}' content-type='application/pdf'/></iq>`,
    );
    const answer = await alice.take(/<iq [^>]*id='slot'.*?<\/iq>/s);
    alice.close();
    return answer;
  }

  it('lead to the gate and are signed with its secret, in the name of the sender', async () => {
    const answer = await slot(4711);
    const put = /<put url='([^']*)'/.exec(answer)?.[1] ?? '';
    expect(put).toMatch(/^https:\/\/gate\.example\.mil:8443\/files\/[^/]+\/plan\.pdf$/);
    expect(/<get url='([^']*)'/.exec(answer)?.[1]).toBe(put);
    const token = />Bearer ([^<]*)</.exec(answer)?.[1] ?? '';
    const [header = '', payload = '', signature] = token.split('.');
    expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toMatchObject({ alg: 'HS256' });
    expect(signature).toBe(createHmac('sha256', SECRET).update(`${header}.${payload}`).digest('base64url'));
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
    expect(claims).toMatchObject({ filename: 'plan.pdf', filesize: 4711, filetype: 'application/pdf' });
    expect(claims.sub).toBe(`alice@${DOMAIN}`);
    expect(put).toContain(`/${claims.slot}/`);
    expect(claims.exp - claims.iat).toBe(300);
  });

  it('are not given for files over the limit', async () => {
    expect(await slot(1_000_001)).toContain("type='error'");
  });

  it('need no port of their own, and are in the domain’s list of services', async () => {
    expect(site.server.log().match(/Activated service '[^']*' on \[.*/g)).toHaveLength(1);
    const alice = await bound(site, 'alice');
    alice.send(
      `<iq type='get' id='d' to='${DOMAIN}'><query xmlns='http://jabber.org/protocol/disco#items'/></iq>`,
    );
    expect(await alice.take(/<iq [^>]*id='d'.*?<\/iq>/s)).toContain(`jid='${UPLOAD}'`);
    alice.close();
  });
});

describe('backup and restore', () => {
  let site: TestSite;
  beforeAll(async () => {
    site = await startTestSite({ users: USERS, epochs: [1], prosody: PROSODY });
  });
  afterAll(() => site?.stop());

  it('bring back accounts, keys, switch and rooms after everything was lost', async () => {
    const tool = serverTool(site.server);
    const root = dirname(site.server.logDirectory);
    const file = join(site.directory, 'backup.tar.gz');
    const alice = await bound(site, 'alice');
    const room = `kept@${site.server.roomService}`;
    alice.send(`<presence to='${room}/A'><x xmlns='http://jabber.org/protocol/muc'/></presence>`);
    await alice.take(/code='201'/);
    await tool.run('off', '--user', 'bob', '--reason', 'before the backup');
    await site.server.stop();
    expect(await tool.run('backup', file)).toMatchObject({ code: 0, err: '' });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect((await tool.run('backup', file)).err).toContain('exists already');

    for (const name of ['data', 'lock-masters', 'accounts.json', 'machines.json']) {
      rmSync(join(root, name), { recursive: true });
    }
    expect(await tool.run('restore', file)).toMatchObject({ code: 0, err: '' });
    await site.server.start();
    const again = await bound(site, 'alice');
    again.send(`<presence to='${room}/A'><x xmlns='http://jabber.org/protocol/muc'/></presence>`);
    await again.take(/code='110'/);
    expect(again.received).not.toContain("code='201'");
    const bob = await site.connect(site.card('bob'));
    await bob.passLock(site.machine('WS-1', 1));
    expect(await bob.external()).toContain('<account-disabled/>');
    expect(readdirSync(root).some((name) => name.startsWith('switch.json.before-'))).toBe(true);
    expect(statSync(join(root, 'lock-masters', 'epoch-1.json')).mode & 0o777).toBe(0o600);
    expect(await tool.records('events', '--event', 'admin.restore')).toHaveLength(1);
    again.close();
  });

  it('are refused while the server runs, for another server, for a damaged archive and for files that are not listed', async () => {
    const tool = serverTool(site.server);
    const root = dirname(site.server.logDirectory);
    const file = join(site.directory, 'second.tar.gz');
    expect((await tool.run('backup', file)).code).toBe(0);
    expect((await tool.run('restore', file)).err).toContain('stop it first');
    await site.server.stop();
    const before = readFileSync(join(root, 'accounts.json'), 'utf8');
    const other = serverTool(site.server, { domain: 'other.example.mil' });
    expect((await other.run('restore', file)).err).toContain('another server');
    const fewer = serverTool(site.server, { backup: [join(root, 'accounts.json')] });
    expect((await fewer.run('restore', file)).err).toContain('which the settings do not list');
    const bytes = readFileSync(file);
    writeFileSync(file, bytes.subarray(0, bytes.length - 2000));
    expect((await serverTool(site.server).run('restore', file)).code).toBe(1);
    writeFileSync(file, 'no archive');
    expect((await serverTool(site.server).run('restore', file)).code).toBe(1);
    expect(
      (
        await serverTool(site.server, { backup: [join(root, 'absent')] }).run(
          'backup',
          join(site.directory, 'third'),
        )
      ).err,
    ).toContain('does not exist');
    expect(existsSync(join(site.directory, 'third'))).toBe(false);
    expect(readFileSync(join(root, 'accounts.json'), 'utf8')).toBe(before);
    await site.server.start();
  });
});
