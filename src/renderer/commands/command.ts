import type { Services } from '../hooks/services.ts';
import type { WindowState } from '../state/store.ts';
import type { CommandGroup, CommandId } from '../text/commands.ts';

/** One thing the user can do by key, from the palette or from a menu. Its name is in `text/commands.ts`. */
export interface Command {
  readonly id: CommandId;
  /** The heading it stands under in the shortcut sheet. */
  readonly group: CommandGroup;
  /** Combinations as {@link parseChord} reads them; the first is the one that tooltips name. */
  readonly keys?: readonly string[];
  /** Whether it can be done now; absent: always. */
  readonly when?: (state: WindowState) => boolean;
  /** For a choice: whether it is the one in force. */
  readonly chosen?: (state: WindowState) => boolean;
  /** Makes no sense once a dialog was open, so the palette leaves it out. */
  readonly keysOnly?: true;
  /** Its keys work in dialogs and on the screens before the chat as well. */
  readonly everywhere?: true;
  readonly run: (services: Services) => void;
}
