import { type ReactElement, useState } from 'react';
import { useActions, useWindowState } from '../../hooks/services.ts';
import { useFocusFirst } from '../../hooks/use-focus-first.ts';
import { useRovingFocus } from '../../hooks/use-roving-focus.ts';
import { Icon } from '../../parts/Icon.tsx';
import { Modal } from '../../parts/Modal.tsx';
import { searchConversations } from '../../state/switcher.ts';
import { WATCH_TEXT } from '../../text/watch.ts';

/** Chooses what is put on the watch floor. Stays open: one choice is often followed by the next. */
export function AddTileDialog({ onClose }: { readonly onClose: () => void }): ReactElement {
  const actions = useActions();
  const chat = useWindowState((state) => state.chat);
  const tiles = useWindowState((state) => state.view.tiles);
  const [typed, setTyped] = useState('');
  const field = useFocusFirst<HTMLInputElement>();
  const list = useRovingFocus<HTMLUListElement>();
  const present = new Set(tiles.map(({ jid }) => jid));
  const entries = searchConversations(chat, typed, present);
  return (
    <Modal title={WATCH_TEXT.add} onClose={onClose} size="small">
      <div className="form">
        <input
          ref={field}
          type="search"
          className="text-field"
          aria-label={WATCH_TEXT.add}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
        {entries.length === 0 ? <p className="hint">{WATCH_TEXT.addNone}</p> : null}
        <ul ref={list} className="pick-list" aria-label={WATCH_TEXT.add}>
          {entries.map(({ jid, kind, name }) => (
            <li key={jid}>
              <button
                type="button"
                className="pick"
                data-roving
                onClick={() => actions.watch.addTile({ jid, kind })}
              >
                <Icon name={kind === 'room' ? 'room' : 'people'} size={12} />
                <bdi>{name}</bdi>
              </button>
            </li>
          ))}
        </ul>
      </div>
    </Modal>
  );
}
