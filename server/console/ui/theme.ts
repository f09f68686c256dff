/** Dark, light and high contrast as the system asks; the themes are the client's (src/renderer/styles/tokens.css). */

const LIGHT = '(prefers-color-scheme: light)';
const CONTRAST = '(prefers-contrast: more)';

/** The theme's name for what the system asks; dark has none. */
export function themeFor(light: boolean, contrast: boolean): string | undefined {
  if (contrast) return light ? 'contrast-light' : 'contrast';
  return light ? 'light' : undefined;
}

/** Follows the system from now on. */
export function followSystemTheme(): void {
  const queries = [window.matchMedia(LIGHT), window.matchMedia(CONTRAST)];
  const apply = (): void => {
    const [light = false, contrast = false] = queries.map(({ matches }) => matches);
    const theme = themeFor(light, contrast);
    if (theme === undefined) delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
  };
  for (const query of queries) query.addEventListener('change', apply);
  apply();
}
