/** The entries of the throw-away directory, as LDIF (RFC 2849). */

export interface DirectoryPerson {
  /** The account: local part of the XMPP address, and `uid` in the directory. */
  readonly uid: string;
  /** `displayName` and `cn`; the account by default. */
  readonly name?: string;
  readonly mail?: string;
  /** The EDIPI, ten digits. */
  readonly employeeNumber?: string;
  readonly unit?: string;
  readonly title?: string;
  /** `employeeType`: what they are there for, the billet. */
  readonly role?: string;
  readonly telephone?: string;
  /** Locked by the administrators (`pwdAccountLockedTime`, draft-behera-ldap-password-policy). */
  readonly disabled?: boolean;
}

/** What an administrator writes into `pwdAccountLockedTime` to lock an account for good. */
export const LOCKED_FOR_GOOD = '000001010000Z';

/** One `name: value` line; the value in base64, so that no text can end the line or start another. */
function line(name: string, value: string): string {
  return `${name}:: ${Buffer.from(value, 'utf8').toString('base64')}`;
}

/** The distinguished name of a person; throws for a `uid` that would need escaping. */
export function personDn(uid: string, baseDn: string): string {
  if (!/^[a-z0-9._-]{1,64}$/.test(uid)) throw new Error(`not a plain uid: ${uid}`);
  return `uid=${uid},ou=people,${baseDn}`;
}

export function personEntry(person: DirectoryPerson, baseDn: string): string {
  const name = person.name ?? person.uid;
  const optional: readonly (readonly [string, string | undefined])[] = [
    ['mail', person.mail],
    ['employeeNumber', person.employeeNumber],
    ['ou', person.unit],
    ['title', person.title],
    ['employeeType', person.role],
    ['telephoneNumber', person.telephone],
    ['pwdAccountLockedTime', person.disabled === true ? LOCKED_FOR_GOOD : undefined],
  ];
  return [
    `dn: ${personDn(person.uid, baseDn)}`,
    'objectClass: inetOrgPerson',
    line('uid', person.uid),
    line('cn', name),
    line('sn', name.split(/[ ,]/)[0] || person.uid),
    line('displayName', name),
    ...optional.flatMap(([attribute, value]) => (value === undefined ? [] : [line(attribute, value)])),
    '',
    '',
  ].join('\n');
}

/** Everything the directory starts with: the tree, the server's own account, the people, and one group of all of them. */
export function directoryEntries(options: {
  readonly baseDn: string;
  readonly bindDn: string;
  /** As slappasswd makes it. */
  readonly bindPasswordHash: string;
  readonly people: readonly DirectoryPerson[];
}): string {
  const { baseDn, bindDn, people } = options;
  const dc = /^dc=([^,]+)/.exec(baseDn)?.[1] ?? '';
  return [
    [`dn: ${baseDn}`, 'objectClass: dcObject', 'objectClass: organization', 'o: Analysts', `dc: ${dc}`],
    [`dn: ou=people,${baseDn}`, 'objectClass: organizationalUnit', 'ou: people'],
    [`dn: ou=groups,${baseDn}`, 'objectClass: organizationalUnit', 'ou: groups'],
    [
      `dn: ${bindDn}`,
      'objectClass: organizationalRole',
      'objectClass: simpleSecurityObject',
      `cn: ${/^cn=([^,]+)/.exec(bindDn)?.[1] ?? ''}`,
      line('userPassword', options.bindPasswordHash),
    ],
    [
      `dn: cn=analysts,ou=groups,${baseDn}`,
      'objectClass: posixGroup',
      'cn: analysts',
      'gidNumber: 5001',
      'description: Analysts',
      ...people.map((person) => line('memberUid', person.uid)),
    ],
  ]
    .map((entry) => `${entry.join('\n')}\n\n`)
    .concat(people.map((person) => personEntry(person, baseDn)))
    .join('');
}
