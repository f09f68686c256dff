import type { Density, Theme, TimeForm } from '../../shared/preferences.ts';

export const SETTINGS_TEXT = {
  title: 'Display settings',
  theme: 'Theme',
  density: 'Density',
  time: 'Times',
  size: 'Size',
  smaller: 'Smaller',
  larger: 'Larger',
  ordinary: 'Ordinary size',
  note: 'Kept for you on this computer, and used before you sign in as well.',
} as const;

export interface ChoiceText {
  readonly name: string;
  readonly note: string;
}

export const THEME_TEXT: Readonly<Record<Theme, ChoiceText>> = {
  system: { name: 'As the system', note: 'Light or dark, and high contrast, as your desktop is set.' },
  light: { name: 'Light', note: 'For bright rooms.' },
  dark: { name: 'Dark', note: 'For dim rooms.' },
  contrast: { name: 'High contrast, dark', note: 'Every text at least 7:1 on its ground.' },
  'contrast-light': { name: 'High contrast, light', note: 'Every text at least 7:1 on its ground.' },
  night: { name: 'Red light', note: 'Red on black, for eyes that have to stay used to the dark.' },
};

export const DENSITY_TEXT: Readonly<Record<Density, ChoiceText>> = {
  compact: { name: 'Compact', note: 'As many messages as fit.' },
  comfortable: { name: 'Comfortable', note: 'Larger type, more room between the lines.' },
};

export const TIME_FORM_TEXT: Readonly<Record<TimeForm, ChoiceText>> = {
  zulu: { name: 'Zulu', note: '03:12Z' },
  local: { name: 'Local', note: '04:12, by this computer’s time zone' },
  dtg: { name: 'Date-time group', note: '291534ZNOV26' },
};

/** `125 %`. */
export function percent(value: number): string {
  return `${value} %`;
}
