/** The tables that the server kit's modules read, as JSON values (formats: server/kit/README.md, server/prosody/README.md). */

import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';

export interface ProsodyAccount {
  readonly account: string;
  /** User principal names of the cards that belong to the account. */
  readonly upn?: string;
  /** What others' contact lists show; the account by default. */
  readonly name?: string;
  /** False: in nobody's contact list from the beginning. */
  readonly listed?: boolean;
  readonly disabled?: boolean;
  readonly xmppAddr?: string;
  /** Base64 of the SHA-256 of the certificate's SubjectPublicKeyInfo. */
  readonly spkiSha256?: string;
  /** As server/prosody/README.md has it. */
  readonly issuerSerial?: string;
  readonly subjectKeyId?: string;
  /** Of a site with passwords; without one the account does not exist there. */
  readonly password?: string;
  /** When the password expires, seconds since 1970; never by default. */
  readonly expires?: number;
}

export interface ProsodyMachine {
  readonly kid: string;
  readonly revoked?: boolean;
  /** Accounts that may sign in from it; all without. */
  readonly users?: readonly string[];
  /** The least epoch that it has to use, and until when (RFC 3339, UTC) earlier ones are accepted. */
  readonly epoch?: number;
  readonly graceUntil?: string;
}

/** What is switched off; nothing by default. */
export interface SwitchState {
  readonly service?: 'on' | 'off';
  /** Localparts. */
  readonly users?: readonly string[];
  /** Kids. */
  readonly machines?: readonly string[];
  /** Localparts. */
  readonly rooms?: readonly string[];
  /** Domains. */
  readonly partners?: readonly string[];
  /** Nodes, and addresses of people whose own are meant. */
  readonly feeds?: readonly string[];
}

/** `sallyport.card-accounts/1`. */
export function accountsTable(domain: string, accounts: readonly ProsodyAccount[]): unknown {
  return {
    format: 'sallyport.card-accounts/1',
    domain,
    accounts: accounts.map(
      ({ account, upn, xmppAddr, spkiSha256, issuerSerial, subjectKeyId, disabled }) => ({
        account,
        disabled: disabled ?? false,
        upns: upn === undefined ? [] : [upn],
        xmppAddrs: xmppAddr === undefined ? [] : [xmppAddr],
        spkiSha256: spkiSha256 === undefined ? [] : [spkiSha256],
        issuerSerials: issuerSerial === undefined ? [] : [issuerSerial],
        subjectKeyIds: subjectKeyId === undefined ? [] : [subjectKeyId],
      }),
    ),
  };
}

/** `sallyport.machines/1`. */
export function machinesTable(domain: string, machines: readonly ProsodyMachine[]): unknown {
  return {
    format: 'sallyport.machines/1',
    domain,
    machines: machines.map(({ revoked, ...machine }) => ({ ...machine, revoked: revoked ?? false })),
  };
}

/** mod_groups' file: everybody who is listed in one group, and so in each other's contact list. */
export function groupsFile(domain: string, accounts: readonly ProsodyAccount[]): string {
  const lines = accounts
    .filter(({ listed }) => listed !== false)
    .map(({ account, name }) => `${account}@${domain}=${name ?? account}`);
  return `[Analysts]\n${lines.join('\n')}\n`;
}

/** A node of the feeds' component, and what the administrators publish in it. */
export interface ProsodyFeed {
  readonly node: string;
  readonly title: string;
  readonly description?: string;
  /** Accounts. */
  readonly publishers?: readonly string[];
  readonly notices?: readonly ProsodyNotice[];
}

export interface ProsodyNotice {
  readonly id: string;
  readonly title: string;
  readonly text?: string;
  readonly author?: string;
  readonly link?: string;
  /** RFC 3339. */
  readonly updated: string;
  readonly label?: { readonly id: string; readonly text: string };
}

/** `sallyport.feeds/1`. */
export function feedsTable(domain: string, feeds: readonly ProsodyFeed[]): unknown {
  return { format: 'sallyport.feeds/1', domain, feeds };
}

/** `sallyport.switch/3`. */
export function switchTable(domain: string, revision: number, state: SwitchState): unknown {
  const { service = 'on', users = [], machines = [], rooms = [], partners = [], feeds = [] } = state;
  return {
    format: 'sallyport.switch/3',
    domain,
    revision,
    service,
    users,
    machines,
    rooms,
    partners,
    feeds,
    notices: [],
  };
}

/** A revision behind `last` and behind what the file has, which the kit's tool may have written. */
export function nextRevision(path: string, last: number): number {
  const found = /"revision": *(\d{1,9})\b/.exec(readFileSync(path, 'utf8'))?.[1] ?? '0';
  return Math.max(last, Number(found)) + 1;
}

/** An account as mod_auth_internal_hashed and mod_auth_sallyport_password keep it: a Lua table (RFC 5802 3, SHA-256). */
export function passwordRecord({ password = '', disabled = false, expires }: ProsodyAccount): string {
  const salt = randomBytes(16).toString('hex');
  const iterations = 10_000;
  const salted = pbkdf2Sync(password.normalize('NFKC'), salt, iterations, 32, 'sha256');
  const key = (name: string) => createHmac('sha256', salted).update(name).digest();
  const fields = [
    `["stored_key"] = "${createHash('sha256').update(key('Client Key')).digest('hex')}"`,
    `["server_key"] = "${key('Server Key').toString('hex')}"`,
    `["salt"] = "${salt}"`,
    `["iteration_count"] = ${iterations}`,
    `["disabled"] = ${disabled}`,
    ...(expires === undefined ? [] : [`["expires"] = ${expires}`]),
  ];
  return `return { ${fields.join('; ')} };\n`;
}
