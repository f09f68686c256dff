/** From a card to a role: the table of administrators, `sallyport.administrators/1` (README.md). */

import { keysOf } from '../file-gate/accounts.ts';
import { list, object, oneOf, optional, readJson, text } from '../file-gate/fields.ts';
import { FORMS, type Identity } from '../file-gate/identity.ts';
import { type Administrator, ROLES } from './roles.ts';

const MAX_ADMINISTRATORS = 1000;
const word = text(/^[^\0]{1,1024}$/u, 'a text');

const TABLE = object({
  format: oneOf('sallyport.administrators/1'),
  administrators: list(
    object({
      id: text(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'an id of small letters, digits and . _ -'),
      name: text(/^[^\p{C}\p{Zl}\p{Zp}]{1,200}$/u, 'a name, one line'),
      role: oneOf(...ROLES),
      upns: optional(list(word, 10), []),
      spkiSha256: optional(list(text(FORMS.spkiSha256, 'the base64 of a SHA-256'), 10), []),
      issuerSerials: optional(list(text(FORMS.issuerSerial, 'issuer and serial number'), 10), []),
      subjectKeyIds: optional(list(text(FORMS.subjectKeyId, 'a key identifier'), 10), []),
    }),
    MAX_ADMINISTRATORS,
  ),
});

export interface Administrators {
  /** Whose card this is; undefined when it is nobody's, or its identities lead to several. */
  of(identity: Identity): Administrator | undefined;
  readonly all: readonly Administrator[];
}

/** A table in which somebody is named twice, has no identity, or shares one, is refused. @throws FieldError or Error */
export function parseAdministrators(source: string): Administrators {
  const { administrators } = readJson(source, TABLE, 'administrators');
  const byKey = new Map<string, Administrator>();
  const all: Administrator[] = [];
  for (const { id, name, role, ...identities } of administrators) {
    if (all.some((known) => known.id === id)) throw new Error(`administrators: ${id} is named twice`);
    const administrator = { id, name, role };
    const keys = keysOf(identities);
    if (keys.length === 0) throw new Error(`administrators: ${id} has no identity`);
    for (const key of keys) {
      if (byKey.has(key)) throw new Error('administrators: two share an identity');
      byKey.set(key, administrator);
    }
    all.push(administrator);
  }
  return {
    of: ({ keys }) => {
      const found = new Set(keys.flatMap((key) => byKey.get(key) ?? []));
      const [administrator] = found;
      return found.size === 1 ? administrator : undefined;
    },
    all,
  };
}
