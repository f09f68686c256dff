/** The configuration of the throw-away site's Prosody: the administrators' template, filled in. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LockBinding } from '../../src/lock/index.ts';

const KIT = join(import.meta.dirname, '../../server/prosody');
const TEMPLATE = join(KIT, 'prosody.cfg.lua.template');

/** The kit's Lua modules. */
export const PROSODY_MODULES = join(KIT, 'modules');

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
  readonly serverCertificate: string;
  readonly serverKey: string;
  readonly clientAuthorities: string;
  readonly clientCertificate: 'required' | 'not-asked';
  readonly authentication: 'sallyport_card' | 'internal_hashed';
  readonly tlsProtocol: 'tlsv1_3' | 'tlsv1_2';
}

/** Paths and names end up in Lua strings; nothing that would end such a string gets in. */
function plain(value: string): string {
  if (!/^[A-Za-z0-9 ._/@+:-]*$/.test(value)) throw new Error(`not a plain value: ${value}`);
  return value;
}

/** The text of `prosody.cfg.lua`. */
export function prosodyConfig(values: ProsodyValues): string {
  if (!existsSync(TEMPLATE)) throw new Error(`missing ${TEMPLATE}`);
  const table: Record<string, string> = {
    domain: plain(values.domain),
    rooms: plain(values.rooms),
    port: String(values.port),
    interface: '127.0.0.1',
    modules: plain(values.modules),
    data: plain(values.data),
    run: plain(values.run),
    'log-level': 'info',
    'log-file': plain(values.logFile),
    'lock-module': values.lockModule === undefined ? '' : `"${values.lockModule}",`,
    'require-lock': String(values.lockModule !== 'impostor_lock'),
    'lock-bindings': values.lockBindings.map((binding) => `"${binding}"`).join(', '),
    'lock-masters': plain(values.lockMasters),
    'lock-machines': plain(values.lockMachines),
    'card-accounts': plain(values.cardAccounts),
    'reload-interval': '0.5',
    'groups-file': plain(values.groupsFile),
    'server-certificate': plain(values.serverCertificate),
    'server-key': plain(values.serverKey),
    'client-authorities': plain(values.clientAuthorities),
    'client-verify':
      values.clientCertificate === 'required'
        ? '{ "peer", "client_once", "fail_if_no_peer_cert" }'
        : '"none"',
    'tls-protocol': values.tlsProtocol,
    'limit-rate': '2mb/s',
    authentication: values.authentication,
  };
  return readFileSync(TEMPLATE, 'utf8').replaceAll(/@([a-z-]+)@/g, (_match, name: string) => {
    const value = table[name];
    if (value === undefined) throw new Error(`the template asks for ${name}`);
    return value;
  });
}
