import { type KeyboardEvent, type ReactElement, useRef } from 'react';
import { MAX_TILES } from '../../../shared/watch-contract.ts';
import { useActions, useWindowState } from '../../hooks/services.ts';
import { Icon } from '../../parts/Icon.tsx';
import { columnsFor, tileAfter } from '../../state/floor.ts';
import { WATCH_TEXT } from '../../text/watch.ts';
import { messageList, Tile } from './Tile.tsx';

/** Up to twelve conversations side by side, each live. Alt and an arrow go from one to the next. */
export function WatchFloor(): ReactElement {
  const actions = useActions();
  const tiles = useWindowState((state) => state.view.tiles);
  const grid = useRef<HTMLDivElement>(null);
  const columns = columnsFor(tiles.length);
  const onKeyDown = (event: KeyboardEvent) => {
    if (!event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const all = [...(grid.current?.querySelectorAll('[data-tile]') ?? [])];
    const at = all.findIndex((tile) => tile.contains(document.activeElement));
    const next = tileAfter(at, event.key, all.length, columns);
    if (next === undefined) return;
    event.preventDefault();
    messageList(all[next] ?? null)?.focus();
  };
  return (
    <main className="floor" aria-label={WATCH_TEXT.floor} onKeyDown={onKeyDown}>
      <div className="floor-head" data-pane="floor">
        <h1>{WATCH_TEXT.floor}</h1>
        <button
          type="button"
          className="button button-small"
          disabled={tiles.length >= MAX_TILES}
          title={tiles.length >= MAX_TILES ? WATCH_TEXT.full(MAX_TILES) : undefined}
          onClick={() => actions.show('tile-add')}
        >
          <Icon name="plus" size={14} />
          {WATCH_TEXT.add}
        </button>
        <button type="button" className="button button-small" onClick={() => actions.show('layouts')}>
          <Icon name="tiles" size={14} />
          {WATCH_TEXT.layouts}
        </button>
        <button type="button" className="button button-small" onClick={() => actions.watch.closeFloor()}>
          {WATCH_TEXT.floorClose}
        </button>
      </div>
      {tiles.length === 0 ? (
        <div className="floor-empty">
          <p className="floor-empty-title">{WATCH_TEXT.floorEmpty}</p>
          <p className="hint">{WATCH_TEXT.floorLead}</p>
          <div className="button-row">
            <button type="button" className="button button-primary" onClick={() => actions.show('tile-add')}>
              {WATCH_TEXT.addFirst}
            </button>
            <button type="button" className="button" onClick={() => actions.show('layouts')}>
              {WATCH_TEXT.openLayout}
            </button>
          </div>
        </div>
      ) : (
        <div ref={grid} className="floor-grid" data-columns={columns}>
          {tiles.map((tile) => (
            <Tile key={tile.jid} target={tile} arranged />
          ))}
        </div>
      )}
    </main>
  );
}
