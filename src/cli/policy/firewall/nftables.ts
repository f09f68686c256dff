/** The plan as an nftables rule set (nft 1.0, `nft -f FILE`). It is one table of its own and leaves others alone. */
import type { PortRange } from './messengers.ts';
import { type Endpoint, type FirewallPlan, heading } from './plan.ts';

function portSet(name: string, ranges: readonly PortRange[]): readonly string[] {
  const elements = ranges.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`));
  return [
    `  set ${name} {`,
    '    type inet_service',
    '    flags interval',
    `    elements = { ${elements.join(', ')} }`,
    '  }',
  ];
}

function endpointSet(name: string, type: string, endpoints: readonly Endpoint[]): readonly string[] {
  const elements = [...new Set(endpoints.map(({ address, port }) => `${address} . ${port}`))];
  return [
    `  set ${name} {`,
    `    type ${type} . inet_service`,
    ...(elements.length === 0 ? [] : [`    elements = { ${elements.join(', ')} }`]),
    '  }',
  ];
}

const CLOSED = [
  'tcp dport @messenger_tcp counter reject with tcp reset',
  'udp dport @messenger_udp counter reject',
] as const;

function extras({ extras: list }: FirewallPlan): readonly string[] {
  return list.map(
    ({ protocol, address, family, port }) =>
      `${family === 4 ? 'ip' : 'ip6'} daddr ${address} ${protocol} dport ${port} accept`,
  );
}

/** After everything that may pass: whose remaining traffic is refused. */
function confinement({ scope }: FirewallPlan): readonly string[] {
  switch (scope.kind) {
    case 'host':
      return ['counter reject'];
    case 'users':
      return [`meta skuid { ${scope.names.map((name) => `"${name}"`).join(', ')} } counter reject`];
    default:
      return [];
  }
}

function chain(name: string, hook: string, rules: readonly string[]): readonly string[] {
  return [
    `  chain ${name} {`,
    `    type filter hook ${hook} priority filter; policy accept;`,
    ...rules.map((rule) => `    ${rule}`),
    '  }',
  ];
}

/** What a workstation may open and a server may take. */
const APPROVED = [
  'ip daddr . tcp dport @approved_v4 accept',
  'ip6 daddr . tcp dport @approved_v6 accept',
] as const;

/** IPv6 does not work without these (RFC 4890 4.4.1). */
const NEIGHBOURS =
  'icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, nd-router-solicit, nd-router-advert } accept';

/** The rule set as text. */
export function nftablesRules(plan: FirewallPlan): string {
  const isServer = plan.site === 'server';
  const of = (family: 4 | 6) => plan.endpoints.filter((endpoint) => endpoint.family === family);
  const known = ['ct state established,related accept'];
  const lines = [
    ...heading(plan).map((line) => `# ${line}`),
    'add table inet sallyport',
    'delete table inet sallyport',
    'table inet sallyport {',
    ...endpointSet('approved_v4', 'ipv4_addr', of(4)),
    ...endpointSet('approved_v6', 'ipv6_addr', of(6)),
    ...portSet('messenger_tcp', plan.closed.tcp),
    ...portSet('messenger_udp', plan.closed.udp),
    ...chain('output', 'output', [
      'oifname "lo" accept',
      ...known,
      NEIGHBOURS,
      ...APPROVED,
      ...extras(plan),
      ...CLOSED,
      ...confinement(plan),
    ]),
    ...chain('input', 'input', [
      'iifname "lo" accept',
      ...known,
      NEIGHBOURS,
      ...(isServer ? APPROVED : []),
      ...CLOSED,
      ...(plan.scope.kind === 'host' ? ['counter drop'] : []),
    ]),
    ...chain('forward', 'forward', [...known, ...APPROVED, ...CLOSED]),
    '}',
  ];
  return `${lines.join('\n')}\n`;
}
