/** Lists of an account by name: `spkiSha256`, `issuerSerials`, `subjectKeyIds`. */
export type IdentityLists = Readonly<Record<string, readonly string[]>>;

/** The lists by account; none where the file is not there yet. @throws ToolError for a file that is no such one */
export function readIdentities(path: string, domain: string): Map<string, IdentityLists>;

/** The file’s text. */
export function identitiesText(domain: string, identities: ReadonlyMap<string, IdentityLists>): string;

/** Accounts with their identities. @throws ToolError where two would share one */
export function withIdentities<Account extends { readonly account: string }>(
  accounts: readonly Account[],
  identities: ReadonlyMap<string, IdentityLists>,
): readonly Account[];

/** The identities without those of whoever is gone from the accounts, unless too many are; numbers of people. */
export function withoutGone<Lists>(
  identities: ReadonlyMap<string, Lists>,
  accounts: readonly { readonly account: string }[],
): { readonly kept: ReadonlyMap<string, Lists>; readonly dropped: number; readonly spared: number };
