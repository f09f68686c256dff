/**
 * Reading Windows security descriptors in SDDL ([MS-DTYP] 2.5.1), as far as one question needs it: can anybody who is
 * not an administrator change the object? What is not understood counts as yes.
 */

/** Owners and writers that are trusted: administrators, the system, and the service that installs Windows' own files. */
const TRUSTED = new Set([
  'BA',
  'SY',
  'S-1-5-32-544',
  'S-1-5-18',
  'S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464',
]);
/** Standard and file rights that only read (and list and traverse): the bits of FILE_GENERIC_READ | FILE_GENERIC_EXECUTE. */
const READ_ONLY_BITS = 0x001200a9;
const READ_ONLY_NAMES = new Set(['FR', 'FX', 'GR', 'GX', 'RC']);
const ACE = /\(([^()]*)\)/gy;

function onlyReads(rights: string): boolean {
  if (/^0x[0-9a-fA-F]{1,8}$/.test(rights)) return (Number(rights) & ~READ_ONLY_BITS) === 0;
  const names = rights.match(/../g) ?? [];
  return rights.length % 2 === 0 && names.every((name) => READ_ONLY_NAMES.has(name));
}

function isHarmless(ace: string): boolean {
  const fields = ace.split(';');
  const [type, flags, rights, object, inheritedObject, account] = fields;
  if (fields.length !== 6 || object !== '' || inheritedObject !== '') return false;
  if (type === 'D') return true;
  if (type !== 'A' || flags === undefined || rights === undefined || account === undefined) return false;
  return TRUSTED.has(account) || onlyReads(rights);
}

/** True when owner and discretionary ACL let nobody but administrators and the system write. */
export function isAdminOnlySddl(sddl: string): boolean {
  const match =
    /^O:([A-Z]{2}|S-[0-9-]{3,184})G:(?:[A-Z]{2}|S-[0-9-]{3,184})D:([A-Z]*)((?:\([^()]*\))+)(?:S:.*)?$/.exec(
      sddl.trim(),
    );
  if (match === null) return false;
  const [, owner = '', , list = ''] = match;
  return TRUSTED.has(owner) && [...list.matchAll(ACE)].every(([, ace = '']) => isHarmless(ace));
}
