/** What has to be done when this process exits, behind one listener of the process however much it is. */

const deeds = new Set<() => void>();

function exit(): void {
  for (const deed of deeds) deed();
}

/**
 * Has `deed` done when this process exits, in the order of asking.
 *
 * @param deed may not wait for anything
 * @returns takes it back
 */
export function atExit(deed: () => void): () => void {
  if (deeds.size === 0) process.once('exit', exit);
  // Asked twice it is done twice, and each is taken back by itself.
  const own = () => deed();
  deeds.add(own);
  return () => {
    deeds.delete(own);
    if (deeds.size === 0) process.off('exit', exit);
  };
}
