/**
 * What certificates are mapped by where a directory says who has an account, and what it does not hold: issuers with serial
 * numbers, key identifiers, hashes of keys. A file beside the table, kept by the console, and merged at every reading.
 */
import { existsSync } from 'node:fs';
import { ToolError } from './errors.mjs';
import { readDocument } from './files.mjs';

const FORMAT = 'sallyport.card-identities/1';
const MAX_VALUES = 100;
/** As many may be gone at once, or one for so many who are still there: more are a directory that answered in part. */
const MAX_GONE = 20;
const PRESENT_FOR_ONE = 5;

/** Lists of an account, and the form of their values (server/prosody/README.md). */
const LISTS = {
  spkiSha256: /^[A-Za-z0-9+/]{43}=$/,
  issuerSerials: /^[A-Za-z0-9+/]{43}=:(?!00)(?:[0-9a-f]{2}){1,20}$/,
  subjectKeyIds: /^(?:[0-9a-f]{2}){20,64}$/,
};

/**
 * The lists by account; none where the file is not there yet.
 *
 * @param {string} path @param {string} domain
 * @returns {Map<string, Record<string, readonly string[]>>}
 * @throws ToolError for a file that is no such one: whoever it maps would be somebody else, or nobody
 */
export function readIdentities(path, domain) {
  if (!existsSync(path)) return new Map();
  const { domain: of, accounts } = readDocument(path, FORMAT);
  if (of !== domain || !Array.isArray(accounts)) throw new ToolError(`${path} is for another domain`);
  const found = new Map();
  for (const record of accounts) {
    const { account, ...lists } = typeof record === 'object' && record !== null ? record : {};
    const good =
      typeof account === 'string' &&
      !found.has(account) &&
      Object.entries(lists).every(
        ([name, values]) =>
          Object.hasOwn(LISTS, name) &&
          Array.isArray(values) &&
          values.length <= MAX_VALUES &&
          values.every((value) => typeof value === 'string' && LISTS[name].test(value)),
      );
    if (!good) throw new ToolError(`${path} has a record that is none`);
    found.set(account, lists);
  }
  return found;
}

/**
 * The file's text.
 *
 * @param {string} domain @param {ReadonlyMap<string, Record<string, readonly string[]>>} identities
 */
export function identitiesText(domain, identities) {
  const accounts = [...identities]
    .filter(([, lists]) => Object.values(lists).some((values) => values.length > 0))
    .map(([account, lists]) => ({ account, ...lists }))
    .sort((a, b) => (a.account < b.account ? -1 : 1));
  return `${JSON.stringify({ format: FORMAT, domain, accounts }, undefined, 2)}\n`;
}

/**
 * Whoever is gone from the directory takes the identities along: the next person of that name has another card. Not when too many
 * are missing at once: nobody could say again who they were.
 *
 * @template Lists
 * @param {ReadonlyMap<string, Lists>} identities @param {readonly { account: string }[]} accounts
 * @returns {{ kept: ReadonlyMap<string, Lists>, dropped: number, spared: number }} with the numbers of people
 */
export function withoutGone(identities, accounts) {
  const there = new Set(accounts.map(({ account }) => account));
  const present = new Map([...identities].filter(([account]) => there.has(account)));
  const gone = identities.size - present.size;
  const isBelieved = gone <= MAX_GONE || gone * PRESENT_FOR_ONE <= present.size;
  return isBelieved
    ? { kept: present, dropped: gone, spared: 0 }
    : { kept: identities, dropped: 0, spared: gone };
}

/**
 * The directory's accounts with their identities.
 *
 * @template {{ account: string }} Account
 * @param {readonly Account[]} accounts @param {ReadonlyMap<string, Record<string, readonly string[]>>} identities
 * @throws ToolError where two would share one: the servers would refuse the whole table
 */
export function withIdentities(accounts, identities) {
  const owners = new Map();
  return accounts.map((record) => {
    const lists = identities.get(record.account) ?? {};
    for (const value of Object.values(lists).flat()) {
      const other = owners.get(value);
      if (other !== undefined)
        throw new ToolError(
          `${other} and ${record.account} share an identity. The table of accounts stays as it is.`,
        );
      owners.set(value, record.account);
    }
    return { ...record, ...lists };
  });
}
