/** Versions of the application, compared as Semantic Versioning orders them (a pre-release comes before its release). */

const APP_VERSION = /^(\d{1,6})\.(\d{1,6})\.(\d{1,6})(-[0-9A-Za-z.-]{1,64})?(?:\+[0-9A-Za-z.-]{1,64})?$/;

interface Version {
  readonly numbers: readonly number[];
  readonly preRelease: boolean;
}

function parse(text: string): Version | undefined {
  const match = APP_VERSION.exec(text);
  if (match === null) return undefined;
  return { numbers: match.slice(1, 4).map(Number), preRelease: match[4] !== undefined };
}

function compare(a: Version, b: Version): number {
  for (let at = 0; at < 3; at += 1) {
    const difference = (a.numbers[at] ?? 0) - (b.numbers[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return Number(b.preRelease) - Number(a.preRelease);
}

/** True when `version` comes after `than`; a version that cannot be read is not newer than any, nor older. */
export function isNewerVersion(version: string, than: string): boolean {
  const [a, b] = [parse(version), parse(than)];
  return a !== undefined && b !== undefined && compare(a, b) > 0;
}

/** True when `version` lies in `[min, max]`; a version that cannot be read lies nowhere. No `max` means no bound. */
export function versionInRange(version: string, min: string, max: string | undefined): boolean {
  const [seen, low, high] = [parse(version), parse(min), max === undefined ? undefined : parse(max)];
  if (seen === undefined || low === undefined || (max !== undefined && high === undefined)) return false;
  return compare(seen, low) >= 0 && (high === undefined || compare(seen, high) <= 0);
}
