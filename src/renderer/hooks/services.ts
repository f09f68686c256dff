import { createContext, useContext, useSyncExternalStore } from 'react';
import type { ChatBridge } from '../../shared/ipc-contract.ts';
import type { ChatActions } from '../state/actions.ts';
import type { Store, WindowState } from '../state/store.ts';

export interface Services {
  readonly bridge: ChatBridge;
  readonly store: Store<WindowState>;
  readonly actions: ChatActions;
}

export const ServicesContext = createContext<Services | undefined>(undefined);

export function useServices(): Services {
  const services = useContext(ServicesContext);
  if (services === undefined) throw new Error('no services above this component');
  return services;
}

export function useActions(): ChatActions {
  return useServices().actions;
}

/** A part of the window's state. `select` must return the same reference while nothing changed. */
export function useWindowState<Part>(select: (state: WindowState) => Part): Part {
  const { store } = useServices();
  return useSyncExternalStore(store.subscribe, () => select(store.get()));
}
