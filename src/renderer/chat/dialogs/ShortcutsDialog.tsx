import type { ReactElement } from 'react';
import { Modal } from '../../parts/Modal.tsx';

const SHORTCUTS: readonly (readonly [what: string, ...keys: readonly string[]])[] = [
  ['Go to a room or contact', 'Ctrl', 'K'],
  ['Next conversation', 'Alt', '↓'],
  ['Previous conversation', 'Alt', '↑'],
  ['Next unread conversation', 'Alt', 'Shift', '↓'],
  ['Next part of the window', 'F6'],
  ['Previous part of the window', 'Shift', 'F6'],
  ['Back to the message field', 'Esc'],
  ['Send', 'Enter'],
  ['New line', 'Shift', 'Enter'],
  ['Label of your messages', 'Ctrl', 'Shift', 'L'],
  ['Attach a file', 'Ctrl', 'Shift', 'A'],
  ['Within a list', '↑', '↓', 'Home', 'End'],
  ['Oldest or newest message', 'Home', 'End'],
  ['Policy of your organisation', 'F2'],
  ['This list', 'F1', 'Ctrl /'],
];

/** All keyboard shortcuts. */
export function ShortcutsDialog({ onClose }: { readonly onClose: () => void }): ReactElement {
  return (
    <Modal title="Keyboard shortcuts" onClose={onClose}>
      <dl className="shortcuts">
        {SHORTCUTS.map(([what, ...keys]) => (
          <div key={what} className="shortcut">
            <dt>{what}</dt>
            <dd>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
