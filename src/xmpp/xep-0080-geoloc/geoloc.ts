/** XEP-0080 User Location, version 1.9: position, accuracy, time and a description; no addresses, no country, no speed. */
import { safeText } from '../../shared/display-name.ts';
import { isPosition, MAX_EXTRA_TEXT, type Position } from '../../shared/presence-extras.ts';
import { NS } from '../namespaces.ts';
import { childText, type Element, toXmlText, xml } from '../xml.ts';

/** Without a position: it is told no more (XEP-0080 4). */
export function buildGeoloc(position: Position | undefined): Element {
  if (position === undefined) return xml('geoloc', { xmlns: NS.geoloc });
  const { latitude, longitude, accuracy, at, description } = position;
  return xml(
    'geoloc',
    { xmlns: NS.geoloc },
    accuracy === undefined ? undefined : xml('accuracy', {}, String(accuracy)),
    description === '' ? undefined : xml('description', {}, toXmlText(description)),
    xml('lat', {}, latitude.toFixed(6)),
    xml('lon', {}, longitude.toFixed(6)),
    at === undefined ? undefined : xml('timestamp', {}, new Date(at).toISOString()),
  );
}

const NUMBER = /^[+-]?\d{1,9}(?:\.\d{1,15})?$/;

function numberIn(geoloc: Element, name: string): number | undefined {
  const text = childText(geoloc, name, NS.geoloc)?.trim() ?? '';
  return NUMBER.test(text) ? Number(text) : undefined;
}

/** `undefined` for one that says no position, or none that there is. A time in the future is now. */
export function readGeoloc(geoloc: Element, now: number): Position | undefined {
  const latitude = numberIn(geoloc, 'lat');
  const longitude = numberIn(geoloc, 'lon');
  if (latitude === undefined || longitude === undefined) return undefined;
  const accuracy = numberIn(geoloc, 'accuracy');
  const at = Date.parse(childText(geoloc, 'timestamp', NS.geoloc) ?? '');
  const position: Position = {
    latitude,
    longitude,
    description: safeText(childText(geoloc, 'description', NS.geoloc) ?? '', MAX_EXTRA_TEXT),
    ...(accuracy === undefined ? {} : { accuracy }),
    ...(Number.isNaN(at) ? {} : { at: Math.min(at, now) }),
  };
  return isPosition(position) ? position : undefined;
}
