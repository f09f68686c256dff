import { useEffect } from 'react';
import type { PresentationPolicy } from '../../shared/app-state.ts';

type DesktopRules = PresentationPolicy['desktop'];

/** Before there is a policy an error report may be copied, and nothing comes in. */
const WITHOUT_POLICY: DesktopRules = { copy: true, paste: false, dragAndDrop: false };

/** Which rule an event of the page needs; the first that is `false` refuses it. */
const NEEDED: Readonly<Record<string, readonly (keyof DesktopRules)[]>> = {
  copy: ['copy'],
  cut: ['copy'],
  paste: ['paste'],
  // Dragging text takes a copy of it along.
  dragstart: ['dragAndDrop', 'copy'],
  dragenter: ['dragAndDrop'],
  dragover: ['dragAndDrop'],
  drop: ['dragAndDrop'],
};

/** Dropping a file is attaching it, dropping text is pasting it. */
function bringsText(event: Event): boolean {
  return (
    event instanceof DragEvent &&
    event.type === 'drop' &&
    event.dataTransfer?.types.includes('Files') !== true
  );
}

/**
 * Keeps text and files from leaving and entering the window by clipboard and drag and drop where the policy's /desktop
 * group says so. It listens before everything else on the page and calls `refused` for what a person asked for.
 */
export function useDesktopRules(policy: DesktopRules | undefined, refused: () => void): void {
  const rules = policy ?? WITHOUT_POLICY;
  useEffect(() => {
    const listen = (event: Event): void => {
      const needed = NEEDED[event.type] ?? [];
      if (needed.every((rule) => rules[rule]) && (rules.paste || !bringsText(event))) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (event.type !== 'dragover' && event.type !== 'dragenter') refused();
    };
    const types = Object.keys(NEEDED);
    for (const type of types) window.addEventListener(type, listen, { capture: true });
    return () => {
      for (const type of types) window.removeEventListener(type, listen, { capture: true });
    };
  }, [rules, refused]);
}
