import { describe, expect, it } from 'vitest';
import { formatDegrees, formatMgrs, parsePosition } from './position.ts';

describe('a position', () => {
  // Eastings and northings computed apart from the library, by Krüger's series for WGS 84; cut off at the metre, as MGRS is.
  it.each([
    [38.889484, -77.035278, '18S UJ 23479 06481', '38.88948° N, 77.03528° W'],
    [48.24949, 16.4145, '33U XP 05004 44997', '48.24949° N, 16.41450° E'],
    [-33.856784, 151.215297, '56H LH 34900 52290', '33.85678° S, 151.21530° E'],
    [0, 3, '31N EA 00000 00000', '0.00000° N, 3.00000° E'],
    [45, -75, '18T WQ 00000 82950', '45.00000° N, 75.00000° W'],
  ])('%d %d is %s', (latitude, longitude, mgrs, degrees) => {
    expect(formatMgrs({ latitude, longitude })).toBe(mgrs);
    expect(formatDegrees({ latitude, longitude })).toBe(degrees);
    const back = parsePosition(mgrs);
    expect(Math.abs((back?.latitude ?? 99) - latitude)).toBeLessThan(0.00003);
    expect(Math.abs((back?.longitude ?? 199) - longitude)).toBeLessThan(0.00003);
  });

  it.each([
    ['38.8895, -77.0352', 38.8895, -77.0352],
    ['38.8895 N 77.0352 W', 38.8895, -77.0352],
    ['33.85° s, 151.2° e', -33.85, 151.2],
    [' 90;180 ', 90, 180],
  ])('%j is read', (text, latitude, longitude) => {
    expect(parsePosition(text)).toEqual({ latitude, longitude });
  });

  it.each([
    '',
    'Gate 2',
    '91, 0',
    '0, 181',
    '-38 N, 77 W',
    '38.8895',
    '18SUJ234',
    '61SUJ2306',
    '18IUJ2306',
    '18SUJ23483064791',
    '1e5, 2',
  ])('%j is none', (text) => {
    expect(parsePosition(text)).toBeUndefined();
  });

  it('near the poles has no grid reference', () => {
    expect(formatMgrs({ latitude: 85, longitude: 0 })).toBeUndefined();
    expect(formatMgrs({ latitude: -81, longitude: 0 })).toBeUndefined();
  });
});
