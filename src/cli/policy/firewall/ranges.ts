/** Sets of ports and of addresses as ascending, disjoint, inclusive ranges. Pure. */
import { isIPv4, isIPv6 } from 'node:net';
import type { PortRange } from './messengers.ts';

export const LAST_PORT = 65_535;

/** An inclusive range of addresses as numbers. */
export type AddressRange = readonly [first: bigint, last: bigint];

/** The same ports as `ranges`, ascending, without overlap and without neighbours that touch. */
export function mergePorts(ranges: readonly PortRange[]): readonly PortRange[] {
  const merged: [number, number][] = [];
  for (const [first, last] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const former = merged.at(-1);
    if (former !== undefined && first <= former[1] + 1) former[1] = Math.max(former[1], last);
    else merged.push([first, last]);
  }
  return merged;
}

/** Every port of 1 to 65535 that is not one of `ports`. */
export function otherPorts(ports: readonly number[]): readonly PortRange[] {
  const others: PortRange[] = [];
  let next = 1;
  for (const [first, last] of mergePorts(ports.map((port) => [port, port] as const))) {
    if (first > next) others.push([next, first - 1]);
    next = last + 1;
  }
  if (next <= LAST_PORT) others.push([next, LAST_PORT]);
  return others;
}

function groupsOf(address: string): readonly number[] {
  if (isIPv4(address)) return address.split('.').map(Number);
  // The URL parser writes an IPv6 address without dotted quads and without zone (WHATWG URL, host serializing).
  const [head = '', tail] = new URL(`http://[${address}]/`).hostname.slice(1, -1).split('::');
  const words = (text: string) =>
    text === '' ? [] : text.split(':').map((word) => Number.parseInt(word, 16));
  const before = words(head);
  const after = tail === undefined ? [] : words(tail);
  return [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after];
}

/** An IPv4 or IPv6 address as a number. */
export function addressNumber(address: string): bigint {
  const bits = isIPv4(address) ? 8n : 16n;
  return groupsOf(address).reduce((value, group) => (value << bits) | BigInt(group), 0n);
}

/** The inverse of {@link addressNumber}; IPv6 in full, eight groups. */
export function addressText(value: bigint, family: 4 | 6): string {
  const bits = family === 4 ? 8n : 16n;
  const count = family === 4 ? 4 : 8;
  const groups = Array.from({ length: count }, (_, at) =>
    ((value >> (bits * BigInt(count - 1 - at))) & ((1n << bits) - 1n)).toString(family === 4 ? 10 : 16),
  );
  return groups.join(family === 4 ? '.' : ':');
}

/** Every address of the family that is not one of `addresses` (which may hold both families). */
export function otherAddresses(addresses: readonly string[], family: 4 | 6): readonly AddressRange[] {
  const last = family === 4 ? (1n << 32n) - 1n : (1n << 128n) - 1n;
  const isFamily = family === 4 ? isIPv4 : isIPv6;
  const taken = [...new Set(addresses.filter((address) => isFamily(address)).map(addressNumber))].sort(
    (a, b) => (a < b ? -1 : 1),
  );
  const others: AddressRange[] = [];
  let next = 0n;
  for (const address of taken) {
    if (address > next) others.push([next, address - 1n]);
    next = address + 1n;
  }
  if (next <= last) others.push([next, last]);
  return others;
}
