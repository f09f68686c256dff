import type { ReactElement } from 'react';
import { keysOf } from '../../commands/table.ts';
import { useActions, useWindowState } from '../../hooks/services.ts';
import { Icon } from '../../parts/Icon.tsx';
import { SIDEBAR_TEXT } from '../../text/sidebar.ts';

/** Narrows rooms and contacts; Escape empties it. */
export function FilterBox(): ReactElement {
  const actions = useActions();
  const filter = useWindowState((state) => state.view.filter);
  return (
    <div className="filter">
      <Icon name="search" size={14} />
      <input
        type="text"
        aria-label={SIDEBAR_TEXT.filterRoomsAndContacts}
        placeholder={SIDEBAR_TEXT.filter}
        value={filter}
        spellCheck={false}
        onChange={(event) => actions.filter(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape' || filter === '') return;
          event.preventDefault();
          actions.filter('');
        }}
      />
      {filter === '' ? (
        <span className="key-hint">{keysOf('switcher')}</span>
      ) : (
        <button
          type="button"
          className="icon-button"
          aria-label={SIDEBAR_TEXT.clearTheFilter}
          onClick={() => actions.filter('')}
        >
          <Icon name="close" size={12} />
        </button>
      )}
    </div>
  );
}
