/** How this user wants the windows to look. Nothing in here is secret, and nothing in here may be trusted. */

export const THEMES = ['system', 'light', 'dark', 'contrast', 'contrast-light', 'night'] as const;
export type Theme = (typeof THEMES)[number];

export const DENSITIES = ['compact', 'comfortable'] as const;
export type Density = (typeof DENSITIES)[number];

/** Per cent of the ordinary size. */
export const ZOOMS = [75, 90, 100, 110, 125, 150, 175, 200] as const;
export type Zoom = (typeof ZOOMS)[number];

/** Which time stands first; the others are in the tooltip. */
export const TIME_FORMS = ['zulu', 'local', 'dtg'] as const;
export type TimeForm = (typeof TIME_FORMS)[number];

export interface Preferences {
  readonly theme: Theme;
  readonly density: Density;
  readonly zoom: Zoom;
  readonly time: TimeForm;
}

export const DEFAULT_PREFERENCES: Preferences = {
  theme: 'system',
  density: 'compact',
  zoom: 100,
  time: 'zulu',
};

const CHOICES: { readonly [K in keyof Preferences]: readonly Preferences[K][] } = {
  theme: THEMES,
  density: DENSITIES,
  zoom: ZOOMS,
  time: TIME_FORMS,
};

const NAMES = Object.keys(CHOICES) as readonly (keyof Preferences)[];

function isChoice(name: keyof Preferences, value: unknown): boolean {
  return (CHOICES[name] as readonly unknown[]).includes(value);
}

/** Whether `value` is exactly {@link Preferences}: nothing missing, nothing more. */
export function isPreferences(value: unknown): value is Preferences {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const keys = Object.keys(value);
  return (
    keys.length === NAMES.length &&
    NAMES.every((name) => Object.hasOwn(value, name) && isChoice(name, Reflect.get(value, name)))
  );
}

/** What can be used of `value`; the default for each choice that is missing or none. */
export function readPreferences(value: unknown): Preferences {
  if (typeof value !== 'object' || value === null) return DEFAULT_PREFERENCES;
  const chosen = NAMES.filter(
    (name) => Object.hasOwn(value, name) && isChoice(name, Reflect.get(value, name)),
  );
  return {
    ...DEFAULT_PREFERENCES,
    ...Object.fromEntries(chosen.map((name) => [name, Reflect.get(value, name)])),
  };
}

/** The next larger or smaller size; the same at the end of the list. */
export function nextZoom(zoom: Zoom, step: 1 | -1): Zoom {
  return ZOOMS[ZOOMS.indexOf(zoom) + step] ?? zoom;
}

/** The part of the preferences that a page needs before its first frame, as its process is told: `night,compact`. */
export function lookOf({ theme, density }: Preferences): string {
  return `${theme},${density}`;
}

/** Reads {@link lookOf}; the rest, and what is none, is the default. */
export function readLook(text: string): Preferences {
  const [theme, density] = text.split(',');
  return readPreferences({ theme, density });
}
