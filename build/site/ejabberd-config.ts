/** The configuration of the throw-away site's ejabberd: the administrators' template, filled in. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EJABBERD_DEFAULTS, EJABBERD_TEXTS } from '../../server/kit/lib/ejabberd-values.mjs';
import { fillTemplate } from '../../server/kit/lib/template.mjs';
import type { LockBinding } from '../../src/lock/index.ts';
import type { Slapd } from './slapd.ts';

const TEMPLATE = join(import.meta.dirname, '../../server/ejabberd/ejabberd.yml.template');

/** The file gate that signed slots lead to (XEP-0363). */
export interface EjabberdFileGate {
  /** `https://host:port/path`, without a slash at the end. */
  readonly baseUrl: string;
  /** Signs the slots' tokens (HMAC-SHA256, XEP-0363 external upload, version 1). */
  readonly secret: string;
  /** Bytes; 100 MiB by default. */
  readonly sizeLimit?: number;
}

/** What the site's server is told, one value for each `@name@` of the template. */
export interface EjabberdValues {
  readonly domain: string;
  readonly rooms: string;
  readonly port: number;
  readonly lock: boolean;
  readonly lockBindings: readonly LockBinding[];
  readonly lockTimeoutSeconds: number;
  readonly lockMasters: string;
  readonly lockMachines: string;
  readonly switchFile: string;
  readonly cardAccounts: string;
  readonly cardPolicies: readonly string[];
  /** PEM: the server's certificate, its issuers' and its key in one file. */
  readonly serverCertificate: string;
  readonly clientAuthorities: string;
  readonly log: string;
  readonly admins: readonly string[];
  readonly directory: Slapd | undefined;
  readonly fileGate: EjabberdFileGate | undefined;
  /** Absent: no feeds. */
  readonly feedsFile: string | undefined;
}

function directoryValues(directory: Slapd): Record<string, string | number> {
  return {
    // by name: ejabberd compares the certificate with a name only
    'directory-host': 'localhost',
    'directory-port': directory.port,
    'directory-authorities': directory.caFile,
    'directory-bind-dn': directory.bindDn,
    'directory-bind-password': directory.bindPassword,
    'directory-base': directory.baseDn,
    'directory-people': directory.peopleDn,
    'directory-filter': directory.accountFilter,
    'directory-interval': 0.5,
  };
}

/** The text of `ejabberd.yml`. */
export function ejabberdConfig(values: EjabberdValues): string {
  const { directory, fileGate, feedsFile } = values;
  return fillTemplate(
    readFileSync(TEMPLATE, 'utf8'),
    {
      ...EJABBERD_DEFAULTS,
      domain: values.domain,
      rooms: values.rooms,
      port: values.port,
      interface: '127.0.0.1',
      lock: values.lock,
      'lock-bindings': values.lockBindings,
      'lock-timeout': values.lockTimeoutSeconds,
      'lock-masters': values.lockMasters,
      'lock-machines': values.lockMachines,
      'reload-interval': 0.5,
      switch: values.switchFile,
      'card-accounts': values.cardAccounts,
      'card-policies': values.cardPolicies,
      'server-certificate': values.serverCertificate,
      'client-authorities': values.clientAuthorities,
      log: values.log,
      admins: values.admins,
      'limit-rate': 2_000_000,
      'limit-burst': 10_000_000,
      ...(directory === undefined ? {} : directoryValues(directory)),
      ...(feedsFile === undefined ? {} : { 'feeds-file': feedsFile }),
      ...(fileGate === undefined
        ? {}
        : {
            'file-gate-host': `upload.${values.domain}`,
            'file-gate-url': fileGate.baseUrl,
            'file-gate-secret': fileGate.secret,
            ...(fileGate.sizeLimit === undefined ? {} : { 'file-gate-size': fileGate.sizeLimit }),
          }),
    },
    { texts: EJABBERD_TEXTS },
  );
}
