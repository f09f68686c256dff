/**
 * Date-time groups as military messages write them (ACP 121): `291534ZNOV26` is 15:34 Zulu on 29 November 2026. They
 * name minutes, and years by two digits.
 */
const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];

const two = (value: number): string => String(value).padStart(2, '0');

/** The date-time group of a time, milliseconds since 1970; seconds are cut off. */
export function formatDtg(at: number): string {
  const date = new Date(at);
  const month = MONTHS[date.getUTCMonth()] ?? '';
  const clock = `${two(date.getUTCDate())}${two(date.getUTCHours())}${two(date.getUTCMinutes())}`;
  return `${clock}Z${month}${two(date.getUTCFullYear() % 100)}`;
}

/** The time of a Zulu date-time group of this century, milliseconds since 1970; `undefined` for anything else. */
export function parseDtg(text: string): number | undefined {
  const match = /^([0-9]{2})([0-9]{2})([0-9]{2})Z([A-Z]{3})([0-9]{2})$/.exec(text);
  if (match === null) return undefined;
  const [, day, hour, minute, month = '', year] = match;
  const at = Date.UTC(2000 + Number(year), MONTHS.indexOf(month), Number(day), Number(hour), Number(minute));
  return formatDtg(at) === text ? at : undefined;
}
