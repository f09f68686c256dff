import { useSyncExternalStore } from 'react';

function subscribe(listener: () => void): () => void {
  window.addEventListener('focus', listener);
  window.addEventListener('blur', listener);
  document.addEventListener('visibilitychange', listener);
  return () => {
    window.removeEventListener('focus', listener);
    window.removeEventListener('blur', listener);
    document.removeEventListener('visibilitychange', listener);
  };
}

/** True while this is the window the user works in. */
export function useFocusedWindow(): boolean {
  return useSyncExternalStore(subscribe, () => document.hasFocus() && document.visibilityState === 'visible');
}
