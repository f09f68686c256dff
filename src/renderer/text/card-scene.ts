import type { ErrorReport } from '../../shared/errors.ts';
import type { CardScene } from '../parts/CardIllustration.tsx';

/** Which picture goes with what the card step waits for. */
export function cardScene(error: ErrorReport | undefined): CardScene {
  if (error === undefined) return 'reading';
  if (error.code === 'NO_READER') return 'no-reader';
  if (error.code === 'NO_CARD' || error.code === 'CARD_REMOVED') return 'no-card';
  return 'trouble';
}
