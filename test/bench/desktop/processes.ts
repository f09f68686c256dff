/** What the kernel knows of the application's processes (Linux): memory and processor time, by kind of process. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Clock ticks a second; Linux fixes what user space sees at 100. */
const TICKS = 100;
const PAGE = 4096;

export interface ProcessFacts {
  readonly pid: number;
  /** `main`, `renderer`, `gpu`, `session`, `token`, `zygote`, … */
  readonly kind: string;
  /** Proportional set size, bytes. */
  readonly pss: number;
  /** The part of it that is no file's, bytes: does not depend on who else runs the same program. */
  readonly anonymous: number;
  /** False: the kernel kept the PSS from us; `pss` is the resident memory without shared pages. */
  readonly exact: boolean;
  /** Processor time so far, seconds. */
  readonly cpu: number;
  /** Time without a processor although there was work, seconds. */
  readonly waited: number;
}

/** Fields of `stat` after the name, which may itself hold spaces and brackets. */
function statOf(pid: number): readonly string[] {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

function kindOf(pid: number, isRoot: boolean): string {
  const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  const type = /--type=(\S+)/.exec(line)?.[1];
  if (type === undefined) return isRoot ? 'main' : 'sandbox helper';
  if (type !== 'utility') return type === 'gpu-process' ? 'gpu' : type;
  if (/--utility-sub-type=node\.mojom/.test(line)) return serviceOf(pid);
  return /--utility-sub-type=([a-z_]+)/.exec(line)?.[1]?.replaceAll('_', ' ') ?? 'utility';
}

/** Electron's command line does not name the script of a utility process; the library that it loaded does. */
function serviceOf(pid: number): string {
  const maps = readFileSync(`/proc/${pid}/maps`, 'utf8');
  if (maps.includes('pkcs11')) return 'token';
  return maps.includes('/koffi') ? 'session' : 'node';
}

type Memory = Pick<ProcessFacts, 'pss' | 'anonymous' | 'exact'>;

function memoryOf(pid: number): Memory {
  try {
    const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
    const bytes = (field: string): number =>
      Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(rollup)?.[1]) * 1024;
    const [pss, anonymous] = [bytes('Pss'), bytes('Pss_Anon')];
    if (Number.isFinite(pss + anonymous)) return { pss, anonymous, exact: true };
  } catch {
    // A sandboxed process belongs to root; only root may see its pages.
  }
  const [, resident = 0, shared = 0] = readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ').map(Number);
  const unshared = (resident - shared) * PAGE;
  return { pss: unshared, anonymous: unshared, exact: false };
}

/** How many processes outside of the tree run the program of `root`; what they share counts for less. */
export function othersWithProgramOf(root: number): number {
  const tree = new Set(treeOf(root));
  const program = programOf(root);
  return readdirSync('/proc').filter((name) => {
    const pid = Number(name);
    return Number.isInteger(pid) && !tree.has(pid) && programOf(pid) === program;
  }).length;
}

function programOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/exe`);
  } catch {
    return undefined;
  }
}

/** The process and all its descendants. */
function treeOf(root: number): readonly number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    try {
      const parent = Number(statOf(pid)[1]);
      children.set(parent, [...(children.get(parent) ?? []), pid]);
    } catch {
      // It ended while we looked.
    }
  }
  const tree: number[] = [];
  for (let waiting = [root]; waiting.length > 0; ) {
    tree.push(...waiting);
    waiting = waiting.flatMap((pid) => children.get(pid) ?? []);
  }
  return tree;
}

/** Every process of the application that is alive. */
export function processesOf(root: number): readonly ProcessFacts[] {
  return treeOf(root).flatMap((pid) => {
    try {
      return [
        { pid, kind: kindOf(pid, pid === root), cpu: cpuOf(pid), waited: waitedOf(pid), ...memoryOf(pid) },
      ];
    } catch {
      return [];
    }
  });
}

/** Processor time of one process with its threads, seconds. */
export function cpuOf(pid: number): number {
  const stat = statOf(pid);
  return (Number(stat[11]) + Number(stat[12])) / TICKS;
}

/** How long the threads of a process that are alive have been ready to run while no processor was free, seconds. */
export function waitedOf(pid: number): number {
  let nanoseconds = 0;
  for (const task of readdirSync(`/proc/${pid}/task`)) {
    try {
      nanoseconds += Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[1]);
    } catch {
      // The thread ended while we looked.
    }
  }
  return nanoseconds / 1e9;
}

/** Sums by kind. */
export function byKind(
  processes: readonly ProcessFacts[],
  pick: (facts: ProcessFacts) => number,
): Readonly<Record<string, number>> {
  const sums: Record<string, number> = {};
  for (const facts of processes) sums[facts.kind] = (sums[facts.kind] ?? 0) + pick(facts);
  return sums;
}
