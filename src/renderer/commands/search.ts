import { foldText } from '../state/directory.ts';
import type { WindowState } from '../state/store.ts';
import { COMMAND_GROUPS, COMMAND_TEXT } from '../text/commands.ts';
import type { Command } from './command.ts';
import { COMMANDS, isPossible } from './table.ts';

/** How well a command fits the words that were typed; lower is better, `undefined` not at all. */
function score(command: Command, words: readonly string[]): number | undefined {
  const name = foldText(COMMAND_TEXT[command.id]);
  const all = `${name} ${foldText(COMMAND_GROUPS[command.group])}`;
  const begins = (word: string) => all.split(/[\s\-:,]+/u).some((part) => part.startsWith(word));
  if (!words.every((word) => all.includes(word))) return undefined;
  const [first] = words;
  if (first === undefined || name.startsWith(first)) return 0;
  return words.every(begins) ? 1 : 2;
}

/** The commands that are possible now and fit what was typed, best first, among equals in the table's order. */
export function searchCommands(state: WindowState, typed: string): readonly Command[] {
  const words = foldText(typed.trim())
    .split(/\s+/u)
    .filter((word) => word !== '');
  const found: { readonly command: Command; readonly score: number }[] = [];
  for (const command of COMMANDS) {
    if (command.keysOnly === true || command.id === 'palette' || !isPossible(command, state)) continue;
    const fit = score(command, words);
    if (fit !== undefined) found.push({ command, score: fit });
  }
  return found.sort((left, right) => left.score - right.score).map(({ command }) => command);
}
