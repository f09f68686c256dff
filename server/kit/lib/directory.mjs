/**
 * The table of accounts out of LDAP or Active Directory: who is in the directory and not locked there has an account.
 * Reads over ldaps with OpenLDAP's ldapsearch; the servers themselves hold no password of the directory and never wait
 * for it.
 */
import { execFile } from 'node:child_process';
import { isAbsolute } from 'node:path';
import { promisify } from 'node:util';
import { alone } from './alone.mjs';
import { ToolError } from './errors.mjs';
import { readText, replaceFile } from './files.mjs';
import { identitiesText, readIdentities, withIdentities, withoutGone } from './identities.mjs';
import { logAction } from './journal.mjs';
import { entriesOf } from './ldif.mjs';

const run = promisify(execFile);

const ACCOUNT = /^[a-z0-9][a-z0-9._-]{0,254}$/;
const ATTRIBUTE = /^[A-Za-z][A-Za-z0-9-]{0,63}$/;
const MAX_VCARD_TEXT = 500;
const MAX_PEOPLE = 100_000;
const MAX_UPN = 256;
const ANSWER_LIMIT = 256 * 1024 * 1024;
const ANSWER_MS = 120_000;
/** Active Directory, userAccountControl: ACCOUNTDISABLE. */
const ACCOUNT_DISABLED = 2;
/** Between 1601 and 1970, in the 100 ns of Active Directory's times. */
const FILETIME_1970 = 116_444_736_000_000_000n;
/** Active Directory, accountExpires: never. */
const NEVER = 9_223_372_036_854_775_807n;

const VCARD = {
  fn: 'displayName',
  given: 'givenName',
  family: 'sn',
  title: 'title',
  role: 'employeeType',
  unit: 'ou',
  email: 'mail',
  phone: 'telephoneNumber',
};

/** @param {Record<string, any>} settings */
function checked(settings) {
  const source = settings.directory;
  if (typeof source !== 'object' || source === null) throw new ToolError('the settings have no directory');
  const text = (name) => {
    if (typeof source[name] !== 'string' || source[name] === '')
      throw new ToolError(`directory.${name} is missing`);
    return source[name];
  };
  const attribute = (value, name) => {
    if (typeof value !== 'string' || !ATTRIBUTE.test(value))
      throw new ToolError(`${name} is not the name of an attribute`);
    return value;
  };
  if (!/^ldaps:\/\/[^/\s]+\/?$/.test(text('url')))
    throw new ToolError('directory.url must be ldaps://host:port');
  for (const name of ['caFile', 'passwordFile']) {
    if (!isAbsolute(text(name))) throw new ToolError(`directory.${name} must be an absolute path`);
  }
  // It is a word of its own to ldapsearch: what begins otherwise would be an option, or a name of an attribute.
  if (!/^\([^\0\r\n]{1,2000}$/.test(text('filter')))
    throw new ToolError('directory.filter must be a filter in brackets (RFC 4515)');
  if (source.identities !== undefined && !isAbsolute(text('identities')))
    throw new ToolError('directory.identities must be an absolute path');
  const { validMinutes = 60, upn = {} } = source;
  if (!Number.isInteger(validMinutes) || validMinutes < 5 || validMinutes > 1440) {
    throw new ToolError('directory.validMinutes must be from 5 to 1440');
  }
  return {
    url: text('url'),
    caFile: text('caFile'),
    bindDn: text('bindDn'),
    passwordFile: text('passwordFile'),
    base: text('base'),
    filter: text('filter'),
    account: attribute(source.accountAttribute ?? 'uid', 'directory.accountAttribute'),
    upn: {
      attribute: attribute(upn.attribute ?? 'userPrincipalName', 'directory.upn.attribute'),
      suffix: String(upn.suffix ?? ''),
    },
    validMinutes,
    identities: source.identities,
  };
}

/** @param {ReturnType<typeof checked>} source @returns {Promise<string>} */
async function ask(source) {
  // ldapsearch takes the file as it is, a newline at its end included
  if (/[\r\n]$/.test(readText(source.passwordFile, 4096))) {
    throw new ToolError(`${source.passwordFile} ends with a newline; write it with printf '%s'`);
  }
  const attributes = [source.account, source.upn.attribute, ...Object.values(VCARD)];
  const states = ['userAccountControl', 'accountExpires', 'pwdAccountLockedTime'];
  const args = [
    ...[
      '-H',
      source.url,
      '-x',
      '-D',
      source.bindDn,
      '-y',
      source.passwordFile,
      '-b',
      source.base,
      '-s',
      'sub',
    ],
    ...['-LLL', '-o', 'ldif-wrap=no', '-o', 'nettimeout=10', '-E', 'pr=500/noprompt', source.filter],
    ...attributes,
    ...states,
  ];
  const env = {
    PATH: process.env.PATH ?? '/usr/bin:/bin',
    LDAPTLS_CACERT: source.caFile,
    LDAPTLS_REQCERT: 'demand',
    LDAPTLS_PROTOCOL_MIN: '3.3',
  };
  try {
    // From the root: an `ldaprc` where it was started would have a say.
    const options = { cwd: '/', env, maxBuffer: ANSWER_LIMIT, timeout: ANSWER_MS };
    const { stdout } = await run('ldapsearch', args, options);
    return stdout;
  } catch (error) {
    const said =
      String(error.stderr ?? '')
        .trim()
        .split('\n')
        .at(-1) ||
      error.code ||
      error.message;
    throw new ToolError(`The directory did not answer: ${said}. The table of accounts stays as it is.`);
  }
}

/** @param {Map<string, string>} entry @param {number} now ms */
function isLocked(entry, now) {
  if ((Number(entry.get('useraccountcontrol') ?? 0) & ACCOUNT_DISABLED) !== 0) return true;
  const expires = entry.get('accountexpires') ?? '';
  if (/^\d{1,19}$/.test(expires) && expires !== '0' && BigInt(expires) !== NEVER) {
    if ((BigInt(expires) - FILETIME_1970) / 10_000n < BigInt(now)) return true;
  }
  return entry.has('pwdaccountlockedtime');
}

/** @param {Map<string, string>} entry */
function vcardOf(entry) {
  const found = Object.entries(VCARD).flatMap(([field, attribute]) => {
    const text = entry.get(attribute.toLowerCase());
    return text === undefined || text.length > MAX_VCARD_TEXT ? [] : [[field, text]];
  });
  return Object.fromEntries(found);
}

/**
 * The UPN of an entry; undefined for one without, null for one that is none.
 *
 * @param {Map<string, string>} entry @param {{ attribute: string, suffix: string }} upn
 */
function upnOf(entry, { attribute, suffix }) {
  const value = entry.get(attribute.toLowerCase());
  if (value === undefined) return undefined;
  const upn = `${value}${suffix}`;
  return upn.length <= MAX_UPN && /^[^\s\p{C}]+$/u.test(upn) ? upn : null;
}

/**
 * The accounts of a search's answer. People whose account name or UPN cannot be one are left out and named in `skipped`.
 *
 * @param {Map<string, string>[]} entries
 * @param {{ account: string, upn: { attribute: string, suffix: string } }} source
 * @param {number} now ms
 */
export function accountsOf(entries, source, now) {
  if (entries.length > MAX_PEOPLE)
    throw new ToolError(
      `The directory names more than ${MAX_PEOPLE} people. Is the base or the filter wrong? The table of accounts stays as it is.`,
    );
  const accounts = new Map();
  const byUpn = new Map();
  const skipped = [];
  for (const entry of entries) {
    const account = (entry.get(source.account.toLowerCase()) ?? '').toLowerCase();
    const upn = upnOf(entry, source.upn);
    if (!ACCOUNT.test(account) || upn === null) {
      skipped.push(entry.get('dn') ?? '');
      continue;
    }
    if (accounts.has(account))
      throw new ToolError(`The directory has ${account} twice. The table of accounts stays as it is.`);
    // The servers would refuse the whole table, and everybody would wait for the next one.
    const other = upn === undefined ? undefined : byUpn.get(upn.toLowerCase());
    if (other !== undefined)
      throw new ToolError(
        `The directory gives ${other} and ${account} the same UPN. The table of accounts stays as it is.`,
      );
    if (upn !== undefined) byUpn.set(upn.toLowerCase(), account);
    accounts.set(account, {
      account,
      disabled: isLocked(entry, now),
      upns: upn === undefined ? [] : [upn],
      vcard: vcardOf(entry),
    });
  }
  return { accounts: [...accounts.values()].sort((a, b) => (a.account < b.account ? -1 : 1)), skipped };
}

/**
 * Reads the directory once and replaces the table of accounts.
 *
 * @param {Record<string, any>} settings
 * @throws ToolError when the directory does not answer or names nobody; the table stays as it is, and runs out
 */
export async function readDirectory(settings) {
  const source = checked(settings);
  const now = Date.now();
  const { accounts, skipped } = accountsOf(entriesOf(await ask(source)), source, now);
  if (accounts.length === 0) {
    throw new ToolError(
      'The directory names nobody. Is the base or the filter wrong? The table of accounts stays as it is.',
    );
  }
  return alone(settings.accounts, () => write(settings, source, { accounts, skipped, now }));
}

/** Writes the table, with nobody else at it, once the log says so: what cannot be logged is not done. */
function write(settings, source, { accounts, skipped, now }) {
  // Read behind the answer: the console may have written it meanwhile.
  const identities =
    source.identities === undefined ? new Map() : readIdentities(source.identities, settings.domain);
  const table = {
    format: 'sallyport.card-accounts/1',
    domain: settings.domain,
    validUntil: new Date(now + source.validMinutes * 60_000).toISOString().replace(/\.\d+Z$/, 'Z'),
    accounts: withIdentities(accounts, identities),
  };
  const { kept, dropped, spared } = withoutGone(identities, accounts);
  const disabled = accounts.filter((record) => record.disabled).length;
  logAction(settings, 'admin.directory', {
    accounts: accounts.length,
    disabled,
    skipped: skipped.length,
    ...(dropped > 0 ? { identitiesDropped: dropped } : {}),
    ...(spared > 0 ? { identitiesSpared: spared } : {}),
  });
  replaceFile(settings.accounts, `${JSON.stringify(table)}\n`);
  if (dropped > 0) replaceFile(source.identities, identitiesText(settings.domain, kept));
  return { accounts: accounts.length, disabled, skipped, dropped, spared, validUntil: table.validUntil };
}
