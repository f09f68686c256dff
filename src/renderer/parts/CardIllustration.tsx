import type { ReactElement } from 'react';

export type CardScene = 'no-reader' | 'no-card' | 'trouble' | 'reading';

const SCENE_CLASS: Readonly<Record<CardScene, string>> = {
  'no-reader': 'scene-no-reader',
  'no-card': 'scene-no-card',
  trouble: 'scene-trouble',
  reading: 'scene-reading',
};

/** A card and its reader; the caption beside it says the same. */
export function CardIllustration({ scene }: { readonly scene: CardScene }): ReactElement {
  return (
    <svg
      className={`card-scene ${SCENE_CLASS[scene]}`}
      width="200"
      height="152"
      viewBox="0 0 200 152"
      aria-hidden="true"
      focusable="false"
    >
      <g className="scene-card">
        <rect x="64" y="2" width="72" height="90" rx="7" />
        <rect className="scene-photo" x="74" y="13" width="22" height="27" rx="2" />
        <path d="M104 17h22M104 25h22M104 33h14" />
        <rect className="scene-chip" x="87" y="60" width="26" height="21" rx="4" />
        <path className="scene-chip-lines" d="M87 67h8v7h-8M113 67h-8v7h8M95 60v21M105 60v21" />
      </g>
      <g className="scene-reader">
        <path className="scene-body" d="M38 104h124l10 26a8 8 0 0 1-8 10H36a8 8 0 0 1-8-10z" />
        <path className="scene-slot" d="M56 104h88" />
        <circle className="scene-light" cx="100" cy="124" r="3.5" />
      </g>
      <path className="scene-cable" d="M100 140v10" />
      <g className="scene-sign">
        <circle cx="140" cy="40" r="14" />
        <path d="M140 33v8M140 45.5v.5" />
      </g>
    </svg>
  );
}
