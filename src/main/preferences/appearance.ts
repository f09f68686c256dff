/** What the preferences mean for windows and for the desktop's own parts (menus, file dialogs). */
import type { Preferences, Theme } from '../../shared/preferences.ts';

/** Electron's `nativeTheme.themeSource`. */
export function nativeThemeOf(theme: Theme): 'system' | 'light' | 'dark' {
  if (theme === 'system') return 'system';
  return theme === 'light' || theme === 'contrast-light' ? 'light' : 'dark';
}

/** A window's colour before its page has painted; `--ground` of `styles/tokens.css`. */
export function backgroundOf(theme: Theme, systemDark: boolean): string {
  switch (theme) {
    case 'system':
      return systemDark ? '#0e1216' : '#e9edf0';
    case 'light':
      return '#e9edf0';
    case 'dark':
      return '#0e1216';
    case 'contrast-light':
      return '#ffffff';
    case 'contrast':
    case 'night':
      return '#000000';
  }
}

/** A window of fixed size grows with what is in it, as far as the screen lets it; device-independent pixels. */
export function promptSize(
  size: { readonly width: number; readonly height: number },
  { zoom }: Preferences,
  screen: { readonly width: number; readonly height: number },
): { readonly width: number; readonly height: number } {
  const grown = (length: number, most: number) => Math.min(Math.round((length * zoom) / 100), most);
  return { width: grown(size.width, screen.width), height: grown(size.height, screen.height) };
}
