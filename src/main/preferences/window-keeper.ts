/** Puts a window where it was, and remembers where it is. */
import { type BrowserWindow, type Rectangle, screen } from 'electron';
import type { KeptPlace } from './kept-place.ts';
import { placeOn, type WindowPlace } from './window-place.ts';

/** A window that is being dragged is written down once it stands still, or is closed, milliseconds. */
const STILL_MS = 600;

export class WindowKeeper {
  readonly #kept: KeptPlace;
  #timer: NodeJS.Timeout | undefined;
  #unwritten: WindowPlace | undefined;

  constructor(kept: KeptPlace) {
    this.#kept = kept;
  }

  /** Where the window was; nothing of it where it cannot stand there again. */
  restore(least: { readonly width: number; readonly height: number }): {
    readonly bounds: Partial<Rectangle>;
    readonly maximized: boolean;
  } {
    const place = this.#kept.read();
    const screens = screen.getAllDisplays().map(({ workArea }) => workArea);
    const bounds = place === undefined ? undefined : placeOn(place, screens, least);
    return { bounds: bounds ?? {}, maximized: bounds !== undefined && place?.maximized === true };
  }

  /** Remembers the window's place from now on. */
  follow(window: BrowserWindow): void {
    const later = (): void => {
      if (!window.isVisible() || window.isMinimized()) return;
      this.#unwritten = { bounds: window.getNormalBounds(), maximized: window.isMaximized() };
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#write(), STILL_MS);
      this.#timer.unref();
    };
    for (const event of ['resize', 'move', 'maximize', 'unmaximize'] as const) {
      // Electron has a signature for each event; all of these take a listener without arguments.
      window.on(event as 'resize', later);
    }
    window.once('closed', () => this.#write());
  }

  #write(): void {
    clearTimeout(this.#timer);
    if (this.#unwritten !== undefined) this.#kept.write(this.#unwritten);
    this.#unwritten = undefined;
  }
}
