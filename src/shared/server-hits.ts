/** What the server found beside what this computer has. Pure. */
import type { SearchHit } from './chat-history-commands.ts';

/** By what a message is known wherever it comes from: its id here, its archive's, its sender's. */
function namesOf({ conversation, message: { id, reference } }: SearchHit): readonly string[] {
  const names = [`${conversation}\nhere\n${id}`];
  if (reference?.archive !== undefined) names.push(`${conversation}\narchive\n${reference.archive}`);
  if (reference?.id !== undefined)
    names.push(`${conversation}\nsender\n${reference.author ?? ''}\n${reference.id}`);
  return names;
}

/** The hits that are not among `known`, each once, newest first. */
export function onlyFromServer(
  known: readonly SearchHit[],
  found: readonly SearchHit[],
): readonly SearchHit[] {
  const names = new Set(known.flatMap(namesOf));
  const fresh: SearchHit[] = [];
  for (const hit of found) {
    const own = namesOf(hit);
    if (own.some((name) => names.has(name))) continue;
    for (const name of own) names.add(name);
    fresh.push(hit);
  }
  return fresh.sort((a, b) => b.message.at - a.message.at);
}
