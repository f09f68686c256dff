/** The kit's settings of a directory beside a throw-away site. */
import { chownSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Slapd } from '../../build/site/slapd.ts';
import type { TestSite } from './prosody-site.ts';

/** Where the site's tables are. */
export const homeOf = ({ server }: TestSite): string => dirname(server.logDirectory);

/** The member `directory`, with changes; what is in the password's file is the XMPP server's user's alone. */
export function directorySettings(
  site: TestSite,
  slapd: Slapd,
  changes: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  const passwordFile = join(homeOf(site), 'directory-password');
  writeFileSync(passwordFile, slapd.bindPassword, { mode: 0o600 });
  const { uid, gid } = statSync(site.server.logDirectory);
  chownSync(passwordFile, uid, gid);
  return {
    url: slapd.url,
    caFile: slapd.caFile,
    bindDn: slapd.bindDn,
    passwordFile,
    base: slapd.peopleDn,
    filter: '(objectClass=inetOrgPerson)',
    upn: { attribute: 'employeeNumber', suffix: '@mil' },
    ...changes,
  };
}
