/** What people tell of themselves besides presence, where the policy has it: position (XEP-0080) and activity (XEP-0108). */
import type { BareJid } from './jid.ts';

/** WGS 84. */
export interface Position {
  /** Degrees north, -90 to 90. */
  readonly latitude: number;
  /** Degrees east, -180 to 180. */
  readonly longitude: number;
  /** Metres; absent where it is not said. */
  readonly accuracy?: number;
  /** When it was so, milliseconds since 1970; absent where it is not said. */
  readonly at?: number;
  /** In words; empty for none. */
  readonly description: string;
}

/** Those of XEP-0108's general activities that are of use on watch. */
export const ACTIVITIES = [
  'working',
  'having_appointment',
  'talking',
  'traveling',
  'eating',
  'inactive',
] as const;

export interface Activity {
  readonly general: (typeof ACTIVITIES)[number];
  /** In words; empty for none. */
  readonly text: string;
}

/** What somebody tells at present. */
export interface PresenceExtras {
  /** Whose: a contact's address, or the own. */
  readonly id: BareJid;
  readonly position?: Position;
  readonly activity?: Activity;
}

/** Longest description or text, in UTF-16 code units. */
export const MAX_EXTRA_TEXT = 256;

/** A position that is one; `at` and `accuracy` are looked at where they are there. */
export function isPosition({ latitude, longitude, accuracy = 0 }: Position): boolean {
  const within = (value: number, limit: number) => Number.isFinite(value) && Math.abs(value) <= limit;
  return within(latitude, 90) && within(longitude, 180) && within(accuracy, 20_000_000) && accuracy >= 0;
}

export function isActivity(name: string): name is Activity['general'] {
  return (ACTIVITIES as readonly string[]).includes(name);
}
