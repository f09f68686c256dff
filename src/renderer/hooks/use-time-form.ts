import { useContext, useSyncExternalStore } from 'react';
import { DEFAULT_PREFERENCES, type TimeForm } from '../../shared/preferences.ts';
import { ServicesContext } from './services.ts';

const nothing = (): void => undefined;
const never = () => nothing;

/** Which time the user wants to see first; the default in windows that know no preferences. */
export function useTimeForm(): TimeForm {
  const store = useContext(ServicesContext)?.store;
  return useSyncExternalStore(
    store?.subscribe ?? never,
    () => store?.get().preferences.time ?? DEFAULT_PREFERENCES.time,
  );
}
