import { type KeyboardEvent, type ReactElement, useState } from 'react';
import { useActions, useWindowState } from '../../hooks/services.ts';
import { useFocusFirst } from '../../hooks/use-focus-first.ts';
import { Icon } from '../../parts/Icon.tsx';
import { Modal } from '../../parts/Modal.tsx';
import { PresenceMark } from '../../parts/PresenceMark.tsx';
import { type FeedEntry, type SwitcherEntry, searchPlaces } from '../../state/switcher.ts';
import { DIALOGS_TEXT } from '../../text/dialogs.ts';
import { feedWhere } from '../../text/feeds.ts';
import { UnreadBadge } from '../sidebar/UnreadBadge.tsx';

function Mark({ place }: { readonly place: SwitcherEntry | FeedEntry }): ReactElement {
  const contacts = useWindowState((state) => state.chat.contacts);
  if (place.kind !== 'contact') return <Icon name={place.kind} size={12} />;
  return <PresenceMark availability={contacts.get(place.jid)?.availability ?? 'offline'} />;
}

/** Ctrl+K: type a part of a name, Enter goes there. */
export function Switcher({ onClose }: { readonly onClose: () => void }): ReactElement {
  const actions = useActions();
  const field = useFocusFirst<HTMLInputElement>();
  const chat = useWindowState((state) => state.chat);
  const [typed, setTyped] = useState('');
  const [chosen, setChosen] = useState(0);
  const hasFeeds = chat.collections.feeds.size > 0;
  const label = hasFeeds ? DIALOGS_TEXT.roomContactOrFeed : DIALOGS_TEXT.roomOrContact;
  const results = searchPlaces(chat, typed);
  const at = Math.min(chosen, results.length - 1);

  const go = (place: SwitcherEntry | FeedEntry) => {
    if (place.kind === 'feed') actions.feeds.open(place.feed);
    else actions.open(place);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const target = results[at];
    if (event.key === 'ArrowDown') setChosen(Math.min(at + 1, results.length - 1));
    else if (event.key === 'ArrowUp') setChosen(Math.max(at - 1, 0));
    else if (event.key === 'Enter' && !event.nativeEvent.isComposing && target !== undefined) go(target);
    else return;
    event.preventDefault();
  };
  return (
    <Modal title={DIALOGS_TEXT.goTo} onClose={onClose} size="medium">
      <input
        type="text"
        className="text-field switcher-field"
        role="combobox"
        aria-label={label}
        aria-expanded="true"
        aria-controls="switcher-results"
        aria-activedescendant={at >= 0 ? `switcher-${at}` : undefined}
        aria-autocomplete="list"
        placeholder={label}
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
        aria-label={hasFeeds ? DIALOGS_TEXT.roomsContactsAndFeeds : DIALOGS_TEXT.roomsAndContacts}
      >
        {results.map((result, index) => (
          <div
            key={result.kind === 'feed' ? result.feed.id : result.jid}
            id={`switcher-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === at}
            className="switcher-result"
            onClick={() => go(result)}
            onKeyDown={onKeyDown}
          >
            <Mark place={result} />
            <bdi className="row-name">{result.name}</bdi>
            <span className="switcher-jid">
              {result.kind === 'feed' ? feedWhere(result.feed) : result.jid}
            </span>
            <UnreadBadge count={result.unread} />
          </div>
        ))}
      </div>
      <p className="switcher-empty" role="status">
        {results.length > 0 ? null : hasFeeds ? DIALOGS_TEXT.nothingFits : DIALOGS_TEXT.noRoomOrContactFits}
      </p>
    </Modal>
  );
}
