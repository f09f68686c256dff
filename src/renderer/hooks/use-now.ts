import { useEffect, useState } from 'react';

/** The time, milliseconds since 1970, renewed at every full `step` milliseconds. */
export function useNow(step: number): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    let timer = 0;
    const tick = () => {
      const time = Date.now();
      setNow(time);
      timer = window.setTimeout(tick, step - (time % step));
    };
    tick();
    return () => window.clearTimeout(timer);
  }, [step]);
  return now;
}
