import { type RefObject, useEffect, useRef, useState } from 'react';
import { attachSecretInput, showBullets } from '../parts/secret-input.ts';
import { PasswordBuffer } from './password-buffer.ts';

export interface PasswordFieldState {
  readonly ref: RefObject<HTMLInputElement | null>;
  /** The characters themselves are nowhere in React. */
  readonly buffer: PasswordBuffer;
  readonly length: number;
  clear(): void;
}

export function usePasswordField(): PasswordFieldState {
  const ref = useRef<HTMLInputElement>(null);
  const [buffer] = useState(() => new PasswordBuffer());
  const [length, setLength] = useState(0);
  // Typing one character over another leaves the length as it is, and the rules may be fulfilled all the same.
  const [, setTurn] = useState(0);
  useEffect(() => {
    const input = ref.current;
    if (input === null) return undefined;
    return attachSecretInput(input, buffer, true, () => {
      setLength(buffer.length);
      setTurn((turn) => turn + 1);
    });
  }, [buffer]);
  return {
    ref,
    buffer,
    length,
    clear() {
      buffer.clear();
      if (ref.current !== null) showBullets(ref.current, buffer);
      setLength(0);
    },
  };
}
