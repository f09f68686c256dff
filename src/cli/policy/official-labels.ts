/** Labels in the official colours of United States markings, to begin a catalogue with. */
import type { SecurityLabel } from '../../shared/labels.ts';

/** Lowest first. Ranks leave room between them; each text reaches 4.5:1 on its ground. */
export const OFFICIAL_LABELS: readonly SecurityLabel[] = [
  { id: 'unclassified', text: 'UNCLASSIFIED', background: '#007a33', foreground: '#ffffff', rank: 0 },
  { id: 'cui', text: 'CUI', background: '#502b85', foreground: '#ffffff', rank: 10 },
  { id: 'confidential', text: 'CONFIDENTIAL', background: '#0033a0', foreground: '#ffffff', rank: 20 },
  { id: 'secret', text: 'SECRET', background: '#c8102e', foreground: '#ffffff', rank: 30 },
  { id: 'top-secret', text: 'TOP SECRET', background: '#ff8c00', foreground: '#000000', rank: 40 },
  { id: 'top-secret-sci', text: 'TOP SECRET//SCI', background: '#fce83a', foreground: '#000000', rank: 50 },
];
