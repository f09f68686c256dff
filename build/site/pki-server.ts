/** Server certificates of the throw-away PKI: a good one and, for tests, one that is wrong in each way that matters. */
import { appendFile, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Authority, issue } from './pki-authority.ts';
import { DOD_SUBJECT, newKeyAndRequest } from './pki-openssl.ts';

export const SERVER_VARIANTS = [
  'good',
  'wrong-name',
  'expired',
  'not-yet-valid',
  'client-eku',
  'no-eku',
  'other-ca',
  'self-signed',
] as const;
export type ServerVariant = (typeof SERVER_VARIANTS)[number];

export interface ServerFiles {
  /** PEM: the server's certificate, then its issuer's. */
  readonly certificate: string;
  readonly key: string;
}

/** What each variant differs in from `good`. Times are in days from now. */
const DIFFERENCE: Record<
  ServerVariant,
  { readonly eku?: string; readonly from?: number; readonly to?: number; readonly name?: string }
> = {
  good: {},
  'wrong-name': { name: 'elsewhere.example' },
  expired: { from: -400, to: -2 },
  'not-yet-valid': { from: 30, to: 400 },
  'client-eku': { eku: 'clientAuth' },
  'no-eku': { eku: '' },
  'other-ca': {},
  'self-signed': {},
};

const XMPP_ADDR = '1.3.6.1.5.5.7.8.5';

function subjectAltName(names: readonly string[]): string {
  const dns = names.map((name) => `DNS:${name}`).join(',');
  return `${dns},otherName:${XMPP_ADDR};UTF8:${names[0] ?? ''}`;
}

/** Makes `<variant>.crt` and `<variant>.key` (P-256) for every variant. */
export async function makeServerCertificates(options: {
  readonly directory: string;
  readonly domain: string;
  readonly server: Authority;
  readonly other: Authority;
}): Promise<Record<ServerVariant, ServerFiles>> {
  const { directory, domain, server, other } = options;
  const make = async (variant: ServerVariant): Promise<[ServerVariant, ServerFiles]> => {
    const { eku = 'serverAuth', from, to, name } = DIFFERENCE[variant];
    const files = { certificate: join(directory, `${variant}.crt`), key: join(directory, `${variant}.key`) };
    const names = name === undefined ? [domain, `conference.${domain}`, 'localhost'] : [name];
    const subject = `${DOD_SUBJECT}/CN=${names[0] ?? ''}`;
    if (variant === 'self-signed') {
      await newKeyAndRequest({
        algorithm: 'p256',
        key: files.key,
        out: files.certificate,
        subject,
        extra: [
          '-x509',
          '-days',
          '365',
          '-addext',
          'basicConstraints=critical,CA:FALSE',
          '-addext',
          `extendedKeyUsage=${eku}`,
          '-addext',
          `subjectAltName=${subjectAltName(names)}`,
        ],
      });
      return [variant, files];
    }
    const authority = variant === 'other-ca' ? other : server;
    const request = join(directory, `${variant}.csr`);
    await newKeyAndRequest({ algorithm: 'p256', key: files.key, out: request, subject });
    await issue(authority, {
      request,
      out: files.certificate,
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
      extensions: [
        'basicConstraints=critical,CA:FALSE',
        'authorityKeyIdentifier=keyid',
        'subjectKeyIdentifier=hash',
        'keyUsage=critical,digitalSignature',
        ...(eku === '' ? [] : [`extendedKeyUsage=${eku}`]),
        `subjectAltName=${subjectAltName(names)}`,
        '',
      ].join('\n'),
    });
    await rm(request);
    await appendFile(files.certificate, await readFile(authority.certificate, 'utf8'));
    return [variant, files];
  };
  const made = new Map(await Promise.all(SERVER_VARIANTS.map(make)));
  const files = (variant: ServerVariant): ServerFiles => {
    const found = made.get(variant);
    if (found === undefined) throw new Error(`no server certificate ${variant}`);
    return found;
  };
  return {
    good: files('good'),
    'wrong-name': files('wrong-name'),
    expired: files('expired'),
    'not-yet-valid': files('not-yet-valid'),
    'client-eku': files('client-eku'),
    'no-eku': files('no-eku'),
    'other-ca': files('other-ca'),
    'self-signed': files('self-signed'),
  };
}
