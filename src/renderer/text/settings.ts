import type { Density, Theme, TimeForm } from '../../shared/preferences.ts';

export const SETTINGS_TEXT = {
  title: 'Display settings',
  theme: 'Theme',
  density: 'Density',
  time: 'Times',
  size: 'Size',
  smaller: 'Smaller',
  larger: 'Larger',
  ordinary: 'Reset to 100 %',
  note: 'Kept on this computer, and used before you sign in as well.',
} as const;

export interface ChoiceText {
  readonly name: string;
  readonly note: string;
}

export const THEME_TEXT: Readonly<Record<Theme, ChoiceText>> = {
  system: { name: 'Same as the desktop', note: 'Light or dark, and high contrast.' },
  light: { name: 'Light', note: 'For bright rooms.' },
  dark: { name: 'Dark', note: 'For dim rooms.' },
  contrast: { name: 'High contrast, dark', note: 'For tired or weak eyes, at night.' },
  'contrast-light': { name: 'High contrast, light', note: 'For tired or weak eyes, by day.' },
  night: { name: 'Red light', note: 'For eyes that have to stay used to the dark.' },
};

export const DENSITY_TEXT: Readonly<Record<Density, ChoiceText>> = {
  compact: { name: 'Compact', note: 'As many messages as fit.' },
  comfortable: { name: 'Comfortable', note: 'Larger type, more room between the lines.' },
};

export const TIME_FORM_TEXT: Readonly<Record<TimeForm, ChoiceText>> = {
  zulu: { name: 'Zulu', note: '03:12Z' },
  local: { name: 'Local', note: '04:12, in this computer’s time zone' },
  dtg: { name: 'Date-time group', note: '220312ZNOV26' },
};

/** `125 %`. */
export function percent(value: number): string {
  return `${value} %`;
}
