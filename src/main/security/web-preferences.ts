/** The one place that says what a window may do; every window gets exactly this. */
import type { WebPreferences } from 'electron';
import type { WindowKind } from '../../shared/ipc-contract.ts';

export interface WebPreferencesOptions {
  readonly kind: WindowKind;
  /** Absolute path of the preload for this kind. */
  readonly preload: string;
  /** Only a test build has developer tools. */
  readonly devTools: boolean;
  /** What the page looks like from its first frame (`lookOf`). */
  readonly look: string;
}

/**
 * In memory (no `persist:`), and one for each kind of window: what one kind stores or keeps in its process, another
 * does not see. PIN and password are typed in processes of their own.
 */
export function partitionOf(kind: WindowKind): string {
  return `sallyport-${kind}`;
}

/** Electron's security checklist, items 2-4, 6, 8-11, written out even where they are defaults. */
export function webPreferencesFor(options: WebPreferencesOptions): Readonly<WebPreferences> {
  return Object.freeze({
    preload: options.preload,
    partition: partitionOf(options.kind),
    devTools: options.devTools,
    additionalArguments: [`--sallyport-look=${options.look}`],
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    experimentalFeatures: false,
    webviewTag: false,
    plugins: false,
    webgl: false,
    images: true,
    spellcheck: false,
    navigateOnDragDrop: false,
    autoplayPolicy: 'user-gesture-required',
    disableDialogs: true,
    safeDialogs: true,
    enableWebSQL: false,
    enablePreferredSizeMode: false,
    v8CacheOptions: 'none',
    disableBlinkFeatures: 'Auxclick',
    // Windows with chat acknowledge what they were sent after a frame, also while another window covers them.
    backgroundThrottling: options.kind !== 'chat' && options.kind !== 'tile',
  });
}
