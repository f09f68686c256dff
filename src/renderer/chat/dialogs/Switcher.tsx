import { type KeyboardEvent, type ReactElement, useState } from 'react';
import { useActions, useWindowState } from '../../hooks/services.ts';
import { useFocusFirst } from '../../hooks/use-focus-first.ts';
import { Icon } from '../../parts/Icon.tsx';
import { Modal } from '../../parts/Modal.tsx';
import { PresenceMark } from '../../parts/PresenceMark.tsx';
import { searchConversations } from '../../state/switcher.ts';
import { DIALOGS_TEXT } from '../../text/dialogs.ts';
import { UnreadBadge } from '../sidebar/UnreadBadge.tsx';

/** Ctrl+K: type a part of a name, Enter goes there. */
export function Switcher({ onClose }: { readonly onClose: () => void }): ReactElement {
  const actions = useActions();
  const field = useFocusFirst<HTMLInputElement>();
  const chat = useWindowState((state) => state.chat);
  const [typed, setTyped] = useState('');
  const [chosen, setChosen] = useState(0);
  const results = searchConversations(chat, typed);
  const at = Math.min(chosen, results.length - 1);

  const onKeyDown = (event: KeyboardEvent) => {
    const target = results[at];
    if (event.key === 'ArrowDown') setChosen(Math.min(at + 1, results.length - 1));
    else if (event.key === 'ArrowUp') setChosen(Math.max(at - 1, 0));
    else if (event.key === 'Enter' && !event.nativeEvent.isComposing && target !== undefined)
      actions.open(target);
    else return;
    event.preventDefault();
  };
  return (
    <Modal title={DIALOGS_TEXT.goTo} onClose={onClose} size="medium">
      <input
        type="text"
        className="text-field switcher-field"
        role="combobox"
        aria-label={DIALOGS_TEXT.roomOrContact}
        aria-expanded="true"
        aria-controls="switcher-results"
        aria-activedescendant={at >= 0 ? `switcher-${at}` : undefined}
        aria-autocomplete="list"
        placeholder={DIALOGS_TEXT.roomOrContact}
        spellCheck={false}
        ref={field}
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
          setChosen(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div
        id="switcher-results"
        className="switcher-results"
        role="listbox"
        aria-label={DIALOGS_TEXT.roomsAndContacts}
      >
        {results.map((result, index) => (
          <div
            key={result.jid}
            id={`switcher-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === at}
            className="switcher-result"
            onClick={() => actions.open(result)}
            onKeyDown={onKeyDown}
          >
            {result.kind === 'room' ? (
              <Icon name="room" size={12} />
            ) : (
              <PresenceMark availability={chat.contacts.get(result.jid)?.availability ?? 'offline'} />
            )}
            <bdi className="row-name">{result.name}</bdi>
            <span className="switcher-jid">{result.jid}</span>
            <UnreadBadge count={result.unread} />
          </div>
        ))}
      </div>
      <p className="switcher-empty" role="status">
        {results.length === 0 ? DIALOGS_TEXT.noRoomOrContactFits : null}
      </p>
    </Modal>
  );
}
