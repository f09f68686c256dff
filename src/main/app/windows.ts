/** The windows that people see; the page that is printed to PDF has its own in print.ts. */
import { join } from 'node:path';
import { BrowserWindow, type BrowserWindowConstructorOptions, dialog, nativeTheme, screen } from 'electron';
import { AppError } from '../../shared/errors.ts';
import type { WindowKind } from '../../shared/ipc-contract.ts';
import { lookOf, type Preferences } from '../../shared/preferences.ts';
import { MAX_TILE_WINDOWS, type WatchTile } from '../../shared/watch-contract.ts';
import type { WindowRegistry } from '../ipc/ipc.ts';
import { backgroundOf, nativeThemeOf, promptSize } from '../preferences/appearance.ts';
import { placeFile } from '../preferences/kept-place.ts';
import { TilePlaces, tilesKey } from '../preferences/tile-places.ts';
import { WindowKeeper } from '../preferences/window-keeper.ts';
import { pageUrl } from '../security/app-scheme.ts';
import { type DesktopRules, isKeyRefused, protectFromCapture } from '../security/desktop-rules.ts';
import { webPreferencesFor } from '../security/web-preferences.ts';
import { APP_NAME, CHOOSER_TEXT } from '../text.ts';
import type { Attention } from './attention.ts';
import { DesktopNotices } from './desktop-notices.ts';
import { openTray, type TrayIcon } from './tray.ts';

export interface WindowsOptions {
  readonly registry: WindowRegistry;
  /** Sets up what serves the pages of a kind; asked before each window. */
  readonly servePages: (kind: WindowKind) => void;
  /** Where the preloads are. */
  readonly bundleDirectory: string;
  readonly devTools: boolean;
  /** What the policy in force says at this moment. */
  readonly desktopRules: () => DesktopRules;
  /** How the user wants the windows to look at this moment. */
  readonly preferences: () => Preferences;
  /** Where the chat window's place is kept. */
  readonly windowFile: string;
  /** Where the places of torn-off windows are kept. */
  readonly tileWindowsFile: string;
  /** The user closes the chat window: that is quitting. */
  readonly onChatClose: () => void;
  /** The chat page's process ended; it is loaded anew. */
  readonly onChatGone: (reason: string) => void;
  /** A torn-off window is closed. */
  readonly onTilesGone: (key: string) => void;
  /** The PIN page can take its port. */
  readonly onPinReady: () => void;
  /** The user closed the PIN window, or its process ended. */
  readonly onPinClosed: () => void;
  /** The password page can take its port. */
  readonly onPasswordReady: () => void;
  /** The user closed the password window, or its process ended. */
  readonly onPasswordClosed: () => void;
}

/** A page whose process ends again and again is not loaded for ever. */
const MAX_RELOADS = 3;

/** A small window on top of the chat window, in which a secret is typed. */
const PROMPT_SHAPE = {
  width: 460,
  height: 480,
  resizable: false,
  minimizable: false,
  maximizable: false,
  fullscreenable: false,
  skipTaskbar: true,
};

/** A conversation or a few, on another screen perhaps. */
const TILE_SHAPE = { width: 560, height: 640, minWidth: 320, minHeight: 240 };

type PromptKind = Exclude<WindowKind, 'chat' | 'tile'>;

interface TileWindow {
  readonly window: BrowserWindow;
  readonly tiles: readonly WatchTile[];
}

const CHAT_SHAPE = { width: 1180, height: 800, minWidth: 640, minHeight: 480 };
const PROMPT_SHAPES: Readonly<Record<PromptKind, typeof PROMPT_SHAPE>> = {
  pin: PROMPT_SHAPE,
  password: { ...PROMPT_SHAPE, height: 580 },
};

export class Windows {
  readonly notices = new DesktopNotices(
    () => this.showChat(),
    () => this.#chat,
  );
  readonly #options: WindowsOptions;
  #chat: BrowserWindow | undefined;
  readonly #prompts = new Map<PromptKind, BrowserWindow>();
  readonly #place: WindowKeeper;
  readonly #tilePlaces: TilePlaces;
  #tray: TrayIcon | undefined;
  readonly #tiles = new Map<string, TileWindow>();
  #tileCount = 0;
  #reloads = 0;

  constructor(options: WindowsOptions) {
    this.#options = options;
    this.#place = new WindowKeeper(placeFile(options.windowFile));
    this.#tilePlaces = new TilePlaces(options.tileWindowsFile);
  }

  /** @param hidden true: it is there, and shown when somebody asks for it */
  openChat(hidden: boolean): void {
    const { bounds, maximized } = this.#place.restore({
      width: CHAT_SHAPE.minWidth,
      height: CHAT_SHAPE.minHeight,
    });
    const window = this.#create('chat', { ...CHAT_SHAPE, ...bounds }, { hidden });
    this.#chat = window;
    if (maximized) window.once('show', () => window.maximize());
    this.#place.follow(window);
    this.#tray = openTray(process.platform, {
      show: () => this.showChat(),
      quit: () => this.#options.onChatClose(),
    });
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
    for (const window of this.#all()) protectFromCapture(window, this.#options.desktopRules());
  }

  /** Follows a change of the user's preferences; the pages follow by themselves. */
  applyPreferences(): void {
    const { theme, zoom } = this.#options.preferences();
    nativeTheme.themeSource = nativeThemeOf(theme);
    for (const window of this.#all()) {
      window.setBackgroundColor(backgroundOf(theme, nativeTheme.shouldUseDarkColors));
      window.webContents.setZoomFactor(zoom / 100);
    }
  }

  /** Shows conversations in a window of their own. @throws AppError TILE_WINDOWS_FULL */
  openTiles(tiles: readonly WatchTile[]): void {
    if (this.#tiles.size >= MAX_TILE_WINDOWS) {
      throw new AppError('TILE_WINDOWS_FULL', { count: MAX_TILE_WINDOWS });
    }
    this.#tileCount += 1;
    const key = `tile-${this.#tileCount}`;
    const place = new WindowKeeper(this.#tilePlaces.of(tiles));
    // A second window with the same conversations would cover the first.
    const isSecond = [...this.#tiles.values()].some((one) => tilesKey(one.tiles) === tilesKey(tiles));
    const { bounds, maximized } = isSecond
      ? { bounds: {}, maximized: false }
      : place.restore({ width: TILE_SHAPE.minWidth, height: TILE_SHAPE.minHeight });
    const window = this.#create('tile', { ...TILE_SHAPE, ...bounds }, { key });
    this.#tiles.set(key, { window, tiles });
    if (maximized) window.once('show', () => window.maximize());
    if (!isSecond) place.follow(window);
    window.webContents.on('render-process-gone', () => window.destroy());
    window.on('closed', () => {
      this.#tiles.delete(key);
      this.#options.onTilesGone(key);
    });
  }

  /** What a torn-off window shows. */
  tilesOf(key: string): readonly WatchTile[] {
    return this.#tiles.get(key)?.tiles ?? [];
  }

  /** Nobody is signed in, or somebody else: their windows end, and with them the processes that held their talk. */
  closeTiles(): void {
    for (const { window } of this.#tiles.values()) window.destroy();
  }

  /** Every window there is. */
  #all(): readonly BrowserWindow[] {
    const others = [...this.#prompts.values(), ...[...this.#tiles.values()].map(({ window }) => window)];
    return this.#chat === undefined ? others : [this.#chat, ...others];
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
    const options = {
      defaultPath: suggestion,
      filters: [{ name: CHOOSER_TEXT.textFiles, extensions: ['txt'] }],
    };
    const window = this.#chat;
    const { canceled, filePath } =
      window === undefined
        ? await dialog.showSaveDialog(options)
        : await dialog.showSaveDialog(window, options);
    return canceled || filePath === '' ? undefined : filePath;
  }

  /** What tells the desktop that something waits. */
  get attention(): Attention {
    return {
      drawAttention: () => {
        if (BrowserWindow.getFocusedWindow() === null) this.#chat?.flashFrame(true);
      },
      show: (notice) => this.notices.show(notice),
      badge: (total) => {
        this.notices.badge(total);
        this.#tray?.unread(total);
      },
    };
  }

  openPin(): void {
    this.#openPrompt('pin', this.#options.onPinReady, this.#options.onPinClosed);
  }

  /** Destroys the window and with it the process that held the digits. */
  closePin(): void {
    this.#closePrompt('pin');
  }

  openPassword(): void {
    this.#openPrompt('password', this.#options.onPasswordReady, this.#options.onPasswordClosed);
  }

  /** Destroys the window and with it the process that held the password. */
  closePassword(): void {
    this.#closePrompt('password');
  }

  #openPrompt(kind: PromptKind, onReady: () => void, onClosed: () => void): void {
    const open = this.#prompts.get(kind);
    if (open !== undefined) {
      open.focus();
      return;
    }
    const shape = PROMPT_SHAPES[kind];
    const window = this.#create(kind, {
      ...shape,
      ...promptSize(shape, this.#options.preferences(), screen.getPrimaryDisplay().workAreaSize),
      ...(this.#chat === undefined ? {} : { parent: this.#chat }),
    });
    this.#prompts.set(kind, window);
    window.removeMenu();
    window.webContents.once('did-finish-load', onReady);
    const closed = (): void => {
      if (this.#prompts.get(kind) !== window) return;
      this.#prompts.delete(kind);
      if (!window.isDestroyed()) window.destroy();
      onClosed();
    };
    window.webContents.on('render-process-gone', closed);
    window.on('closed', closed);
  }

  #closePrompt(kind: PromptKind): void {
    const window = this.#prompts.get(kind);
    this.#prompts.delete(kind);
    window?.destroy();
  }

  #create(
    kind: WindowKind,
    shape: BrowserWindowConstructorOptions,
    { hidden = false, key = kind }: { readonly hidden?: boolean; readonly key?: string } = {},
  ): BrowserWindow {
    const { registry, servePages, bundleDirectory, devTools, desktopRules, preferences } = this.#options;
    servePages(kind);
    const chosen = preferences();
    const window = new BrowserWindow({
      ...shape,
      show: false,
      title: APP_NAME,
      backgroundColor: backgroundOf(chosen.theme, nativeTheme.shouldUseDarkColors),
      webPreferences: webPreferencesFor({
        kind,
        preload: join(bundleDirectory, `preload-${kind}.cjs`),
        devTools,
        look: lookOf(chosen),
      }),
    });
    registry.register(kind, window.webContents, key);
    // Chromium keeps a zoom for an origin, and forgets it with the partition in memory; a reload forgets it too.
    window.webContents.on('did-finish-load', () =>
      window.webContents.setZoomFactor(preferences().zoom / 100),
    );
    window.webContents.on('before-input-event', (event, input) => {
      if (isKeyRefused(input, desktopRules())) event.preventDefault();
    });
    protectFromCapture(window, desktopRules());
    if (!hidden) window.once('ready-to-show', () => window.show());
    void window.loadURL(pageUrl(kind)).catch(() => undefined);
    return window;
  }
}
