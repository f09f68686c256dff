import type { ReactElement } from 'react';
import { COMMANDS } from '../../commands/table.ts';
import { Keys } from '../../parts/Keys.tsx';
import { Modal } from '../../parts/Modal.tsx';
import { COMMAND_GROUPS, COMMAND_TEXT, type CommandGroup, SHORTCUTS_TEXT } from '../../text/commands.ts';

interface Line {
  readonly name: string;
  readonly keys: readonly string[];
}

/** Keys that belong to a field or a list and are no commands of the window. */
const OTHER_KEYS: Readonly<Partial<Record<CommandGroup, readonly Line[]>>> = {
  message: [
    { name: SHORTCUTS_TEXT.send, keys: ['Enter'] },
    { name: SHORTCUTS_TEXT.newLine, keys: ['Shift+Enter'] },
    { name: SHORTCUTS_TEXT.oldestNewest, keys: ['Home', 'End'] },
    { name: SHORTCUTS_TEXT.correctLast, keys: ['Up'] },
    { name: SHORTCUTS_TEXT.completeName, keys: ['Tab'] },
  ],
  window: [
    { name: SHORTCUTS_TEXT.withinList, keys: ['Up', 'Down', 'Home', 'End'] },
    { name: SHORTCUTS_TEXT.closeOpen, keys: ['Esc'] },
  ],
};

/** On a message that has the focus. */
const SELECTED_KEYS: readonly Line[] = [
  { name: SHORTCUTS_TEXT.reply, keys: ['R'] },
  { name: SHORTCUTS_TEXT.react, keys: ['E'] },
  { name: SHORTCUTS_TEXT.correct, keys: ['C'] },
  { name: SHORTCUTS_TEXT.takeBack, keys: ['Delete'] },
  { name: SHORTCUTS_TEXT.allActions, keys: ['Enter'] },
];

interface Section {
  readonly title: string;
  readonly lines: readonly Line[];
}

function linesOf(group: CommandGroup): readonly Line[] {
  const commands = COMMANDS.flatMap((command) =>
    command.group === group && command.keys !== undefined
      ? [{ name: COMMAND_TEXT[command.id], keys: command.keys }]
      : [],
  );
  return [...commands, ...(OTHER_KEYS[group] ?? [])];
}

function sections(): readonly Section[] {
  return (Object.keys(COMMAND_GROUPS) as CommandGroup[]).flatMap((group) => {
    const own = { title: COMMAND_GROUPS[group], lines: linesOf(group) };
    return group === 'message' ? [own, { title: SHORTCUTS_TEXT.selected, lines: SELECTED_KEYS }] : [own];
  });
}

/** All keyboard shortcuts, from the table of commands. */
export function ShortcutsDialog({ onClose }: { readonly onClose: () => void }): ReactElement {
  return (
    <Modal title={SHORTCUTS_TEXT.title} onClose={onClose} size="wide">
      <div className="shortcuts">
        {sections().map(({ title, lines }) =>
          lines.length === 0 ? null : (
            <section key={title} className="shortcut-group">
              <h3>{title}</h3>
              <dl>
                {lines.map(({ name, keys }) => (
                  <div key={name} className="shortcut">
                    <dt>{name}</dt>
                    <dd>
                      {keys.map((chord) => (
                        <Keys key={chord} chord={chord} />
                      ))}
                    </dd>
                  </div>
                ))}
              </dl>
            </section>
          ),
        )}
      </div>
      <p className="hint">{SHORTCUTS_TEXT.hint}</p>
    </Modal>
  );
}
