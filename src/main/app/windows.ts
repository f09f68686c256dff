/** The two windows; the only file that imports `BrowserWindow`. */
import { join } from 'node:path';
import { BrowserWindow, type BrowserWindowConstructorOptions, dialog } from 'electron';
import type { WindowKind } from '../../shared/ipc-contract.ts';
import type { WindowRegistry } from '../ipc/ipc.ts';
import { pageUrl } from '../security/app-scheme.ts';
import { type DesktopRules, isKeyRefused, protectFromCapture } from '../security/desktop-rules.ts';
import { webPreferencesFor } from '../security/web-preferences.ts';

export interface WindowsOptions {
  readonly registry: WindowRegistry;
  /** Where the preloads are. */
  readonly bundleDirectory: string;
  readonly devTools: boolean;
  /** What the policy in force says at this moment. */
  readonly desktopRules: () => DesktopRules;
  /** The user closes the chat window: that is quitting. */
  readonly onChatClose: () => void;
  /** The chat page's process ended; it is loaded anew. */
  readonly onChatGone: (reason: string) => void;
  /** The PIN page can take its port. */
  readonly onPinReady: () => void;
  /** The user closed the PIN window, or its process ended. */
  readonly onPinClosed: () => void;
}

/** A page whose process ends again and again is not loaded for ever. */
const MAX_RELOADS = 3;

const SHAPES: Readonly<Record<WindowKind, BrowserWindowConstructorOptions>> = {
  chat: { width: 1180, height: 800, minWidth: 640, minHeight: 480 },
  pin: {
    width: 460,
    height: 480,
    resizable: false,
    minimizable: false,
    maximizable: false,
    fullscreenable: false,
    skipTaskbar: true,
  },
};

export class Windows {
  readonly #options: WindowsOptions;
  #chat: BrowserWindow | undefined;
  #pin: BrowserWindow | undefined;
  #reloads = 0;

  constructor(options: WindowsOptions) {
    this.#options = options;
  }

  openChat(): void {
    const window = this.#create('chat', {});
    this.#chat = window;
    window.on('close', (event) => {
      event.preventDefault();
      this.#options.onChatClose();
    });
    window.webContents.on('render-process-gone', (_event, { reason }) => {
      this.#options.onChatGone(reason);
      this.#reloads++;
      if (this.#reloads <= MAX_RELOADS) void window.loadURL(pageUrl('chat')).catch(() => undefined);
      else this.#options.onChatClose();
    });
  }

  /** Follows a change of the policy's /desktop group. */
  applyDesktopRules(): void {
    for (const window of [this.#chat, this.#pin]) {
      if (window !== undefined) protectFromCapture(window, this.#options.desktopRules());
    }
  }

  /** Brings the chat window to the front. */
  showChat(): void {
    const window = this.#chat;
    if (window === undefined) return;
    if (window.isMinimized()) window.restore();
    window.show();
    window.focus();
  }

  /** Asks for a file to save to, with a suggested name; `undefined` when the user changed their mind. */
  async chooseFile(suggestion: string): Promise<string | undefined> {
    const options = { defaultPath: suggestion, filters: [{ name: 'Text', extensions: ['txt'] }] };
    const window = this.#chat;
    const { canceled, filePath } =
      window === undefined
        ? await dialog.showSaveDialog(options)
        : await dialog.showSaveDialog(window, options);
    return canceled || filePath === '' ? undefined : filePath;
  }

  /** Tells the desktop that something waits. */
  drawAttention(): void {
    if (this.#chat?.isFocused() === false) this.#chat.flashFrame(true);
  }

  openPin(): void {
    if (this.#pin !== undefined) {
      this.#pin.focus();
      return;
    }
    const window = this.#create('pin', this.#chat === undefined ? {} : { parent: this.#chat });
    this.#pin = window;
    window.removeMenu();
    window.webContents.once('did-finish-load', () => this.#options.onPinReady());
    window.webContents.on('render-process-gone', () => this.#pinClosed(window));
    window.on('closed', () => this.#pinClosed(window));
  }

  /** Destroys the window and with it the process that held the digits. */
  closePin(): void {
    const window = this.#pin;
    this.#pin = undefined;
    window?.destroy();
  }

  #pinClosed(window: BrowserWindow): void {
    if (this.#pin !== window) return;
    this.#pin = undefined;
    if (!window.isDestroyed()) window.destroy();
    this.#options.onPinClosed();
  }

  #create(kind: WindowKind, extra: BrowserWindowConstructorOptions): BrowserWindow {
    const { registry, bundleDirectory, devTools, desktopRules } = this.#options;
    const window = new BrowserWindow({
      ...SHAPES[kind],
      ...extra,
      show: false,
      title: 'Sallyport',
      backgroundColor: '#10151c',
      webPreferences: webPreferencesFor({
        kind,
        preload: join(bundleDirectory, `preload-${kind}.cjs`),
        devTools,
      }),
    });
    registry.register(kind, window.webContents);
    window.webContents.on('before-input-event', (event, input) => {
      if (isKeyRefused(input, desktopRules())) event.preventDefault();
    });
    protectFromCapture(window, desktopRules());
    window.once('ready-to-show', () => window.show());
    void window.loadURL(pageUrl(kind)).catch(() => undefined);
    return window;
  }
}
