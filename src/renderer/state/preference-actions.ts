/** What the user can choose about the look of the windows. */
import type { ChatBridge } from '../../shared/ipc-contract.ts';
import { DEFAULT_PREFERENCES, nextZoom, type Preferences } from '../../shared/preferences.ts';
import type { ActionRunner } from './action-runner.ts';
import type { Store, WindowState } from './store.ts';

export interface PreferenceActions {
  /** Takes effect at once and is kept; a failure to keep it is told in the notice. */
  prefer(change: Partial<Preferences>): void;
  /** One step larger or smaller; 0: the ordinary size. */
  zoom(step: 1 | -1 | 0): void;
}

export function createPreferenceActions(
  bridge: ChatBridge,
  store: Store<WindowState>,
  { notify }: Pick<ActionRunner, 'notify'>,
): PreferenceActions {
  const prefer = (change: Partial<Preferences>): void => {
    const preferences = { ...store.get().preferences, ...change };
    store.update((state) => ({ ...state, preferences }));
    bridge.setPreferences(preferences).catch(() => notify({ code: 'PREFERENCES_NOT_KEPT' }));
  };
  return {
    prefer,
    zoom(step) {
      const { zoom } = store.get().preferences;
      prefer({ zoom: step === 0 ? DEFAULT_PREFERENCES.zoom : nextZoom(zoom, step) });
    },
  };
}

/** Has the store hold what main keeps. Until it has answered, or when it does not, the defaults hold. */
export function loadPreferences(bridge: ChatBridge, store: Store<WindowState>): void {
  bridge.getPreferences().then(
    (preferences) => store.update((state) => ({ ...state, preferences })),
    () => undefined,
  );
}
