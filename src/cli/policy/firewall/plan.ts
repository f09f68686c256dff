/** What a firewall has to let pass and to close, by the policy; the formats are written from this. Pure. */
import { isIP } from 'node:net';
import type { PolicySettings } from '../../../policy/index.ts';
import { CliError } from '../cli-error.ts';
import { MESSENGERS, type PortRange } from './messengers.ts';
import { mergePorts } from './ranges.ts';

/** One service that the client may reach, at one address. */
export interface Endpoint {
  readonly purpose: 'xmpp' | 'file-gate' | 'audit-collector' | 'policy-drop';
  /** As the policy names it. */
  readonly host: string;
  readonly address: string;
  readonly family: 4 | 6;
  readonly port: number;
}

/** A service besides those of the policy that stays reachable, such as name service or time. */
export interface Extra {
  readonly protocol: 'tcp' | 'udp';
  readonly address: string;
  readonly family: 4 | 6;
  readonly port: number;
}

/** Whose traffic is confined to the endpoints. Messengers' ports are closed for everyone. */
export type Scope =
  /** Nothing is confined; only messengers' ports are closed. */
  | { readonly kind: 'messengers' }
  /** The whole computer. */
  | { readonly kind: 'host' }
  /** These accounts (nftables, pf). */
  | { readonly kind: 'users'; readonly names: readonly string[] }
  /** This program, by its absolute path (Windows). */
  | { readonly kind: 'program'; readonly path: string };

export interface FirewallPlan {
  readonly policyId: string;
  readonly sequence: number;
  /** A workstation opens connections to the endpoints, a server takes them. */
  readonly site: 'workstation' | 'server';
  readonly scope: Scope;
  readonly endpoints: readonly Endpoint[];
  readonly extras: readonly Extra[];
  readonly closed: { readonly tcp: readonly PortRange[]; readonly udp: readonly PortRange[] };
}

export interface PlanOptions
  extends Pick<FirewallPlan, 'policyId' | 'sequence' | 'site' | 'scope' | 'extras'> {
  /** Addresses of the policy's host names. A name is never looked up: who answers for it would decide what passes. */
  readonly addresses: ReadonlyMap<string, readonly string[]>;
}

interface Service {
  readonly purpose: Endpoint['purpose'];
  readonly host: string;
  readonly port: number;
}

function services({ servers, files, audit, policySource }: PolicySettings): readonly Service[] {
  const of = (purpose: Endpoint['purpose'], place: { host: string; port: number } | undefined) =>
    place === undefined ? [] : [{ purpose, host: place.host, port: place.port }];
  return [
    ...servers.flatMap((server) => of('xmpp', server)),
    ...of('file-gate', files.mode === 'gate' ? files.gate : undefined),
    ...of('audit-collector', audit.syslog),
    ...of('policy-drop', policySource.drop),
  ];
}

/** 4 or 6; `undefined` for what is no address. */
export function familyOf(address: string): 4 | 6 | undefined {
  const family = isIP(address);
  return family === 4 || family === 6 ? family : undefined;
}

function addressesOf(host: string, given: PlanOptions['addresses']): readonly string[] {
  if (familyOf(host) !== undefined) return [host];
  const addresses = given.get(host) ?? [];
  if (addresses.length > 0) return addresses;
  throw new CliError('usage', `no address of ${host}: give --address ${host}=ADDRESS`);
}

/** @throws CliError `usage` when a host of the policy has no address, or a given name is none of the policy's hosts */
export function planFirewall(settings: PolicySettings, options: PlanOptions): FirewallPlan {
  const wanted = services(settings);
  for (const name of options.addresses.keys()) {
    if (!wanted.some(({ host }) => host === name)) {
      throw new CliError('usage', `--address ${name}: the policy names no such host`);
    }
  }
  const endpoints = wanted.flatMap(({ host, purpose, port }) =>
    addressesOf(host, options.addresses).map((address): Endpoint => {
      const family = familyOf(address);
      if (family === undefined) throw new CliError('usage', `${address} is no IP address`);
      return { purpose, host, address, family, port };
    }),
  );
  const { policyId, sequence, site, scope, extras } = options;
  return {
    policyId,
    sequence,
    site,
    scope,
    endpoints,
    extras,
    closed: {
      tcp: mergePorts(MESSENGERS.flatMap(({ tcp }) => tcp)),
      udp: mergePorts(MESSENGERS.flatMap(({ udp }) => udp)),
    },
  };
}

/** The first lines of every format: what it is and what to do when the policy changes. */
export function heading(plan: FirewallPlan): readonly string[] {
  return [
    `Sallyport, policy ${plan.policyId}, sequence ${plan.sequence}, for a ${plan.site}.`,
    'Made by sallyport-policy export firewall; make it again whenever the policy or an address changes.',
    `Messengers whose published ports are closed: ${MESSENGERS.map(({ product }) => product).join('; ')}.`,
  ];
}
