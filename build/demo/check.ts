/** What a step of the scenario demands. */

export function check(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise);
}

export function equal(seen: string | undefined, wanted: string, what: string): void {
  check(seen === wanted, `${what}: expected ${wanted}, saw ${seen ?? 'nothing'}`);
}
