/** Moments in signed documents. */
import { refuse } from './errors.ts';

/**
 * Milliseconds since 1970 of an RFC 3339 time that has passed the schema's pattern.
 *
 * @throws AppError SCHEMA for a day that does not exist (31 February)
 */
export function parseTime(text: string, pointer: string): number {
  const time = Date.parse(text);
  if (!Number.isFinite(time) || formatTime(time) !== text) {
    refuse('SCHEMA', { pointer, rule: 'time' });
  }
  return time;
}

/** RFC 3339 with seconds and Z, the form of all signed documents. */
export function formatTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.[0-9]{3}Z$/, 'Z');
}
