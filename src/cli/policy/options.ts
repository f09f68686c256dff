/** Values on the command line. */
import { parseTime } from '../../policy/index.ts';
import type { SignatureAlgorithm } from '../../shared/crypto.ts';
import { CliError } from './cli-error.ts';
import { ALGORITHMS } from './keys.ts';

/** A whole number in `[min, max]`. */
export function wholeNumber(option: string, min: number, max: number): (text: string) => number {
  return (text) => {
    const value = /^[0-9]{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= min && value <= max) return value;
    throw new CliError('usage', `${option}: a whole number from ${min} to ${max}`);
  };
}

/** A moment, RFC 3339 with seconds and Z; milliseconds since 1970. */
export function moment(option: string): (text: string) => number {
  return (text) => {
    try {
      return parseTime(text, option);
    } catch {
      throw new CliError('usage', `${option}: a time such as 2026-11-22T08:00:00Z`);
    }
  };
}

export function algorithm(text: string): SignatureAlgorithm {
  const found = ALGORITHMS.find((name) => name === text);
  if (found !== undefined) return found;
  throw new CliError('usage', `--algorithm: one of ${ALGORITHMS.join(', ')}`);
}

/** Collects an option that may be repeated. */
export function repeated(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}
