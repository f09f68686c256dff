import type { ReactElement } from 'react';
import { chordCaps } from '../commands/keys.ts';

/** The caps of one key combination of the table of commands. */
export function Keys({ chord }: { readonly chord: string }): ReactElement {
  return (
    <span className="keys">
      {chordCaps(chord).map((cap) => (
        <kbd key={cap}>{cap}</kbd>
      ))}
    </span>
  );
}
