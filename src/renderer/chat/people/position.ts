/** Positions as people write and read them: MGRS, and latitude and longitude. Pure. */
import { forward, toPoint } from 'mgrs';
import { isPosition, type Position } from '../../../shared/presence-extras.ts';

/** MGRS has no squares nearer to the poles. */
const MGRS_NORTH = 84;
const MGRS_SOUTH = -80;
/** Digits of easting and of northing: one metre. */
const MGRS_DIGITS = 5;

const MGRS = /^(\d{1,2}[C-HJ-NP-X])([A-HJ-NP-Z][A-HJ-NP-V])(\d*)$/;
/** Two numbers, each with or without a degree sign. */
const DEGREES =
  /^([+-]?\d{1,3}(?:\.\d{1,12})?)\u00b0?\s*([NS])?\s*[,;\s]\s*([+-]?\d{1,3}(?:\.\d{1,12})?)\u00b0?\s*([EW])?$/i;

/** `18S UJ 23483 06479`; `undefined` near the poles. */
export function formatMgrs({
  latitude,
  longitude,
}: Pick<Position, 'latitude' | 'longitude'>): string | undefined {
  if (latitude > MGRS_NORTH || latitude < MGRS_SOUTH) return undefined;
  const parts = MGRS.exec(forward([longitude, latitude], MGRS_DIGITS));
  if (parts === null) return undefined;
  const [, zone = '', square = '', digits = ''] = parts;
  return `${zone} ${square} ${digits.slice(0, MGRS_DIGITS)} ${digits.slice(MGRS_DIGITS)}`;
}

/** `38.88950° N, 77.03520° W`. */
export function formatDegrees({ latitude, longitude }: Pick<Position, 'latitude' | 'longitude'>): string {
  const north = `${Math.abs(latitude).toFixed(5)}° ${latitude < 0 ? 'S' : 'N'}`;
  return `${north}, ${Math.abs(longitude).toFixed(5)}° ${longitude < 0 ? 'W' : 'E'}`;
}

/** Reads either; `undefined` for what is neither. */
export function parsePosition(text: string): Pick<Position, 'latitude' | 'longitude'> | undefined {
  const found = parseMgrs(text) ?? parseDegrees(text.trim());
  if (found === undefined || !isPosition({ ...found, description: '' })) return undefined;
  return { latitude: round(found.latitude), longitude: round(found.longitude) };
}

/** To a tenth of a metre. */
function round(degrees: number): number {
  return Math.round(degrees * 1_000_000) / 1_000_000;
}

function parseMgrs(text: string): Pick<Position, 'latitude' | 'longitude'> | undefined {
  const compact = text.toUpperCase().replace(/\s+/g, '');
  const digits = MGRS.exec(compact)?.[3];
  if (digits === undefined || digits.length % 2 !== 0 || digits.length > 2 * MGRS_DIGITS) return undefined;
  try {
    const [longitude, latitude] = toPoint(compact);
    return { latitude, longitude };
  } catch {
    // A square that this zone does not have.
    return undefined;
  }
}

function parseDegrees(text: string): Pick<Position, 'latitude' | 'longitude'> | undefined {
  const parts = DEGREES.exec(text);
  if (parts === null) return undefined;
  const [, north = '', ns = '', east = '', ew = ''] = parts;
  const sign = (value: number, letter: string, negative: string): number =>
    letter.toUpperCase() === negative ? -value : value;
  // A sign and a letter may contradict each other.
  if ((ns !== '' && /^[+-]/.test(north)) || (ew !== '' && /^[+-]/.test(east))) return undefined;
  return { latitude: sign(Number(north), ns, 'S'), longitude: sign(Number(east), ew, 'W') };
}
