/**
 * The plan as a PowerShell script for Windows Defender Firewall. There a rule that blocks outranks every rule that
 * allows, so what is blocked is written as everything but what is approved.
 */
import type { PortRange } from './messengers.ts';
import { type FirewallPlan, heading } from './plan.ts';
import { type AddressRange, addressText, otherAddresses, otherPorts } from './ranges.ts';

/** A single-quoted PowerShell string. PowerShell also ends such a string at typographic quotes. */
export function quoted(text: string): string {
  return `'${text.replace(/['\u2018\u2019\u201a\u201b]/g, (quote) => quote + quote)}'`;
}

function ports(ranges: readonly PortRange[]): string {
  return `@(${ranges.map(([first, last]) => quoted(first === last ? `${first}` : `${first}-${last}`)).join(', ')})`;
}

function addresses(plan: readonly string[]): string {
  const texts = ([4, 6] as const).flatMap((family) =>
    otherAddresses(plan, family).map(([first, last]: AddressRange) =>
      first === last
        ? addressText(first, family)
        : `${addressText(first, family)}-${addressText(last, family)}`,
    ),
  );
  return `@(${texts.map(quoted).join(', ')})`;
}

interface Rule {
  readonly name: string;
  readonly direction: 'Outbound' | 'Inbound';
  readonly action: 'Allow' | 'Block';
  readonly protocol: 'TCP' | 'UDP' | 'Any';
  readonly rest: string;
}

function written({ name, direction, action, protocol, rest }: Rule): string {
  return `New-NetFirewallRule -Group $Group -DisplayName ${quoted(`Sallyport: ${name}`)} -Direction ${direction} -Action ${action} -Protocol ${protocol} -Profile Any ${rest} | Out-Null`;
}

/** What the confined program, or everyone, may not reach: other addresses, and other ports at approved addresses. */
function confinement(plan: FirewallPlan): readonly Rule[] {
  if (plan.scope.kind !== 'host' && plan.scope.kind !== 'program') return [];
  const who = plan.scope.kind === 'program' ? `-Program ${quoted(plan.scope.path)} ` : '';
  const open = [...plan.endpoints.map((endpoint) => ({ ...endpoint, protocol: 'tcp' })), ...plan.extras];
  const places = [...new Set(open.map(({ address }) => address))];
  const block = { direction: 'Outbound', action: 'Block' } as const;
  const at = (address: string, protocol: string) =>
    open.filter((one) => one.address === address && one.protocol === protocol).map(({ port }) => port);
  return [
    { ...block, name: 'nowhere else', protocol: 'Any', rest: `${who}-RemoteAddress ${addresses(places)}` },
    ...places.flatMap((address) =>
      (['TCP', 'UDP'] as const).map((protocol) => ({
        ...block,
        name: `only approved ${protocol} services at ${address}`,
        protocol,
        rest: `${who}-RemoteAddress ${quoted(address)} -RemotePort ${ports(otherPorts(at(address, protocol.toLowerCase())))}`,
      })),
    ),
  ];
}

function messengers(plan: FirewallPlan): readonly Rule[] {
  const approved = [...new Set(plan.endpoints.map(({ address }) => address))];
  const others = addresses(approved);
  return (['TCP', 'UDP'] as const).flatMap((protocol) => {
    const closed = ports(protocol === 'TCP' ? plan.closed.tcp : plan.closed.udp);
    return [
      {
        name: `messengers, out, ${protocol}`,
        direction: 'Outbound',
        action: 'Block',
        protocol,
        rest: `-RemoteAddress ${others} -RemotePort ${closed}`,
      },
      {
        name: `messengers, in, ${protocol}`,
        direction: 'Inbound',
        action: 'Block',
        protocol,
        rest:
          plan.site === 'server' ? `-LocalAddress ${others} -LocalPort ${closed}` : `-LocalPort ${closed}`,
      },
    ] as const;
  });
}

function allowances(plan: FirewallPlan): readonly Rule[] {
  const isServer = plan.site === 'server';
  return plan.endpoints.map(({ purpose, address, port }) => ({
    name: `${purpose} ${address} ${port}`,
    direction: isServer ? ('Inbound' as const) : ('Outbound' as const),
    action: 'Allow' as const,
    protocol: 'TCP' as const,
    rest: isServer
      ? `-LocalAddress ${quoted(address)} -LocalPort ${port}`
      : `-RemoteAddress ${quoted(address)} -RemotePort ${port}`,
  }));
}

/** The script as text, CRLF lines. It replaces the rules that an earlier one made. */
export function windowsRules(plan: FirewallPlan): string {
  const rules = [...allowances(plan), ...confinement(plan), ...messengers(plan)];
  const lines = [
    ...heading(plan).map((line) => `# ${line}`),
    '#Requires -RunAsAdministrator',
    "$ErrorActionPreference = 'Stop'",
    "$Group = 'Sallyport'",
    'Get-NetFirewallRule -Group $Group -ErrorAction SilentlyContinue | Remove-NetFirewallRule',
    ...rules.map(written),
  ];
  return `${lines.join('\r\n')}\r\n`;
}
