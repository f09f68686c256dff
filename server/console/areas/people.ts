/** People: the table of accounts that the servers read (server/prosody/README.md), and what the events say of each. */
import { X509Certificate } from 'node:crypto';
import { keysOf, parseAccounts } from '../../file-gate/accounts.ts';
import { FORMS, identityOf } from '../../file-gate/identity.ts';
import { alone } from '../../kit/lib/alone.mjs';
import { readDirectory } from '../../kit/lib/directory.mjs';
import { ToolError } from '../../kit/lib/errors.mjs';
import { replaceFile } from '../../kit/lib/files.mjs';
import { identitiesText, readIdentities } from '../../kit/lib/identities.mjs';
import { readSwitch } from '../../kit/lib/switch.mjs';
import type { CertificateInfo, DirectoryRead, PersonInfo } from '../contract.ts';
import { flag, list, maybe, REASON, record, text } from '../http/shapes.ts';
import { Problem } from '../problem.ts';
import type { Answer, Call } from '../route.ts';
import type { Services } from '../services.ts';
import { guarded, type ListQuery, pageOf, table } from './server-tables.ts';
import { kitProblem } from './switch.ts';

const ACCOUNTS = 'sallyport.card-accounts/1';
const IDENTITY = text(/^[^\p{C}\p{Zl}\p{Zp}]{1,1024}$/u, 'one line');
const PEM = /^\s*-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]{1,32000}-----END CERTIFICATE-----\s*$/;

export const PERSON_PATH = { account: text(/^[a-z0-9][a-z0-9._-]{0,254}$/, 'an account, small letters') };
/** Lists that are left out stay as they are. */
export const PERSON_BODY = record({
  disabled: flag(),
  upns: maybe(list(IDENTITY, 100)),
  xmppAddrs: maybe(list(IDENTITY, 100)),
  spkiSha256: maybe(list(text(FORMS.spkiSha256, 'the base64 of a SHA-256'), 100)),
  issuerSerials: maybe(
    list(
      text(
        FORMS.issuerSerial,
        'the base64 of the SHA-256 over the issuer’s name, a colon, the serial number in small hex',
      ),
      100,
    ),
  ),
  subjectKeyIds: maybe(list(text(FORMS.subjectKeyId, '20 to 64 octets in small hex'), 100)),
  reason: REASON,
});
export const CERTIFICATE_BODY = record({ certificate: text(PEM, 'one certificate, PEM') });
export const CERTIFICATE_BYTES = 64 * 1024;
export const DIRECTORY_BODY = record({ reason: REASON });
type PersonBody = ReturnType<typeof PERSON_BODY.rule>;
type CertificateBody = ReturnType<typeof CERTIFICATE_BODY.rule>;

interface AccountRow {
  readonly account: string;
  readonly disabled?: boolean;
  readonly upns?: readonly string[];
  readonly xmppAddrs?: readonly string[];
  readonly spkiSha256?: readonly string[];
  readonly issuerSerials?: readonly string[];
  readonly subjectKeyIds?: readonly string[];
  readonly vcard?: { readonly fn?: string };
}

export async function listPeople(
  { server, records }: Services,
  { query }: Call<unknown, ListQuery>,
): Promise<Answer> {
  const { document, rows } = table<AccountRow>(server.accounts, ACCOUNTS, 'accounts');
  const off = new Set(guarded(() => readSwitch(server)).users);
  const wanted = query.text?.toLowerCase() ?? '';
  const found = rows.filter(
    ({ account, vcard, upns = [] }) =>
      account.includes(wanted) ||
      (vcard?.fn ?? '').toLowerCase().includes(wanted) ||
      upns.some((upn) => upn.toLowerCase().includes(wanted)),
  );
  const { total, rows: page } = pageOf(found, query);
  const users = page.map(({ account }) => `${account}@${server.domain}`);
  const online = await records.ask({ kind: 'counts', users });
  const people = page.map(
    ({ account, disabled = false, vcard, ...lists }, index): PersonInfo => ({
      account,
      name: vcard?.fn ?? '',
      disabled,
      off: off.has(account),
      online: online[index] ?? 0,
      upns: lists.upns ?? [],
      xmppAddrs: lists.xmppAddrs ?? [],
      spkiSha256: lists.spkiSha256 ?? [],
      issuerSerials: lists.issuerSerials ?? [],
      subjectKeyIds: lists.subjectKeyIds ?? [],
    }),
  );
  const validUntil = typeof document.validUntil === 'string' ? document.validUntil : undefined;
  const directory = server.directory !== undefined;
  const mappable = !directory || identitiesFile(server) !== undefined;
  return { json: { total, people, directory, mappable, validUntil } };
}

/** The lists that a directory leaves to the console, and what of them is given. */
const LEFT_TO_US = ['spkiSha256', 'issuerSerials', 'subjectKeyIds'] as const;

/** Where the console keeps what the directory does not hold; undefined where it may not. */
function identitiesFile({ directory }: Services['server']): string | undefined {
  const path = directory?.identities;
  return typeof path === 'string' ? path : undefined;
}

/**
 * In the directory's table the identities that it does not hold can be changed, and nothing else: whoever has an account, and
 * whether it is disabled, is said there.
 */
function mapPerson({ server }: Pick<Services, 'server'>, account: string, body: PersonBody): void {
  const path = identitiesFile(server);
  const { rows } = table<AccountRow>(server.accounts, ACCOUNTS, 'accounts');
  const known = rows.find((row) => row.account === account);
  const same = (given: readonly string[] | undefined, has: readonly string[] = []): boolean =>
    given === undefined || (given.length === has.length && given.every((value) => has.includes(value)));
  const untouched =
    known !== undefined &&
    body.disabled === (known.disabled ?? false) &&
    same(body.upns, known.upns) &&
    same(body.xmppAddrs, known.xmppAddrs);
  if (path === undefined || !untouched)
    throw new Problem(
      'conflict',
      'The directory says who has an account. To keep somebody out, use the switch.',
    );
  const identities = guarded(() => readIdentities(path, server.domain));
  const given = LEFT_TO_US.flatMap((list) => (body[list] === undefined ? [] : [[list, body[list]] as const]));
  identities.set(account, { ...identities.get(account), ...Object.fromEntries(given) });
  writeAccounts({ server }, { ...known, ...Object.fromEntries(given) }, () =>
    replaceFile(path, identitiesText(server.domain, identities), 0o600),
  );
}

/**
 * Puts a row into the table.
 *
 * @param first is done before, once it is known that the table will be a good one
 * @throws Problem `bad-request` where the servers would refuse it
 */
function writeAccounts(
  { server }: Pick<Services, 'server'>,
  row: AccountRow,
  first: () => void = () => undefined,
): void {
  const { document, rows } = table<AccountRow>(server.accounts, ACCOUNTS, 'accounts');
  const others = rows.filter(({ account }) => account !== row.account);
  const accounts = [...others, row].sort((a, b) => (a.account < b.account ? -1 : 1));
  // without white space, as the directory's reader writes it: servers bound the file
  const after = `${JSON.stringify({ ...document, accounts })}\n`;
  try {
    // As the servers read it: an identity of two accounts would lock both out.
    parseAccounts(after, server.domain);
  } catch (error) {
    throw new Problem('bad-request', error instanceof Error ? error.message : undefined);
  }
  guarded(() => {
    first();
    replaceFile(server.accounts, after);
  });
}

/** Adds or changes an account; where a directory says who has one, what certificates it is mapped by. */
export async function setPerson(
  services: Services,
  { path, body }: Call<PersonBody, unknown>,
): Promise<Answer> {
  const { server } = services;
  const account = path.account ?? '';
  const { reason: _reason, ...given } = body;
  const fields = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const change = (): void => {
    if (server.directory !== undefined) mapPerson(services, account, body);
    else {
      const { rows } = table<AccountRow>(server.accounts, ACCOUNTS, 'accounts');
      const known = rows.find((row) => row.account === account);
      writeAccounts(services, { ...known, account, ...fields });
    }
  };
  try {
    // the directory may be read at the same moment
    await alone(server.accounts, change);
  } catch (error) {
    throw kitProblem(error);
  }
  return { json: { account, ...fields } };
}

/** What a certificate would be mapped by, and whose it is already. Nothing is changed. */
export function readCertificate({ server }: Services, { body }: Call<CertificateBody, unknown>): Answer {
  const { rows } = table<AccountRow>(server.accounts, ACCOUNTS, 'accounts');
  let x509: X509Certificate;
  try {
    x509 = new X509Certificate(body.certificate);
  } catch {
    throw new Problem('bad-request', 'This is no certificate.');
  }
  const keys = identityOf(new Uint8Array(x509.raw))?.keys;
  if (keys === undefined)
    throw new Problem(
      'bad-request',
      'The servers would refuse this: it is not made for clients, or ambiguous.',
    );
  const values = (kind: string) =>
    keys.filter((key) => key.startsWith(`${kind}:`)).map((key) => key.slice(kind.length + 1));
  const info: CertificateInfo = {
    subject: x509.subject.replaceAll('\n', ', '),
    issuer: x509.issuer.replaceAll('\n', ', '),
    serial: x509.serialNumber.toLowerCase(),
    validTo: new Date(x509.validTo).toISOString(),
    upns: values('upn'),
    xmppAddrs: values('xmppAddr'),
    spkiSha256: values('spki'),
    issuerSerials: values('issuerSerial'),
    subjectKeyIds: values('ski'),
    accounts: rows
      .filter((row) => keysOf(row).some((key) => keys.includes(key)))
      .map(({ account }) => account),
  };
  return { json: info };
}

/** Reads the directory now. */
export async function readDirectoryNow(
  { server }: Services,
  { who }: Call<unknown, unknown>,
): Promise<Answer> {
  if (server.directory === undefined) throw new Problem('unknown', 'No directory is configured.');
  try {
    const { skipped, dropped, spared, ...read } = await readDirectory({ ...server, actor: who.id });
    const json: DirectoryRead = {
      ...read,
      skipped: skipped.length,
      identitiesDropped: dropped,
      identitiesSpared: spared,
    };
    return { json };
  } catch (error) {
    // Sentences of the kit's own, for people: what the directory answered, and what is wrong with the settings.
    throw error instanceof ToolError ? new Problem('directory', error.message, { cause: error }) : error;
  }
}
