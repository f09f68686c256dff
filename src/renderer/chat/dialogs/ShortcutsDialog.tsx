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
    { name: SHORTCUTS_TEXT.onMessage, keys: ['R', 'E', 'C', 'Delete', 'Enter'] },
  ],
  window: [
    { name: SHORTCUTS_TEXT.withinList, keys: ['Up', 'Down', 'Home', 'End'] },
    { name: SHORTCUTS_TEXT.closeOpen, keys: ['Esc'] },
  ],
};

function linesOf(group: CommandGroup): readonly Line[] {
  const commands = COMMANDS.flatMap((command) =>
    command.group === group && command.keys !== undefined
      ? [{ name: COMMAND_TEXT[command.id], keys: command.keys }]
      : [],
  );
  return [...commands, ...(OTHER_KEYS[group] ?? [])];
}

/** All keyboard shortcuts, from the table of commands. */
export function ShortcutsDialog({ onClose }: { readonly onClose: () => void }): ReactElement {
  const groups = (Object.keys(COMMAND_GROUPS) as CommandGroup[]).map((group) => ({
    group,
    lines: linesOf(group),
  }));
  return (
    <Modal title={SHORTCUTS_TEXT.title} onClose={onClose} size="wide">
      <div className="shortcuts">
        {groups.map(({ group, lines }) =>
          lines.length === 0 ? null : (
            <section key={group} className="shortcut-group">
              <h3>{COMMAND_GROUPS[group]}</h3>
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
