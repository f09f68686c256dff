/** People and machines: the tables that the servers read (server/prosody/README.md), and what the events say of each. */
import { parseAccounts } from '../../file-gate/accounts.ts';
import { readDirectory } from '../../kit/lib/directory.mjs';
import { readDocument, replaceFile } from '../../kit/lib/files.mjs';
import { readSwitch } from '../../kit/lib/switch.mjs';
import type { MachineInfo, PersonInfo } from '../contract.ts';
import { ACCOUNT, digits, flag, list, MACHINE, maybe, oneOf, REASON, record, text } from '../http/shapes.ts';
import { Problem } from '../problem.ts';
import type { Answer, Call } from '../route.ts';
import type { Services } from '../services.ts';
import { kitProblem } from './switch.ts';

const ACCOUNTS = 'sallyport.card-accounts/1';
const MACHINES = 'sallyport.machines/1';
const DEFAULT_LIMIT = 100;
const IDENTITY = text(/^[^\p{C}\p{Zl}\p{Zp}]{1,1024}$/u, 'one line');
const SPKI = text(/^[A-Za-z0-9+/]{43}=$/, 'the base64 of a SHA-256');

export const LIST_QUERY = record({
  text: maybe(text(/^[^\p{Cc}]{1,200}$/u, 'a part of a name')),
  offset: maybe(digits(0, 1_000_000)),
  limit: maybe(digits(1, 500)),
});
type Query = ReturnType<typeof LIST_QUERY.rule>;
export const PERSON_PATH = { account: text(/^[a-z0-9][a-z0-9._-]{0,254}$/, 'an account, small letters') };
export const PERSON_BODY = record({
  disabled: flag(),
  upns: list(IDENTITY, 100),
  xmppAddrs: list(IDENTITY, 100),
  spkiSha256: list(SPKI, 100),
  reason: REASON,
});
export const DIRECTORY_BODY = record({ reason: REASON });
export const MACHINE_PATH = { kid: MACHINE };
export const MACHINE_BODY = record({
  state: oneOf('enrolled', 'revoked'),
  /** Accounts that may sign in from it; everybody without. */
  users: maybe(list(ACCOUNT, 1000)),
  reason: REASON,
});
type PersonBody = ReturnType<typeof PERSON_BODY.rule>;
type MachineBody = ReturnType<typeof MACHINE_BODY.rule>;

interface AccountRow {
  readonly account: string;
  readonly disabled?: boolean;
  readonly upns?: readonly string[];
  readonly xmppAddrs?: readonly string[];
  readonly spkiSha256?: readonly string[];
  readonly vcard?: { readonly fn?: string };
}
interface MachineRow {
  readonly kid: string;
  readonly revoked?: boolean;
  readonly users?: readonly string[];
}

function guarded<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw kitProblem(error);
  }
}

function table<Row>(path: string, format: string, member: 'accounts' | 'machines') {
  const document = guarded(() => readDocument(path, format));
  const rows = document[member];
  if (!Array.isArray(rows)) throw new Problem('server-files');
  return { document, rows: rows as readonly Row[] };
}

function pageOf<T>(all: readonly T[], { offset = 0, limit = DEFAULT_LIMIT }: Query) {
  return { total: all.length, rows: all.slice(offset, offset + limit) };
}

export async function listPeople(
  { server, records }: Services,
  { query }: Call<unknown, Query>,
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
    (
      { account, disabled = false, upns = [], xmppAddrs = [], spkiSha256 = [], vcard },
      index,
    ): PersonInfo => ({
      account,
      name: vcard?.fn ?? '',
      disabled,
      off: off.has(account),
      online: online[index] ?? 0,
      upns,
      xmppAddrs,
      spkiSha256,
    }),
  );
  const validUntil = typeof document.validUntil === 'string' ? document.validUntil : undefined;
  return { json: { total, people, directory: server.directory !== undefined, validUntil } };
}

/** Adds or changes an account where no directory says who has one. */
export function setPerson({ server }: Services, { path, body }: Call<PersonBody, unknown>): Answer {
  if (server.directory !== undefined)
    throw new Problem(
      'conflict',
      'The directory says who has an account. To keep somebody out, use the switch.',
    );
  const { document, rows } = table<AccountRow>(server.accounts, ACCOUNTS, 'accounts');
  const account = path.account ?? '';
  const { reason: _reason, ...fields } = body;
  const known = rows.find((row) => row.account === account);
  const others = rows.filter((row) => row.account !== account);
  const accounts = [...others, { ...known, account, ...fields }].sort((a, b) =>
    a.account < b.account ? -1 : 1,
  );
  const after = `${JSON.stringify({ ...document, accounts }, undefined, 2)}\n`;
  try {
    // As the servers read it: an identity of two accounts would lock both out.
    parseAccounts(after, server.domain);
  } catch (error) {
    throw new Problem('bad-request', error instanceof Error ? error.message : undefined);
  }
  guarded(() => replaceFile(server.accounts, after));
  return { json: { account, ...fields } };
}

/** Reads the directory now. */
export async function readDirectoryNow(
  { server }: Services,
  { who }: Call<unknown, unknown>,
): Promise<Answer> {
  if (server.directory === undefined) throw new Problem('unknown', 'No directory is configured.');
  try {
    const { accounts, disabled, validUntil } = await readDirectory({ ...server, actor: who.id });
    return { json: { accounts, disabled, validUntil } };
  } catch (error) {
    throw kitProblem(error);
  }
}

export async function listMachines(
  { server, records }: Services,
  { query }: Call<unknown, Query>,
): Promise<Answer> {
  const { rows } = table<MachineRow>(server.machines, MACHINES, 'machines');
  const states = new Map((await records.ask({ kind: 'machines' })).map((state) => [state.machine, state]));
  const off = new Set(guarded(() => readSwitch(server)).machines);
  const wanted = query.text?.toLowerCase() ?? '';
  const found = rows
    .filter(({ kid }) => kid.toLowerCase().includes(wanted))
    .map(({ kid, revoked = false, users }): MachineInfo => {
      const state = states.get(kid);
      return {
        kid,
        revoked,
        off: off.has(kid),
        users,
        epoch: state?.epoch ?? null,
        policy: state?.policy ?? null,
        sequence: state?.sequence ?? null,
        version: state?.version ?? null,
        seen: state?.seen ?? '',
        user: state?.user ?? '',
      };
    });
  const { total, rows: machines } = pageOf(found, query);
  return { json: { total, machines } };
}

/** Enrols a machine, revokes it, or says who may sign in there. Its keys are made on the enrolment computer. */
export function setMachine({ server }: Services, { path, body }: Call<MachineBody, unknown>): Answer {
  const { document, rows } = table<MachineRow>(server.machines, MACHINES, 'machines');
  const kid = path.kid ?? '';
  const others = rows.filter((row) => row.kid !== kid);
  const revoked = body.state === 'revoked';
  // Taking a machine away does not open it to everybody for when it comes back.
  const users = body.users ?? (revoked ? rows.find((known) => known.kid === kid)?.users : undefined);
  const row = { kid, revoked, ...(users === undefined ? {} : { users }) };
  const machines = [...others, row].sort((a, b) => (a.kid < b.kid ? -1 : 1));
  guarded(() => replaceFile(server.machines, `${JSON.stringify({ ...document, machines }, undefined, 2)}\n`));
  return { json: row };
}
