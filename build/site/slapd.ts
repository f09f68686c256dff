/**
 * A throw-away directory: Debian's slapd over ldaps on a free port of the loopback, as an ordinary user, with people that
 * tests can lock and take away. No anonymous access; the XMPP server has an account that reads.
 */
import { execFile, execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { appendFileSync, chownSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import {
  asUser,
  makeUserDirectory,
  type OrdinaryUser,
  ordinaryUser,
  userEnvironment,
} from '../lib/ordinary-user.ts';
import type { Authority, Pki } from './pki.ts';
import { issue } from './pki-authority.ts';
import { DOD_SUBJECT, newKeyAndRequest } from './pki-openssl.ts';
import { freePort } from './prosody-process.ts';
import type { ServerProcess } from './server-process.ts';
import {
  type DirectoryPerson,
  directoryEntries,
  LOCKED_FOR_GOOD,
  personDn,
  personEntry,
} from './slapd-entries.ts';
import { runSlapd } from './slapd-process.ts';

export type { DirectoryPerson } from './slapd-entries.ts';

const run = promisify(execFile);

export interface SlapdOptions {
  /** Emptied and filled. */
  readonly directory: string;
  /** Its authority for servers issues slapd's certificate. */
  readonly pki: Pki;
  readonly people: readonly DirectoryPerson[];
  /** A free one by default. */
  readonly port?: number;
}

export interface Slapd {
  /**
   * `ldaps://127.0.0.1:PORT`; the certificate names the address, because libldap puts the machine's name in the place of
   * `localhost`.
   */
  readonly url: string;
  readonly host: '127.0.0.1';
  readonly port: number;
  readonly baseDn: string;
  /** Where the people are, and the group of all of them: `cn=analysts`, posixGroup with `memberUid`. */
  readonly peopleDn: string;
  readonly groupsDn: string;
  /** The XMPP server's account: it reads, and changes nothing. */
  readonly bindDn: string;
  readonly bindPassword: string;
  /** PEM: the root that slapd's certificate chains to. */
  readonly caFile: string;
  /** Finds people who exist and are not locked (RFC 4515). */
  readonly accountFilter: string;
  /** Process id; another one after `start`. */
  readonly pid: number;
  addPerson(person: DirectoryPerson): Promise<void>;
  removePerson(uid: string): Promise<void>;
  /** Locks or unlocks a person, as an administrator does. */
  setDisabled(uid: string, disabled: boolean): Promise<void>;
  /** Starts it again after `stop`, on the same port with what it had stored. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

const BASE_DN = 'dc=example,dc=mil';
const BIND_DN = `cn=xmpp,${BASE_DN}`;
const ADMIN_DN = `cn=admin,${BASE_DN}`;

function hash(passwordFile: string): string {
  return execFileSync('/usr/sbin/slappasswd', ['-n', '-T', passwordFile], { encoding: 'utf8' });
}

function configuration(values: {
  readonly path: (name: string) => string;
  readonly adminHash: string;
}): string {
  const { path } = values;
  return `include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/nis.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
moduleload ppolicy
pidfile ${path('slapd.pid')}
argsfile ${path('slapd.args')}
TLSCACertificateFile ${path('ca.pem')}
TLSCertificateFile ${path('server.crt')}
TLSCertificateKeyFile ${path('server.key')}
TLSProtocolMin 3.3
disallow bind_anon
require bind
database mdb
maxsize 67108864
suffix "${BASE_DN}"
rootdn "${ADMIN_DN}"
rootpw ${values.adminHash}
directory ${path('db')}
index objectClass,uid,memberUid,employeeNumber eq
overlay ppolicy
access to attrs=userPassword by anonymous auth by * none
access to * by dn.exact="${BIND_DN}" read by * none
`;
}

/** Makes `server.key` and `server.crt`, its issuer's certificate behind it. */
async function makeCertificate(authority: Authority, path: (name: string) => string): Promise<void> {
  const request = path('server.csr');
  await newKeyAndRequest({
    algorithm: 'p256',
    key: path('server.key'),
    out: request,
    subject: `${DOD_SUBJECT}/CN=directory.example.mil`,
  });
  await issue(authority, {
    request,
    out: path('server.crt'),
    extensions: [
      'basicConstraints=critical,CA:FALSE',
      'authorityKeyIdentifier=keyid',
      'subjectKeyIdentifier=hash',
      'keyUsage=critical,digitalSignature',
      'extendedKeyUsage=serverAuth',
      'subjectAltName=IP:127.0.0.1,DNS:localhost',
      '',
    ].join('\n'),
  });
  await rm(request);
  appendFileSync(path('server.crt'), readFileSync(authority.certificate, 'utf8'));
}

class Directory implements Slapd {
  readonly host = '127.0.0.1';
  readonly baseDn = BASE_DN;
  readonly peopleDn = `ou=people,${BASE_DN}`;
  readonly groupsDn = `ou=groups,${BASE_DN}`;
  readonly bindDn = BIND_DN;
  readonly accountFilter = '(&(objectClass=inetOrgPerson)(!(pwdAccountLockedTime=*)))';
  readonly bindPassword: string;
  readonly url: string;
  readonly port: number;
  readonly caFile: string;
  readonly #user: OrdinaryUser;
  readonly #root: string;
  #process: ServerProcess | undefined;

  constructor(user: OrdinaryUser, root: string, port: number, bindPassword: string) {
    this.#user = user;
    this.#root = root;
    this.port = port;
    this.bindPassword = bindPassword;
    this.url = `ldaps://127.0.0.1:${port}`;
    this.caFile = join(root, 'ca.pem');
  }

  get pid(): number {
    return this.#process?.pid ?? 0;
  }

  async start(): Promise<void> {
    this.#process ??= await runSlapd(this.#user, join(this.#root, 'slapd.conf'), this.#root, this.port);
  }

  async stop(): Promise<void> {
    const running = this.#process;
    this.#process = undefined;
    await running?.stop();
  }

  addPerson(person: DirectoryPerson): Promise<void> {
    return this.#modify(personEntry(person, BASE_DN).replace('\n', '\nchangetype: add\n'));
  }

  removePerson(uid: string): Promise<void> {
    return this.#modify(`dn: ${personDn(uid, BASE_DN)}\nchangetype: delete\n`);
  }

  setDisabled(uid: string, disabled: boolean): Promise<void> {
    const change = disabled
      ? `replace: pwdAccountLockedTime\npwdAccountLockedTime: ${LOCKED_FOR_GOOD}\n`
      : 'replace: pwdAccountLockedTime\n';
    return this.#modify(`dn: ${personDn(uid, BASE_DN)}\nchangetype: modify\n${change}`);
  }

  /** Applies LDIF as the directory's administrator. */
  async #modify(ldif: string): Promise<void> {
    const file = join(this.#root, `change-${randomBytes(6).toString('hex')}.ldif`);
    writeFileSync(file, ldif, { mode: 0o600 });
    try {
      await run(
        'ldapmodify',
        ['-H', this.url, '-x', '-D', ADMIN_DN, '-y', join(this.#root, 'admin.password'), '-f', file],
        {
          env: {
            PATH: process.env.PATH ?? '/usr/bin:/bin',
            LDAPTLS_CACERT: this.caFile,
            LDAPTLS_REQCERT: 'hard',
          },
        },
      );
    } finally {
      await rm(file, { force: true });
    }
  }
}

/**
 * Makes the directory and starts it.
 *
 * @throws Error with slapd's output when it does not listen within twenty seconds
 */
export async function startSlapd(options: SlapdOptions): Promise<Slapd> {
  const root = resolve(options.directory);
  const path = (name: string) => join(root, name);
  const user = ordinaryUser();
  await rm(root, { recursive: true, force: true });
  makeUserDirectory(user, root, 0o755);
  makeUserDirectory(user, path('db'));
  const give = (name: string, data: string, mode = 0o600): void => {
    writeFileSync(path(name), data, { mode });
    if (user.dropped) chownSync(path(name), user.uid, user.gid);
  };
  const bindPassword = randomBytes(24).toString('base64url');
  give('admin.password', randomBytes(24).toString('base64url'));
  give('bind.password', bindPassword);
  give('ca.pem', readFileSync(options.pki.ca.root.certificate, 'utf8'), 0o644);
  await makeCertificate(options.pki.ca.server, path);
  for (const name of ['server.crt', 'server.key']) give(name, readFileSync(path(name), 'utf8'));
  give('slapd.conf', configuration({ path, adminHash: hash(path('admin.password')) }));
  give(
    'start.ldif',
    directoryEntries({
      baseDn: BASE_DN,
      bindDn: BIND_DN,
      bindPasswordHash: hash(path('bind.password')),
      people: options.people,
    }),
  );
  const { command, args } = asUser(user, '/usr/sbin/slapadd', [
    ...['-f', path('slapd.conf'), '-l', path('start.ldif')],
  ]);
  await run(command, [...args], { cwd: root, env: userEnvironment(user) });
  const directory = new Directory(user, root, options.port ?? (await freePort()), bindPassword);
  await directory.start();
  return directory;
}
