/** The plan as a pf anchor (macOS, `pfctl -a sallyport -f FILE`). The last rule that matches decides, unless it is `quick`. */
import type { PortRange } from './messengers.ts';
import { type FirewallPlan, heading } from './plan.ts';

function ports(ranges: readonly PortRange[]): string {
  return `{ ${ranges.map(([first, last]) => (first === last ? `${first}` : `${first}:${last}`)).join(' ')} }`;
}

const family = (version: 4 | 6) => (version === 4 ? 'inet' : 'inet6');

function confinement({ scope }: FirewallPlan): readonly string[] {
  switch (scope.kind) {
    case 'host':
      return ['block return out quick all'];
    case 'users':
      return [`block return out quick proto { tcp udp } from any to any user { ${scope.names.join(' ')} }`];
    default:
      return [];
  }
}

/** The anchor as text. */
export function pfRules(plan: FirewallPlan): string {
  const isServer = plan.site === 'server';
  const approved = plan.endpoints.map(
    (endpoint) =>
      `pass ${isServer ? 'in' : 'out'} quick ${family(endpoint.family)} proto tcp from any to ${endpoint.address} port ${endpoint.port} keep state`,
  );
  const extras = plan.extras.map(
    (extra) =>
      `pass out quick ${family(extra.family)} proto ${extra.protocol} from any to ${extra.address} port ${extra.port} keep state`,
  );
  const closed = (['tcp', 'udp'] as const).map(
    (protocol) => `block return quick proto ${protocol} from any to any port ${ports(plan.closed[protocol])}`,
  );
  const lines = [
    ...heading(plan).map((line) => `# ${line}`),
    'pass quick on lo0 all',
    'pass quick inet6 proto icmp6 all icmp6-type { neighbrsol neighbradv routersol routeradv }',
    ...approved,
    ...extras,
    ...closed,
    ...confinement(plan),
  ];
  return `${lines.join('\n')}\n`;
}
