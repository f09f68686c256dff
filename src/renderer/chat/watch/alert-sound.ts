/** The sounds of alerts, made in the window: no file, nothing fetched. */
import type { Alert, AlertSound } from '../../../shared/watch-contract.ts';

/** Between two repeats, milliseconds. */
export const REPEAT_MS = 10_000;

/** One tone after the other: hertz and seconds. */
const TONES: Readonly<Record<Exclude<AlertSound, 'none'>, readonly (readonly [number, number])[]>> = {
  soft: [
    [660, 0.12],
    [880, 0.18],
  ],
  urgent: [
    [988, 0.14],
    [740, 0.14],
    [988, 0.14],
    [740, 0.22],
  ],
};
const LOUDNESS = { soft: 0.12, urgent: 0.3 } as const;
/** Tones begin and end softly, seconds: a step would crack. */
const EDGE = 0.012;

/** The loudest sound among alerts that may be heard. */
export function loudest(alerts: readonly Alert[]): AlertSound {
  const heard = alerts.filter(({ quiet, acknowledged }) => !quiet && acknowledged === undefined);
  if (heard.some(({ sound }) => sound === 'urgent')) return 'urgent';
  return heard.some(({ sound }) => sound === 'soft') ? 'soft' : 'none';
}

/** Plays a sound. Without a device that can, nothing is heard and nothing fails. */
export function play(context: AudioContext, sound: AlertSound): void {
  if (sound === 'none') return;
  let at = context.currentTime;
  for (const [frequency, length] of TONES[sound]) {
    const tone = context.createOscillator();
    const volume = context.createGain();
    tone.frequency.value = frequency;
    volume.gain.setValueAtTime(0, at);
    volume.gain.linearRampToValueAtTime(LOUDNESS[sound], at + EDGE);
    volume.gain.setValueAtTime(LOUDNESS[sound], at + length - EDGE);
    volume.gain.linearRampToValueAtTime(0, at + length);
    tone.connect(volume).connect(context.destination);
    tone.start(at);
    tone.stop(at + length);
    at += length;
  }
}
