/** Puts the chat window where it was, and remembers where it is. */
import { type BrowserWindow, type Rectangle, screen } from 'electron';
import { writeFileAtomically } from '../../platform/atomic-file.ts';
import { readSmallFile } from './small-file.ts';
import { placeOn, readPlace, type WindowPlace } from './window-place.ts';

/** A window that is being dragged is written down once it stands still, milliseconds. */
const STILL_MS = 600;

export class WindowKeeper {
  readonly #path: string;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(path: string) {
    this.#path = path;
  }

  /** Where the window was; nothing of it where it cannot stand there again. */
  restore(least: { readonly width: number; readonly height: number }): {
    readonly bounds: Partial<Rectangle>;
    readonly maximized: boolean;
  } {
    const place = readPlace(readSmallFile(this.#path));
    const screens = screen.getAllDisplays().map(({ workArea }) => workArea);
    const bounds = place === undefined ? undefined : placeOn(place, screens, least);
    return { bounds: bounds ?? {}, maximized: bounds !== undefined && place?.maximized === true };
  }

  /** Remembers the window's place from now on. A place that cannot be written is not worth a word. */
  follow(window: BrowserWindow): void {
    const later = (): void => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => {
        if (!window.isDestroyed() && window.isVisible() && !window.isMinimized()) this.#write(window);
      }, STILL_MS);
      this.#timer.unref();
    };
    for (const event of ['resize', 'move', 'maximize', 'unmaximize'] as const) {
      // Electron has a signature for each event; all of these take a listener without arguments.
      window.on(event as 'resize', later);
    }
  }

  #write(window: BrowserWindow): void {
    const place: WindowPlace = { bounds: window.getNormalBounds(), maximized: window.isMaximized() };
    const text = `${JSON.stringify(place)}\n`;
    this.#writing = this.#writing.then(() => writeFileAtomically(this.#path, text)).catch(() => undefined);
  }
}
