/**
 * From a card's identities to the account, through the tables that the XMPP server uses and nothing else: accounts
 * (server/prosody/README.md) and the switch (server/kit/README.md).
 */
import {
  type AnyMember,
  any,
  flag,
  integer,
  list,
  object,
  oneOf,
  optional,
  readJson,
  text,
} from './fields.ts';
import { FORMS, type Identity, lower } from './identity.ts';

const word = text(/^[^\0]{1,1024}$/u, 'a text');
const localpart = text(/^[^\s@/\0]{1,1023}$/u, 'an account');
const form = (name: keyof typeof FORMS) => text(FORMS[name], `a ${name} in the form that is compared`);
const MAX_ACCOUNTS = 1_000_000;
const MAX_NOTICES = 1000;

const TABLE = object({
  format: oneOf('sallyport.card-accounts/1'),
  domain: word,
  /** RFC 3339, UTC: from then on nobody is known. */
  validUntil: optional<string | undefined>(
    text(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/, 'a time (RFC 3339, UTC)'),
    undefined,
  ),
  accounts: list(
    object({
      account: localpart,
      disabled: optional(flag(), false),
      upns: optional(list(word, 100), []),
      xmppAddrs: optional(list(word, 100), []),
      spkiSha256: optional(list(form('spkiSha256'), 100), []),
      issuerSerials: optional(list(form('issuerSerial'), 100), []),
      subjectKeyIds: optional(list(form('subjectKeyId'), 100), []),
      /** For the XMPP server. */
      vcard: optional<AnyMember>(any, undefined),
    }),
    MAX_ACCOUNTS,
  ),
});

export interface AccountsTable {
  /** The bare JID of the identity's account; undefined when there is none, it is disabled, or there are several. */
  personOf(identity: Identity, now: number): string | undefined;
}

interface Identities {
  readonly upns: readonly string[];
  readonly xmppAddrs: readonly string[];
  readonly spkiSha256: readonly string[];
  readonly issuerSerials: readonly string[];
  readonly subjectKeyIds: readonly string[];
}

/** Lists of a table as the keys of {@link Identity}. */
export function keysOf(lists: Partial<Identities>): readonly string[] {
  const { upns = [], xmppAddrs = [], spkiSha256 = [], issuerSerials = [], subjectKeyIds = [] } = lists;
  return [
    ...upns.map((upn) => `upn:${lower(upn)}`),
    ...xmppAddrs.map((address) => `xmppAddr:${lower(address)}`),
    ...spkiSha256.map((hash) => `spki:${hash}`),
    ...issuerSerials.map((value) => `issuerSerial:${value}`),
    ...subjectKeyIds.map((id) => `ski:${id}`),
  ];
}

/**
 * Parses `sallyport.card-accounts/1`. A table of another domain, or in which two accounts share an identity, is refused.
 *
 * @throws FieldError or Error that says what is wrong
 */
export function parseAccounts(source: string, domain: string): AccountsTable {
  const table = readJson(source, TABLE, 'accounts');
  if (table.domain !== domain) throw new Error(`accounts: another domain than ${domain}`);
  const until = table.validUntil === undefined ? Number.POSITIVE_INFINITY : Date.parse(table.validUntil);
  if (Number.isNaN(until)) throw new Error('accounts: validUntil is no time');
  const byKey = new Map<string, string>();
  const enabled = new Map<string, boolean>();
  for (const { account, disabled, ...identities } of table.accounts) {
    if (enabled.has(account)) throw new Error('accounts: an account is named twice');
    enabled.set(account, !disabled);
    for (const key of keysOf(identities)) {
      const other = byKey.get(key);
      if (other !== undefined)
        throw new Error(`accounts: ${other} and ${account} share the identity ${key.slice(0, 200)}`);
      byKey.set(key, account);
    }
  }
  return {
    personOf: ({ keys }, now) => {
      const named = new Set(keys.flatMap((key) => byKey.get(key) ?? []));
      const [account] = named;
      if (account === undefined || named.size > 1 || enabled.get(account) !== true || now >= until)
        return undefined;
      return `${account}@${domain}`;
    },
  };
}

const SWITCH = object({
  /** /2 has neither feeds nor notices, /1 no rooms and partners either. */
  format: oneOf('sallyport.switch/3', 'sallyport.switch/2', 'sallyport.switch/1'),
  domain: word,
  revision: integer(0, Number.MAX_SAFE_INTEGER),
  service: oneOf('on', 'off'),
  users: list(localpart, MAX_ACCOUNTS),
  /** The gate knows cards, not machines; a machine's user is switched off with it or not at all. */
  machines: list(word, MAX_ACCOUNTS),
  /** The XMPP server's. */
  rooms: optional(list(word, MAX_ACCOUNTS), []),
  partners: optional(list(word, MAX_ACCOUNTS), []),
  feeds: optional(list(word, MAX_ACCOUNTS), []),
  notices: optional(list(object({ feed: word, id: word }), MAX_NOTICES), []),
});

/** Says whether somebody (bare JID) is switched off. */
export type SwitchedOff = (jid: string) => boolean;

/** Parses `sallyport.switch/3` or a former one. @throws FieldError or Error that says what is wrong */
export function parseSwitch(source: string, domain: string): SwitchedOff {
  const value = readJson(source, SWITCH, 'switch');
  if (value.domain !== domain) throw new Error(`switch: another domain than ${domain}`);
  const off = new Set(value.users.map((user) => `${user}@${domain}`));
  return (jid) => value.service === 'off' || off.has(jid);
}
