/** What an executable says about itself. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';

/** The fuse wire as it stands in the file: `0` and `1` in the order of Electron's list. */
export function fuseWire(executable: string): string {
  const bytes = readFileSync(executable);
  const at = bytes.indexOf(SENTINEL) + SENTINEL.length;
  if (bytes.indexOf(SENTINEL, at) !== -1) throw new Error('two wires');
  const [version, length = 0] = bytes.subarray(at, at + 2);
  if (version !== 1) throw new Error(`a wire of version ${version}`);
  return bytes.toString('latin1', at + 2, at + 2 + length);
}

/** What `readelf` (binutils) finds about a program's or library's mitigations. */
export interface Mitigations {
  /** `DYN`: loaded at an address of the system's choice. */
  readonly type: string;
  readonly relro: boolean;
  /** All symbols are bound at start, so that RELRO covers the whole table. */
  readonly bindNow: boolean;
  /** The stack can be executed, a segment is writable and executable, or code is changed while loading. */
  readonly writableCode: boolean;
  /** Some function checks its stack before it returns. */
  readonly stackProtector: boolean;
}

export function mitigationsOf(file: string): Mitigations {
  const out = execFileSync(
    'readelf',
    ['--wide', '--file-header', '--program-headers', '--dynamic', '--dyn-syms', file],
    {
      encoding: 'utf8',
      maxBuffer: 16 * 1024 * 1024,
    },
  );
  const stack = /^\s+GNU_STACK\s.*$/m.exec(out)?.[0] ?? '';
  return {
    stackProtector: out.includes('__stack_chk_fail'),
    type: /^\s+Type:\s+(\w+)/m.exec(out)?.[1] ?? '',
    relro: /^\s+GNU_RELRO\s/m.test(out),
    bindNow: /\bBIND_NOW\b|Flags:.*\bNOW\b/.test(out),
    writableCode:
      !/\sRW\s+0x[0-9a-f]+$|\sRW\s+0$/.test(stack) || /^\s+LOAD\s.*\sRWE\s/m.test(out) || /TEXTREL/.test(out),
  };
}

/** True for a file that is an ELF program or library. */
export function isElf(file: string): boolean {
  return readFileSync(file).subarray(0, 4).equals(Buffer.from('\x7fELF', 'latin1'));
}
