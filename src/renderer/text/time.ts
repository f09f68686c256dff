/**
 * Times as the window shows them: Zulu first, because that is what analysts log in; local time beside it on demand.
 */
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
const localMinutes = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  timeZoneName: 'short',
});

const DAY_MS = 86_400_000;

/** `03:12Z`. */
export function formatZulu(at: number): string {
  return `${zuluTime.format(at)}Z`;
}

/** `03:10Z and 04:02Z`, with the days where they are not the same. */
export function formatSpan(from: number, to: number): string {
  if (isSameZuluDay(from, to)) return `${formatZulu(from)} and ${formatZulu(to)}`;
  const withDay = (at: number) => `${new Date(at).toISOString().slice(0, 10)} ${formatZulu(at)}`;
  return `${withDay(from)} and ${withDay(to)}`;
}

/** `04:12 CET`. */
export function formatLocal(at: number): string {
  return localMinutes.format(at);
}

/** `2026-11-22 03:12:45Z, 04:12:45 CET here`. */
export function formatFull(at: number): string {
  return `${new Date(at).toISOString().slice(0, 10)} ${zuluSeconds.format(at)}Z, ${localSeconds.format(at)} here`;
}

/** `Sunday 22 November 2026` (with a comma in some versions of the browser), the Zulu day. */
export function formatDay(at: number): string {
  return zuluDay.format(at);
}

/** `22 Nov 2026 03:12Z`, of an ISO 8601 time; the text itself where it is none. */
export function formatIso(iso: string): string {
  const at = Date.parse(iso);
  if (Number.isNaN(at)) return iso;
  const date = new Intl.DateTimeFormat('en-GB', {
    timeZone: 'UTC',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
  });
  return `${date.format(at)} ${formatZulu(at)}`;
}

export function isSameZuluDay(left: number, right: number): boolean {
  return Math.floor(left / DAY_MS) === Math.floor(right / DAY_MS);
}
