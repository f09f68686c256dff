/** The configuration of the throw-away site's Prosody: the administrators' template, filled in. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROSODY_CODE, PROSODY_DEFAULTS } from '../../server/kit/lib/prosody-values.mjs';
import { fillTemplate } from '../../server/kit/lib/template.mjs';
import type { LockBinding } from '../../src/lock/index.ts';

const KIT = join(import.meta.dirname, '../../server/prosody');
const TEMPLATE = join(KIT, 'prosody.cfg.lua.template');

/** The kit's Lua modules. */
export const PROSODY_MODULES = join(KIT, 'modules');

/** The file gate that signed slots lead to (XEP-0363). */
export interface FileGateValues {
  /** Where slots lead to, `https://host:port/path/`. */
  readonly baseUrl: string;
  /** Signs the slots' tokens (JWT, HS256); letters, digits, `._/@+:=~-`. */
  readonly secret: string;
  /** Bytes; 100 MiB by default. */
  readonly sizeLimit?: number;
}

/** Other servers that may be talked to. */
export interface FederationValues {
  readonly partners: readonly string[];
  readonly port: number;
  /** PEM file: the authorities of the partners' servers and a CRL of each. */
  readonly authorities: string;
  /** Which port of this machine a partner's server listens on, in place of what DNS would say. */
  readonly ports?: Readonly<Record<string, number>>;
}

/** What the site's server is told, one value for each `@name@` of the template. */
export interface ProsodyValues {
  readonly domain: string;
  readonly rooms: string;
  readonly port: number;
  readonly modules: string;
  readonly data: string;
  readonly run: string;
  readonly logFile: string;
  readonly lockModule: 'sallyport_lock' | 'impostor_lock' | undefined;
  readonly lockBindings: readonly LockBinding[];
  readonly lockMasters: string;
  readonly lockMachines: string;
  readonly cardAccounts: string;
  readonly groupsFile: string;
  /** Absent: no feeds. */
  readonly feedsFile: string | undefined;
  readonly serverCertificate: string;
  readonly serverKey: string;
  readonly clientAuthorities: string;
  readonly clientCertificate: 'required' | 'wanted' | 'not-asked';
  readonly authentication: 'sallyport_card' | 'sallyport_password' | 'sallyport_both' | 'internal_hashed';
  readonly passwordTries: number | undefined;
  readonly tlsProtocol: 'tlsv1_3' | 'tlsv1_2';
  /** The kill switch's file, and the directory of message and audit log. */
  readonly switchFile: string;
  readonly log: string;
  /** Bare JIDs. */
  readonly admins: readonly string[];
  readonly offline: boolean;
  readonly fileGate: FileGateValues | undefined;
  readonly federation: FederationValues | undefined;
  /** Names of modules that the kit does not have. */
  readonly extraModules: readonly string[];
}

/** The text of `prosody.cfg.lua`. */
export function prosodyConfig(values: ProsodyValues): string {
  const { fileGate, federation } = values;
  const filled = fillTemplate(
    readFileSync(TEMPLATE, 'utf8'),
    {
      ...PROSODY_DEFAULTS,
      interface: '127.0.0.1',
      'reload-interval': 0.5,
      'limit-rate': '2mb/s',
      domain: values.domain,
      rooms: values.rooms,
      port: values.port,
      modules: values.modules,
      data: values.data,
      run: values.run,
      'log-file': values.logFile,
      'require-lock': values.lockModule !== 'impostor_lock',
      'lock-bindings': values.lockBindings,
      'lock-masters': values.lockMasters,
      'lock-machines': values.lockMachines,
      'card-accounts': values.cardAccounts,
      'groups-file': values.groupsFile,
      'feeds-file': values.feedsFile,
      'server-certificate': values.serverCertificate,
      'server-key': values.serverKey,
      'client-authorities': values.clientAuthorities,
      'tls-protocol': values.tlsProtocol,
      authentication: values.authentication,
      switch: values.switchFile,
      log: values.log,
      admins: values.admins,
      offline: values.offline,
      'upload-base-url': fileGate?.baseUrl,
      'upload-secret': fileGate?.secret,
      ...(fileGate?.sizeLimit === undefined ? {} : { 'upload-size-limit': fileGate.sizeLimit }),
      'federation-partners': federation?.partners,
      'federation-authorities': federation?.authorities,
      ...(federation === undefined ? {} : { 'federation-port': federation.port }),
    },
    {
      raw: {
        'lock-module': [
          values.lockModule ?? [],
          values.extraModules,
          federation?.ports === undefined ? [] : 'test_dns',
        ]
          .flat()
          .map((name) => `"${name}",`)
          .join(' '),
        'client-verify': {
          required: PROSODY_CODE['client-verify'],
          wanted: '{ "peer", "client_once" }',
          'not-asked': '"none"',
        }[values.clientCertificate],
      },
    },
  );
  const ports = Object.entries(federation?.ports ?? {}).map(([domain, port]) => `["${domain}"] = ${port}`);
  const config = ports.length === 0 ? filled : `test_dns = { ${ports.join(', ')} }\n${filled}`;
  if (values.passwordTries === undefined) return config;
  const tries = `sallyport_password_tries = ${values.passwordTries}\nsallyport_password_wait = 5\n`;
  return config.replace(`authentication = "${values.authentication}"\n`, (line) => line + tries);
}
