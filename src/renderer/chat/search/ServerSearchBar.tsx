import type { ReactElement } from 'react';
import { ErrorNotice } from '../../parts/ErrorNotice.tsx';
import { SEARCH_TEXT, serverText } from '../../text/search.ts';
import type { ServerSearchState } from './use-server-search.ts';

interface Props {
  readonly state: ServerSearchState;
  /** Hits that this computer does not have. */
  readonly count: number;
}

/** Has the server's archives searched, says how far that is, and stops it. */
export function ServerSearchBar({ state, count }: Props): ReactElement {
  const { archives, running, hasMore, error } = state;
  // It stays where it is, so that the focus does.
  const isDone = !running && archives !== undefined && !hasMore && error === undefined;
  return (
    <>
      <div className="search-server">
        <button
          type="button"
          className="button button-small"
          aria-disabled={isDone}
          onClick={running ? state.stop : isDone ? undefined : state.start}
        >
          {running ? SEARCH_TEXT.stopServer : hasMore ? SEARCH_TEXT.moreServer : SEARCH_TEXT.askServer}
        </button>
        <span className="hint" role="status">
          {running && archives === undefined
            ? SEARCH_TEXT.searchingServer
            : archives === undefined
              ? null
              : serverText(count, archives, running)}
        </span>
      </div>
      {error === undefined ? null : <ErrorNotice error={error} />}
    </>
  );
}
