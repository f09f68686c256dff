import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type ReactElement, useEffect, useMemo, useRef, useState } from 'react';
import type { SearchHit } from '../../../shared/chat-history-commands.ts';
import type { ChatMessage } from '../../../shared/chat-model.ts';
import { onlyFromServer } from '../../../shared/server-hits.ts';
import { useActions } from '../../hooks/services.ts';
import { useFocusFirst } from '../../hooks/use-focus-first.ts';
import { ErrorNotice } from '../../parts/ErrorNotice.tsx';
import { Modal } from '../../parts/Modal.tsx';
import { countText, queryProblem, SEARCH_HELP, SEARCH_TEXT } from '../../text/search.ts';
import { HitContext } from './HitContext.tsx';
import { HitRow, placeOf } from './HitRow.tsx';
import { ServerSearchBar } from './ServerSearchBar.tsx';
import { type SearchState, useSearch } from './use-search.ts';
import { useServerSearch } from './use-server-search.ts';

/** Height of a row of two lines, pixels: nearly all. Those in sight are measured, because a label can take a third. */
const ROW_HEIGHT = 56;

function statusOf({ parsed, hits, next, source, busy, error }: SearchState): string {
  if (parsed.kind === 'invalid') return queryProblem(parsed);
  if (parsed.kind === 'empty') return SEARCH_TEXT.hint;
  if (busy && hits.length === 0) return SEARCH_TEXT.searching;
  if (error !== undefined || source === undefined) return '';
  const where = source === 'history' ? SEARCH_TEXT.historyOnly : SEARCH_TEXT.memoryOnly;
  const count = hits.length === 0 ? SEARCH_TEXT.nothing : countText(hits.length, next !== undefined);
  return `${count} ${where}`;
}

/** Ctrl+F: messages by words, sender, room, label and time, and what was said around each. */
export function SearchDialog({
  mayExport,
  onClose,
}: {
  /** The policy lets people export what they find. */
  readonly mayExport: boolean;
  readonly onClose: () => void;
}): ReactElement {
  const actions = useActions();
  const field = useFocusFirst<HTMLInputElement>();
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState(0);
  const state = useSearch(text);
  const { parsed, next, error } = state;
  const server = useServerSearch(text);
  const local = state.hits;
  const beyond = useMemo(() => onlyFromServer(local, server.hits), [local, server.hits]);
  const hits = useMemo(() => [...local, ...beyond], [local, beyond]);
  const asksServer = parsed.kind === 'query' && parsed.query.terms.length > 0;
  const at = Math.min(chosen, hits.length - 1);
  const hit = hits[at];
  const [around, setAround] = useState<readonly ChatMessage[]>([]);
  useShown(hits, around);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown') setChosen(Math.min(at + 1, hits.length - 1));
    else if (event.key === 'ArrowUp') setChosen(Math.max(at - 1, 0));
    else if (event.key === 'Enter' && !event.nativeEvent.isComposing && hit !== undefined)
      actions.jump.to(placeOf(hit));
    else return;
    event.preventDefault();
    if (at + 5 > local.length) state.more();
  };
  return (
    <Modal title={SEARCH_TEXT.title} onClose={onClose} size="wide">
      <input
        type="search"
        className="text-field search-field"
        role="combobox"
        aria-label={SEARCH_TEXT.field}
        aria-expanded={hits.length > 0}
        aria-controls="search-hits"
        aria-activedescendant={hit === undefined ? undefined : `search-hit-${at}`}
        aria-invalid={parsed.kind === 'invalid'}
        aria-describedby="search-status"
        placeholder={SEARCH_TEXT.placeholder}
        spellCheck={false}
        autoComplete="off"
        maxLength={512}
        ref={field}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setChosen(0);
        }}
        onKeyDown={onKeyDown}
      />
      <p id="search-status" className={parsed.kind === 'invalid' ? 'field-error' : 'hint'} role="status">
        {statusOf(state)}
      </p>
      {error === undefined ? null : <ErrorNotice error={error} />}
      {asksServer ? <ServerSearchBar state={server} count={beyond.length} /> : null}
      {parsed.kind !== 'query' ? <SearchHelp /> : null}
      {parsed.kind === 'query' && !state.busy && error === undefined && hits.length === 0 ? (
        <p className="search-none">{asksServer ? SEARCH_TEXT.nothingHintServer : SEARCH_TEXT.nothingHint}</p>
      ) : null}
      <div className="search-panes" hidden={hits.length === 0}>
        <HitList state={state} hits={hits} chosen={at} onChoose={setChosen} />
        <section className="search-context" aria-label={SEARCH_TEXT.context}>
          {hit === undefined || parsed.kind !== 'query' ? (
            <p className="hint">{hits.length > 0 ? SEARCH_TEXT.chooseHit : null}</p>
          ) : (
            <HitContext
              key={`${hit.conversation} ${hit.message.id}`}
              hit={hit}
              query={parsed.query}
              onMessages={setAround}
            />
          )}
        </section>
      </div>
      <div className="button-row">
        {next === undefined ? null : (
          <button type="button" className="button" onClick={state.more} aria-disabled={state.busy}>
            {SEARCH_TEXT.more}
          </button>
        )}
        {mayExport && hits.length > 0 ? (
          <button
            type="button"
            className="button"
            onClick={() =>
              actions.history.showExport({ kind: 'search', query: text, server: beyond.length > 0 })
            }
          >
            {SEARCH_TEXT.exportResults}
          </button>
        ) : null}
      </div>
    </Modal>
  );
}

/** What can be asked for, where results will stand. */
function SearchHelp(): ReactElement {
  return (
    <dl className="search-help">
      {SEARCH_HELP.map(([example, meaning]) => (
        <div key={example} className="search-help-row">
          <dt className="code">{example}</dt>
          <dd>{meaning}</dd>
        </div>
      ))}
    </dl>
  );
}

/** The window's marking counts what is shown here, until the dialog is closed. */
function useShown(hits: readonly SearchHit[], around: readonly ChatMessage[]): void {
  const { history } = useActions();
  useEffect(
    () => history.showing([...hits.map(({ message }) => message), ...around]),
    [history, hits, around],
  );
  useEffect(() => () => history.showing([]), [history]);
}

interface HitListProps {
  readonly state: SearchState;
  /** Those of this computer, then the server's. */
  readonly hits: readonly SearchHit[];
  readonly chosen: number;
  readonly onChoose: (index: number) => void;
}

function HitList({ state, hits, chosen, onChoose }: HitListProps): ReactElement {
  const actions = useActions();
  const scroller = useRef<HTMLDivElement>(null);
  const { parsed } = state;
  const virtualizer = useVirtualizer({
    count: hits.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 6,
  });
  if (chosen >= 0) queueMicrotask(() => virtualizer.scrollToIndex(chosen, { align: 'auto' }));
  const open = (hit: SearchHit) => actions.jump.to(placeOf(hit));
  return (
    <div
      ref={scroller}
      id="search-hits"
      className="search-hits"
      role="listbox"
      aria-label={SEARCH_TEXT.results}
    >
      <div className="search-sizer" role="presentation" style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map(({ index, start }) => {
          const hit = hits[index];
          if (hit === undefined || parsed.kind !== 'query') return null;
          return (
            <div
              key={`${hit.conversation} ${hit.message.id}`}
              ref={virtualizer.measureElement}
              data-index={index}
              id={`search-hit-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === chosen}
              aria-setsize={hits.length}
              aria-posinset={index + 1}
              className="search-hit"
              style={{ minHeight: ROW_HEIGHT, transform: `translateY(${start}px)` }}
              onClick={() => onChoose(index)}
              onDoubleClick={() => open(hit)}
              onKeyDown={(event) => {
                if (event.key === 'Enter') open(hit);
              }}
            >
              <HitRow hit={hit} query={parsed.query} fromServer={index >= state.hits.length} />
            </div>
          );
        })}
      </div>
    </div>
  );
}
