/**
 * Puts theme and density on the page: `data-theme`, `data-density` and `data-time` of the root element, which `styles/tokens.css`
 * goes by. “System” is resolved here, so that each theme's colours stand there once.
 */
import type { Preferences, Theme } from '../../shared/preferences.ts';

export type ShownTheme = Exclude<Theme, 'system'>;

/** What the system asks for. */
export interface SystemLook {
  readonly light: boolean;
  readonly contrast: boolean;
}

export function shownTheme(theme: Theme, system: SystemLook): ShownTheme {
  if (theme !== 'system') return theme;
  if (system.contrast) return system.light ? 'contrast-light' : 'contrast';
  return system.light ? 'light' : 'dark';
}

/** What of the preferences the style sheets go by. */
export type Shown = Pick<Preferences, 'theme' | 'density' | 'time'>;

export interface Look {
  show(chosen: Shown): void;
}

/** Shows a look, and follows the system as long as the page lives. */
export function startLook(first: Shown): Look {
  const light = window.matchMedia('(prefers-color-scheme: light)');
  const contrast = window.matchMedia('(prefers-contrast: more)');
  let shown = first;
  const apply = (): void => {
    const { dataset } = document.documentElement;
    dataset.theme = shownTheme(shown.theme, { light: light.matches, contrast: contrast.matches });
    dataset.density = shown.density;
    dataset.time = shown.time;
  };
  for (const query of [light, contrast]) query.addEventListener('change', apply);
  apply();
  return {
    show(chosen) {
      shown = chosen;
      apply();
    },
  };
}
