/** What a soak that did not end well is looked into with: what is missing where, and who has it all the same. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ChatMessage } from '../../src/shared/chat-model.ts';
import type { BareJid } from '../../src/shared/jid.ts';
import type { WindowSession } from './window-session.ts';

/** Numbers as ranges, at most `limit` of them. */
export function ranges(numbers: readonly number[], limit = 20): string {
  const sorted = [...numbers].sort((a, b) => a - b);
  const found: [number, number][] = [];
  for (const number of sorted) {
    const last = found.at(-1);
    if (last !== undefined && number <= last[1] + 1) last[1] = number;
    else found.push([number, number]);
  }
  const shown = found.slice(0, limit).map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`));
  return `${shown.join(' ')}${found.length > limit ? ' …' : ''}`;
}

/** The numbers that `from` said, as they stand in a conversation. */
export const numbersOf = (log: readonly ChatMessage[], from: BareJid): readonly number[] =>
  log.filter(({ body }) => body.startsWith(`${from} `)).map(({ body }) => Number(body.split(' ')[1]));

/** Every file below a directory whose path ends like that. */
function filesBelow(directory: string, ending: string): readonly string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith(ending))
    .map((path) => join(directory, path));
}

export interface SoakReportOptions {
  readonly windows: readonly WindowSession[];
  readonly room: BareJid;
  /** How many messages somebody said there. */
  said(from: WindowSession, kind: 'direct' | 'room'): number;
  /** Of the server: its archives are below it. */
  readonly data: string;
}

/** For each window and conversation: numbers that are missing or double, gaps, how far own messages got, and what the archives hold. */
export async function soakReport({ windows, room, said, data }: SoakReportOptions): Promise<string> {
  const lines: string[] = [];
  for (const window of windows) {
    lines.push(`${window.jid}: link ${window.link.kind}, room ${window.rooms.get(room)}`);
    for (const peer of windows) {
      if (peer === window) continue;
      lines.push(
        ...describeLog(`  with ${peer.jid}`, await window.read(peer.jid), windows, (from) =>
          said(from, 'direct'),
        ),
      );
    }
    lines.push(
      ...describeLog('  in the room', await window.read(room), windows, (from) => said(from, 'room')),
    );
  }
  for (const file of filesBelow(data, '.list')) {
    const text = readFileSync(file, 'utf8');
    for (const from of windows) {
      const found = [...text.matchAll(new RegExp(`"${from.jid.replaceAll('.', '\\.')} (\\d+)"`, 'g'))];
      const numbers = found.map(([, number]) => Number(number));
      const kind = file.includes('muc_log') ? 'room' : 'direct';
      const missing = countTo(said(from, kind)).filter((number) => !new Set(numbers).has(number));
      lines.push(
        `archive ${file.slice(data.length)}: ${numbers.length} of ${from.jid}, without ${ranges(missing) || 'none'}`,
      );
    }
  }
  return lines.join('\n');
}

function describeLog(
  title: string,
  log: readonly ChatMessage[],
  windows: readonly WindowSession[],
  said: (from: WindowSession) => number,
): readonly string[] {
  const lines = [`${title}: ${log.length} messages`];
  for (const from of windows) {
    const numbers = numbersOf(log, from.jid);
    const known = new Set(numbers);
    const missing = countTo(said(from)).filter((number) => !known.has(number));
    const unordered = numbers.filter((number, index) => index > 0 && number <= (numbers[index - 1] ?? -1));
    lines.push(
      `    of ${from.jid}: ${numbers.length} of ${said(from)}, missing ${ranges(missing) || 'none'}, ` +
        `double ${numbers.length - known.size}, out of order ${ranges(unordered) || 'none'}`,
    );
  }
  for (const { id, at, body, gapAfter } of log)
    if (gapAfter !== undefined)
      lines.push(
        `    gap after ${id} (“${body}”, ${new Date(at).toISOString()}): ${new Date(gapAfter.from).toISOString()} to ` +
          `${new Date(gapAfter.to).toISOString()}, loading ${gapAfter.loading}`,
      );
  const states = new Map<string, number[]>();
  for (const { body, direction, delivery } of log) {
    if (direction !== 'out') continue;
    const state = delivery ?? 'none';
    states.set(state, [...(states.get(state) ?? []), Number(body.split(' ')[1])]);
  }
  for (const [state, numbers] of states)
    lines.push(`    own ${state}: ${numbers.length} (${ranges(numbers, 6)})`);
  return lines;
}

function countTo(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index);
}
