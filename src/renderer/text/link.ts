/** What the link meter says. */

/** Bars out of four. */
export function linkBars(roundTripMs: number): 1 | 2 | 3 | 4 {
  if (roundTripMs < 150) return 4;
  if (roundTripMs < 500) return 3;
  return roundTripMs < 1_500 ? 2 : 1;
}

/** The round trip in few characters: `42 ms`, `1.4 s`, `12 s`. */
export function linkPace(roundTripMs: number): string {
  if (roundTripMs < 1_000) return `${roundTripMs} ms`;
  const seconds = roundTripMs / 1_000;
  return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
}

export function linkHint(roundTripMs: number, slow: boolean): string {
  const pace = `Link: ${linkPace(roundTripMs)} for a round trip.`;
  return slow ? `${pace} Slow: presence arrives together with the next message.` : pace;
}
