/** What the kernel says about this network namespace. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

function lines(file: string): readonly string[] {
  return readFileSync(file, 'utf8').trim().split('\n');
}

/** Names of all network interfaces. */
export function allLinks(): readonly string[] {
  return lines('/proc/net/dev')
    .slice(2)
    .map((line) => line.split(':')[0]?.trim() ?? '')
    .sort();
}

/** Packets that went into the wire that leads nowhere: whatever tried to leave this computer. */
export function packetsThatLeft(): number {
  const line = lines('/proc/net/dev').find((each) => each.trim().startsWith('nowhere0:'));
  const sent = line?.split(':')[1]?.trim().split(/\s+/)[9];
  if (sent === undefined) throw new Error('there is no interface nowhere0');
  return Number(sent);
}

interface Connection {
  readonly local: number;
  readonly remote: number;
  readonly listening: boolean;
  readonly inode: string;
}

function connections(): readonly Connection[] {
  return ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) =>
    lines(file)
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .map((fields) => ({
        local: Number.parseInt(fields[1]?.split(':')[1] ?? '', 16),
        remote: Number.parseInt(fields[2]?.split(':')[1] ?? '', 16),
        listening: fields[3] === '0A',
        inode: fields[9] ?? '',
      })),
  );
}

/** TCP ports that something listens on, sorted. */
export function listeningPorts(): readonly number[] {
  return connections()
    .filter(({ listening }) => listening)
    .map(({ local }) => local)
    .sort((a, b) => a - b);
}

/** Counts, from now on, the connections that a user's programs begin on this computer: to the server, and to anything else. */
export function watchConnections(uid: number, serverPort: number): void {
  const begun = `meta skuid ${uid} tcp flags & (syn | ack) == syn tcp dport`;
  const rules = `table inet watch {
    counter elsewhere { }
    counter server { }
    chain output {
      type filter hook output priority 0;
      ${begun} != ${serverPort} counter name elsewhere
      ${begun} == ${serverPort} counter name server
    }
  }`;
  execFileSync('nft', ['-f', '-'], { input: rules });
}

/** What {@link watchConnections} has counted. */
export function connectionCounts(): Readonly<Record<string, number>> {
  const { nftables } = JSON.parse(execFileSync('nft', ['-j', 'list', 'counters'], { encoding: 'utf8' })) as {
    nftables: readonly { readonly counter?: { readonly name: string; readonly packets: number } }[];
  };
  return Object.fromEntries(
    nftables.flatMap(({ counter }) => (counter === undefined ? [] : [[counter.name, counter.packets]])),
  );
}
