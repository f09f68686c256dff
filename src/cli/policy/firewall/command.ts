/** `sallyport-policy export firewall`. */
import type { Command } from 'commander';
import { effectiveSettings } from '../../../policy/index.ts';
import { CliError } from '../cli-error.ts';
import { loadPolicyDocument } from '../documents.ts';
import { writeOutput } from '../files.ts';
import { repeated } from '../options.ts';
import { printFacts, type Terminal } from '../output.ts';
import { nftablesRules } from './nftables.ts';
import { pfRules } from './pf.ts';
import { type Extra, type FirewallPlan, familyOf, planFirewall, type Scope } from './plan.ts';
import { windowsRules } from './windows.ts';

const FORMATS = { nftables: nftablesRules, windows: windowsRules, pf: pfRules } as const;
type Format = keyof typeof FORMATS;

const SITES = ['workstation', 'server'] as const;

interface FirewallArguments {
  readonly policy: string;
  readonly format: Format;
  readonly site: FirewallPlan['site'];
  readonly confine: string;
  readonly address: readonly string[];
  readonly allow: readonly string[];
  readonly out: string;
  readonly force?: true;
  readonly json?: true;
}

function oneOf<Name extends string>(option: string, names: readonly Name[]): (text: string) => Name {
  return (text) => {
    const found = names.find((name) => name === text);
    if (found !== undefined) return found;
    throw new CliError('usage', `${option}: one of ${names.join(', ')}`);
  };
}

/** POSIX portable account names (IEEE 1003.1, 3.437), which need no quoting in any rule. */
const ACCOUNT = /^[A-Za-z_][A-Za-z0-9._-]{0,31}$/;
/** A path on Windows without what PowerShell or the firewall would expand. */
const PROGRAM = /^[A-Za-z]:\\[^\p{Cc}"*?<>|%$`]{1,250}\.exe$/u;

/** Which formats can confine what. */
const CONFINES: Readonly<Record<Format, readonly Scope['kind'][]>> = {
  nftables: ['messengers', 'host', 'users'],
  windows: ['messengers', 'host', 'program'],
  pf: ['messengers', 'host', 'users'],
};

function scopeOf(text: string, format: Format): Scope {
  const [kind = '', rest] = text.split(/:(.*)/s);
  const scope = readScope(kind, rest);
  if (scope !== undefined && CONFINES[format].includes(scope.kind)) return scope;
  throw new CliError(
    'usage',
    `--confine: for ${format} one of ${CONFINES[format].join(', ')}; users:NAME,NAME and program:PATH name whom`,
  );
}

function readScope(kind: string, rest: string | undefined): Scope | undefined {
  if (kind === 'users') {
    const names = (rest ?? '').split(',');
    return names.every((name) => ACCOUNT.test(name)) ? { kind, names } : undefined;
  }
  if (kind === 'program') return PROGRAM.test(rest ?? '') ? { kind, path: rest ?? '' } : undefined;
  return (kind === 'messengers' || kind === 'host') && rest === undefined ? { kind } : undefined;
}

function addressesOf(texts: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const addresses = new Map<string, readonly string[]>();
  for (const text of texts) {
    const [host = '', address = ''] = text.split(/=(.*)/s);
    if (familyOf(address) === undefined || address.includes('%')) {
      throw new CliError('usage', `--address ${text}: HOST=ADDRESS with an IP address`);
    }
    addresses.set(host, [...(addresses.get(host) ?? []), address]);
  }
  return addresses;
}

function extraOf(text: string): Extra {
  const [, protocol, bracketed, plain, port] =
    /^(tcp|udp):(?:\[([^\]%]+)\]|([^:%]+)):([0-9]{1,5})$/.exec(text) ?? [];
  const address = bracketed ?? plain ?? '';
  const family = familyOf(address);
  const number = Number(port);
  if ((protocol === 'tcp' || protocol === 'udp') && family !== undefined && number >= 1 && number <= 65_535) {
    return { protocol, address, family, port: number };
  }
  throw new CliError(
    'usage',
    `--allow ${text}: PROTOCOL:ADDRESS:PORT such as udp:192.0.2.53:53 or tcp:[2001:db8::1]:389`,
  );
}

async function runFirewall(args: FirewallArguments, terminal: Terminal): Promise<void> {
  const policy = loadPolicyDocument(args.policy);
  const plan = planFirewall(effectiveSettings(policy.settings), {
    policyId: policy.policyId,
    sequence: policy.sequence,
    site: args.site,
    scope: scopeOf(args.confine, args.format),
    extras: args.allow.map(extraOf),
    addresses: addressesOf(args.address),
  });
  const text = FORMATS[args.format](plan);
  // Windows PowerShell 5 takes a script without a byte order mark for one in the local code page.
  const bytes = Buffer.from(args.format === 'windows' ? `\ufeff${text}` : text, 'utf8');
  await writeOutput(args.out, bytes, { force: args.force === true });
  printFacts(terminal, args.json === true, {
    rules: args.out,
    format: args.format,
    endpoints: plan.endpoints.map(({ purpose, address, port }) => `${purpose} ${address} ${port}`),
    closedTcpRanges: plan.closed.tcp.length,
    closedUdpRanges: plan.closed.udp.length,
  });
}

const HELP = `
Approved are the policy's servers, file gate, audit collector and policy drop, and what --allow adds. Names are never
looked up: give the address of each host that the policy names by name.

  sallyport-policy export firewall --policy policy.json --format nftables \\
    --confine users:analyst1,analyst2 --address chat.example.mil=192.0.2.10 --out sallyport.nft
  nft -f sallyport.nft

  sallyport-policy export firewall --policy policy.json --format windows \\
    --confine "program:C:\\Program Files\\Sallyport\\Sallyport.exe" --address chat.example.mil=192.0.2.10 --out sallyport.ps1

Messengers' ports are closed both ways for everybody; approved services at one of these ports stay open.`;

/** Adds the command to `export`. */
export function addFirewallExport(parent: Command, terminal: Terminal): void {
  parent
    .command('firewall')
    .description('firewall rules: the client reaches approved services only, messengers are shut out')
    .requiredOption('--policy <file>', 'the policy document')
    .requiredOption(
      '--format <name>',
      'nftables, windows (PowerShell) or pf',
      oneOf('--format', Object.keys(FORMATS) as Format[]),
    )
    .option('--site <name>', 'workstation or server', oneOf('--site', SITES), 'workstation')
    .option(
      '--confine <whom>',
      'messengers: nobody, messengers only; host: the whole computer; users:NAME,…; program:PATH',
      'messengers',
    )
    .option(
      '--address <host=address>',
      "an address of one of the policy's hosts; may be repeated",
      repeated,
      [],
    )
    .option('--allow <service>', 'PROTOCOL:ADDRESS:PORT that stays reachable; may be repeated', repeated, [])
    .requiredOption('--out <file>', 'the file to write')
    .option('--force', 'replace a file that exists')
    .option('--json', 'print one JSON line')
    .addHelpText('after', HELP)
    .action((args: FirewallArguments) => runFirewall(args, terminal));
}
