import { type RefObject, useEffect, useRef, useState } from 'react';
import { attachSecretInput, showBullets } from '../parts/secret-input.ts';
import { PinBuffer } from './pin-buffer.ts';

export interface PinField {
  readonly ref: RefObject<HTMLInputElement | null>;
  /** How many digits were typed; the digits themselves are nowhere in React. */
  readonly length: number;
  /** Hands the digits over and forgets them; the bullets stay until {@link PinField.clear}. */
  take(): Uint8Array;
  clear(): void;
}

export function usePinField(): PinField {
  const ref = useRef<HTMLInputElement>(null);
  const [buffer] = useState(() => new PinBuffer());
  const [length, setLength] = useState(0);
  useEffect(() => {
    const input = ref.current;
    return input === null
      ? undefined
      : attachSecretInput(input, buffer, false, () => setLength(buffer.length));
  }, [buffer]);
  const show = () => {
    if (ref.current !== null) showBullets(ref.current, buffer);
    setLength(buffer.length);
  };
  return {
    ref,
    length,
    take: () => buffer.take(),
    clear() {
      buffer.clear();
      show();
    },
  };
}
