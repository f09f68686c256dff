import { useEffect, useRef } from 'react';
import type { AlertSound } from '../../../shared/watch-contract.ts';
import { useWindowState } from '../../hooks/services.ts';
import { loudest, play, REPEAT_MS } from './alert-sound.ts';

/** Makes alerts heard: each once when it comes, and again and again where its list says so, until acknowledged. */
export function useAlertSound(): void {
  const alerts = useWindowState((state) => state.chat.collections.alerts);
  const context = useRef<AudioContext>(undefined);
  const heard = useRef<ReadonlySet<string>>(undefined);
  const sound = (of: AlertSound): void => {
    // Before anybody has touched the window, Chromium lets it make no sound; what repeats is heard later.
    if (of === 'none' || !navigator.userActivation.hasBeenActive) return;
    context.current ??= new AudioContext();
    play(context.current, of);
  };
  const sounding = useRef(sound);
  sounding.current = sound;
  useEffect(() => {
    const all = [...alerts.values()];
    const fresh = heard.current === undefined ? [] : all.filter(({ id }) => heard.current?.has(id) !== true);
    heard.current = new Set(alerts.keys());
    sounding.current(loudest(fresh));
  }, [alerts]);
  const repeated = loudest([...alerts.values()].filter(({ repeat }) => repeat));
  useEffect(() => {
    if (repeated === 'none') return undefined;
    const timer = window.setInterval(() => sounding.current(repeated), REPEAT_MS);
    return () => window.clearInterval(timer);
  }, [repeated]);
  useEffect(
    () => () => {
      void context.current?.close();
    },
    [],
  );
}
