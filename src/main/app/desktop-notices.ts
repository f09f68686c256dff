/** The desktop's notifications and the number on the program's icon. */
import { app, type BrowserWindow, Notification, nativeImage } from 'electron';
import { NOTICE_TEXT } from '../text.ts';
import type { Attention, DesktopNotice } from './attention.ts';

/** Notifications that are held: one that is let go of does not tell of a click any more. */
const MAX_HELD = 8;
/** Side of the mark on a button of the Windows task bar, pixels. */
const MARK = 16;

export class DesktopNotices implements Pick<Attention, 'show' | 'badge'> {
  readonly #onClick: () => void;
  readonly #window: () => BrowserWindow | undefined;
  readonly #held: Notification[] = [];
  #badge = 0;

  /**
   * @param onClick somebody wants to see what it is about
   * @param window the window whose button has the mark
   */
  constructor(onClick: () => void, window: () => BrowserWindow | undefined) {
    this.#onClick = onClick;
    this.#window = window;
  }

  show({ title, body, urgent }: DesktopNotice): void {
    if (!Notification.isSupported()) return;
    const notification = new Notification({
      title,
      body: process.platform === 'linux' ? withoutMarkup(body) : body,
      silent: true,
      urgency: urgent ? 'critical' : 'normal',
      timeoutType: urgent ? 'never' : 'default',
    });
    notification.on('click', () => this.#onClick());
    this.#held.push(notification);
    if (this.#held.length > MAX_HELD) this.#held.shift()?.close();
    notification.show();
  }

  badge(total: number): void {
    if (total === this.#badge) return;
    this.#badge = total;
    if (process.platform === 'win32') this.#markButton(total);
    else app.setBadgeCount(total);
  }

  /** Takes away what was announced: the screen is covered or somebody else signs in. */
  clear(): void {
    this.takeBack();
    this.badge(0);
  }

  /** Takes the notifications away; the number of unread messages stays. */
  takeBack(): void {
    for (const notification of this.#held.splice(0)) notification.close();
  }

  #markButton(total: number): void {
    this.#window()?.setOverlayIcon(total === 0 ? null : disc(), total === 0 ? '' : NOTICE_TEXT.unread(total));
  }
}

/** Linux desktops read a body as markup, links and pictures included; Electron hands it on as it is. */
function withoutMarkup(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** A filled disc, BGRA. */
function disc(): Electron.NativeImage {
  const pixels = Buffer.alloc(MARK * MARK * 4);
  const middle = (MARK - 1) / 2;
  for (let at = 0; at < MARK * MARK; at += 1) {
    const inside = Math.hypot((at % MARK) - middle, Math.floor(at / MARK) - middle) <= middle;
    if (inside) pixels.set([0x3c, 0x3c, 0xd9, 0xff], at * 4);
  }
  return nativeImage.createFromBitmap(pixels, { width: MARK, height: MARK });
}
