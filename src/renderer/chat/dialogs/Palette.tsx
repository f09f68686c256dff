import { type KeyboardEvent, type ReactElement, useEffect, useRef, useState } from 'react';
import type { Command } from '../../commands/command.ts';
import { searchCommands } from '../../commands/search.ts';
import { useServices, useWindowState } from '../../hooks/services.ts';
import { useFocusFirst } from '../../hooks/use-focus-first.ts';
import { Icon } from '../../parts/Icon.tsx';
import { Keys } from '../../parts/Keys.tsx';
import { Modal } from '../../parts/Modal.tsx';
import { COMMAND_GROUPS, COMMAND_TEXT, PALETTE_TEXT } from '../../text/commands.ts';

/** What the keys do in the list, from where it stands. */
const MOVES: Readonly<Record<string, (at: number, last: number) => number>> = {
  ArrowDown: (at, last) => Math.min(at + 1, last),
  ArrowUp: (at) => Math.max(at - 1, 0),
  PageDown: (at, last) => Math.min(at + 8, last),
  PageUp: (at) => Math.max(at - 8, 0),
};

/** Ctrl+Shift+P: type a part of a command's name, Enter does it. */
export function Palette({ onClose }: { readonly onClose: () => void }): ReactElement {
  const services = useServices();
  const state = useWindowState((now) => now);
  const field = useFocusFirst<HTMLInputElement>();
  const list = useRef<HTMLDivElement>(null);
  const [typed, setTyped] = useState('');
  const [moved, setMoved] = useState(0);
  const results = searchCommands(state, typed);
  const at = Math.min(moved, results.length - 1);
  useEffect(() => {
    list.current?.children[at]?.scrollIntoView({ block: 'nearest' });
  }, [at]);

  const run = (command: Command) => {
    onClose();
    command.run(services);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const move = MOVES[event.key];
    const chosen = results[at];
    if (move !== undefined) setMoved(move(at, results.length - 1));
    else if (event.key === 'Enter' && !event.nativeEvent.isComposing && chosen !== undefined) run(chosen);
    else return;
    event.preventDefault();
  };
  return (
    <Modal title={PALETTE_TEXT.title} onClose={onClose} size="medium">
      <input
        type="text"
        className="text-field switcher-field"
        role="combobox"
        aria-label={PALETTE_TEXT.field}
        aria-expanded="true"
        aria-controls="palette-results"
        aria-activedescendant={at >= 0 ? `palette-${at}` : undefined}
        aria-autocomplete="list"
        placeholder={PALETTE_TEXT.field}
        spellCheck={false}
        ref={field}
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
          setMoved(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div
        ref={list}
        id="palette-results"
        className="switcher-results palette-results"
        role="listbox"
        aria-label={PALETTE_TEXT.list}
      >
        {results.map((command, index) => (
          <div
            key={command.id}
            id={`palette-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === at}
            className="switcher-result palette-result"
            onClick={() => run(command)}
            onKeyDown={onKeyDown}
          >
            <span className="palette-name">{COMMAND_TEXT[command.id]}</span>
            {command.chosen?.(state) === true ? (
              <span className="palette-on">
                <Icon name="check" size={12} />
                {PALETTE_TEXT.on}
              </span>
            ) : null}
            <span className="switcher-jid">{COMMAND_GROUPS[command.group]}</span>
            {command.keys?.[0] === undefined ? null : <Keys chord={command.keys[0]} />}
          </div>
        ))}
      </div>
      <p className="switcher-empty" role="status">
        {results.length === 0 ? PALETTE_TEXT.nothing : null}
      </p>
    </Modal>
  );
}
