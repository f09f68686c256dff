/** Certification authorities of the throw-away PKI: making them, issuing with them, revoking. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DOD_SUBJECT, inDays, newKeyAndRequest, openssl } from './pki-openssl.ts';

export interface Authority {
  readonly name: string;
  readonly directory: string;
  /** PEM. */
  readonly certificate: string;
  readonly key: string;
  readonly crl: string;
}

/** `openssl ca`'s configuration with a database of its own, so that certificates can be issued side by side. */
async function caDatabase(
  authority: Authority,
  label: string,
): Promise<{ config: string; directory: string }> {
  const directory = join(authority.directory, `.${authority.name}-${label}`);
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, 'index.txt'), '');
  await writeFile(join(directory, 'crlnumber'), '01\n');
  const config = join(directory, 'ca.cnf');
  await writeFile(
    config,
    `[ca]
default_ca = this
[this]
database         = ${directory}/index.txt
new_certs_dir    = ${directory}
rand_serial      = yes
crlnumber        = ${directory}/crlnumber
certificate      = ${authority.certificate}
private_key      = ${authority.key}
default_md       = sha256
default_days     = 1095
default_crl_days = 30
policy           = any
copy_extensions  = none
preserve         = yes
email_in_dn      = no
unique_subject   = no
[any]
countryName            = optional
organizationName       = optional
organizationalUnitName = optional
commonName             = optional
serialNumber           = optional
`,
  );
  return { config, directory };
}

/** Signs `request` into `out` (PEM). `extensions` is the text of an extension file; times are in days from now. */
export async function issue(
  authority: Authority,
  options: {
    readonly request: string;
    readonly out: string;
    readonly extensions: string;
    readonly from?: number;
    readonly to?: number;
  },
): Promise<void> {
  const label = options.out.replace(/[^a-z0-9-]/gi, '_');
  const { config, directory } = await caDatabase(authority, label);
  try {
    const extensions = join(directory, 'extensions');
    await writeFile(extensions, options.extensions);
    await openssl(
      'ca',
      '-batch',
      '-notext',
      '-config',
      config,
      '-extfile',
      extensions,
      '-in',
      options.request,
      '-out',
      options.out,
      '-startdate',
      inDays(options.from ?? -1),
      '-enddate',
      inDays(options.to ?? 1095),
    );
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function paths(directory: string, name: string): Authority {
  const file = (kind: string) => join(directory, `${name}.${kind}`);
  return { name, directory, certificate: file('crt'), key: file('key'), crl: file('crl') };
}

async function makeSelfSigned(directory: string, name: string, commonName: string): Promise<Authority> {
  const authority = paths(directory, name);
  await newKeyAndRequest({
    algorithm: 'p384',
    key: authority.key,
    out: authority.certificate,
    subject: `${DOD_SUBJECT}/CN=${commonName}`,
    extra: [
      '-x509',
      '-days',
      '7300',
      '-addext',
      'basicConstraints=critical,CA:TRUE',
      '-addext',
      'keyUsage=critical,keyCertSign,cRLSign',
      '-addext',
      'subjectKeyIdentifier=hash',
    ],
  });
  return authority;
}

/** A root (without `issuer`) or an authority below `issuer`. */
export async function makeAuthority(
  directory: string,
  name: string,
  commonName: string,
  issuer?: Authority,
): Promise<Authority> {
  if (issuer === undefined) return makeSelfSigned(directory, name, commonName);
  const authority = paths(directory, name);
  const request = join(directory, `${name}.csr`);
  await newKeyAndRequest({
    algorithm: 'p256',
    key: authority.key,
    out: request,
    subject: `${DOD_SUBJECT}/CN=${commonName}`,
  });
  await issue(issuer, {
    request,
    out: authority.certificate,
    from: -1825,
    to: 1825,
    extensions: `basicConstraints=critical,CA:TRUE,pathlen:0
keyUsage=critical,digitalSignature,keyCertSign,cRLSign
subjectKeyIdentifier=hash
authorityKeyIdentifier=keyid
certificatePolicies=2.16.840.1.101.2.1.11.39,2.16.840.1.101.2.1.11.42
crlDistributionPoints=URI:http://crl.disa.example/crl/DODTESTROOTCA3.crl
`,
  });
  await rm(request);
  return authority;
}

/** A self-signed authority that impersonates another by its name. */
export function makeOtherAuthority(directory: string, name: string, commonName: string): Promise<Authority> {
  return makeSelfSigned(directory, name, commonName);
}

/** Writes the authority's CRL with the given certificates (PEM files) revoked; `expired`: its next update was due. */
export async function writeCrl(
  authority: Authority,
  revoked: readonly string[],
  expired = false,
): Promise<void> {
  const { config, directory } = await caDatabase(authority, 'crl');
  try {
    for (const certificate of revoked) {
      await openssl('ca', '-config', config, '-revoke', certificate, '-crl_reason', 'keyCompromise');
    }
    const times = expired ? ['-crl_lastupdate', inDays(-9), '-crl_nextupdate', inDays(-2)] : [];
    await openssl('ca', '-config', config, '-gencrl', ...times, '-out', authority.crl);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
