/** The icon in the desktop's tray, where it has one: whether something is unread, and the way back to the window. */
import { Menu, nativeImage, Tray } from 'electron';
import { TRAY_TEXT } from '../text.ts';
import { trayPicture } from './tray-picture.ts';

const SIZE = 22;

export interface TrayActions {
  readonly show: () => void;
  readonly quit: () => void;
}

function picture(unread: boolean): Electron.NativeImage {
  const image = nativeImage.createFromBitmap(trayPicture(SIZE, unread), { width: SIZE, height: SIZE });
  const size = SIZE * 2;
  image.addRepresentation({
    scaleFactor: 2,
    width: size,
    height: size,
    buffer: nativeImage.createFromBitmap(trayPicture(size, unread), { width: size, height: size }).toPNG(),
  });
  return image;
}

export class TrayIcon {
  readonly #tray: Tray;
  #unread = false;

  constructor({ show, quit }: TrayActions) {
    this.#tray = new Tray(picture(false));
    this.#tray.setToolTip(TRAY_TEXT.unread(0));
    this.#tray.setContextMenu(
      Menu.buildFromTemplate([
        { label: TRAY_TEXT.show, click: show },
        { label: TRAY_TEXT.quit, click: quit },
      ]),
    );
    this.#tray.on('click', show);
  }

  /** A number, and nothing of what it counts. */
  unread(total: number): void {
    this.#tray.setToolTip(TRAY_TEXT.unread(total));
    if (total > 0 === this.#unread) return;
    this.#unread = total > 0;
    this.#tray.setImage(picture(this.#unread));
  }
}

/** macOS has the dock's badge; elsewhere a desktop without a tray simply shows nothing. */
export function openTray(platform: NodeJS.Platform, actions: TrayActions): TrayIcon | undefined {
  return platform === 'darwin' ? undefined : new TrayIcon(actions);
}
