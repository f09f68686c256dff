/**
 * Times as the window shows them. Zulu stands first unless the user chose otherwise, because that is what analysts log
 * in; local time and date-time group are in every tooltip.
 */
import type { TimeForm } from '../../shared/preferences.ts';
import { formatDtg } from './dtg.ts';

const zuluTime = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', hour: '2-digit', minute: '2-digit' });
const zuluSeconds = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'UTC',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});
const zuluDay = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'UTC',
  weekday: 'long',
  day: 'numeric',
  month: 'long',
  year: 'numeric',
});
const localSeconds = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  timeZoneName: 'short',
});
const shortDay = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'UTC',
  day: 'numeric',
  month: 'short',
  year: 'numeric',
});
const localDay = new Intl.DateTimeFormat('en-GB', {
  weekday: 'long',
  day: 'numeric',
  month: 'long',
  year: 'numeric',
});
const localTime = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const localMoment = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  timeZoneName: 'short',
});
const localMinutes = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  timeZoneName: 'short',
});

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** `03:12Z`. */
export function formatZulu(at: number): string {
  return `${zuluTime.format(at)}Z`;
}

/** `03:10Z and 04:02Z`, with the days where they are not the same. */
export function formatSpan(from: number, to: number, form: TimeForm = 'zulu'): string {
  const format = isSameDay(from, to, form) ? formatTime : formatMoment;
  return `${format(from, form)} and ${format(to, form)}`;
}

/** `3 days`, `5 hours`, `1 minute`: a length of time, in the largest unit of which it has two. @param length milliseconds */
export function lengthText(length: number): string {
  const units = [
    ['day', DAY_MS],
    ['hour', 60 * MINUTE_MS],
    ['minute', MINUTE_MS],
  ] as const;
  const [name, unit] = units.find(([, size]) => length >= 2 * size) ?? (['minute', MINUTE_MS] as const);
  const count = Math.max(1, Math.round(length / unit));
  return `${count} ${name}${count === 1 ? '' : 's'}`;
}

/** `22 Nov 2026 03:12Z`. */
export function formatDayAndTime(at: number): string {
  return formatIso(new Date(at).toISOString());
}

/** `04:12 CET`. */
export function formatLocal(at: number): string {
  return localMinutes.format(at);
}

/** `2026-11-22 03:12:45Z, 04:12:45 CET here, 220312ZNOV26`: every form there is, for tooltips. */
export function formatFull(at: number): string {
  const zulu = `${new Date(at).toISOString().slice(0, 10)} ${zuluSeconds.format(at)}Z`;
  return `${zulu}, ${localSeconds.format(at)} here, ${formatDtg(at)}`;
}

/** The minute in the form that was chosen: `03:12Z`, `04:12`, `220312ZNOV26`. */
export function formatTime(at: number, form: TimeForm): string {
  if (form === 'zulu') return formatZulu(at);
  return form === 'local' ? localTime.format(at) : formatDtg(at);
}

/** The form that stands beside the chosen one: local time, or Zulu where local was chosen. */
export function formatBeside(at: number, form: TimeForm): string {
  return form === 'local' ? formatZulu(at) : formatLocal(at);
}

/** Day and minute: `22 Nov 2026 03:12Z`, `22 Nov 2026, 04:12 CET`, `220312ZNOV26`. */
export function formatMoment(at: number, form: TimeForm): string {
  if (form === 'zulu') return `${shortDay.format(at)} ${formatZulu(at)}`;
  return form === 'local' ? localMoment.format(at) : formatDtg(at);
}

/**
 * `Sunday 22 November 2026` (with a comma in some versions of the browser): the Zulu day, or the local one where local
 * time was chosen.
 */
export function formatDay(at: number, form: TimeForm = 'zulu'): string {
  return form === 'local' ? localDay.format(at) : zuluDay.format(at);
}

/** {@link formatMoment} of an ISO 8601 time; the text itself where it is none. */
export function formatIso(iso: string, form: TimeForm = 'zulu'): string {
  const at = Date.parse(iso);
  if (Number.isNaN(at)) return iso;
  return formatMoment(at, form);
}

export function isSameZuluDay(left: number, right: number): boolean {
  return Math.floor(left / DAY_MS) === Math.floor(right / DAY_MS);
}

/** Whether two times are of one day, as {@link formatDay} names it. */
export function isSameDay(left: number, right: number, form: TimeForm): boolean {
  if (form !== 'local') return isSameZuluDay(left, right);
  return new Date(left).toDateString() === new Date(right).toDateString();
}
