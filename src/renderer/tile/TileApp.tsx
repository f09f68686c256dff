import { type ReactElement, useEffect } from 'react';
import type { WatchTile } from '../../shared/watch-contract.ts';
import { Dialogs } from '../chat/dialogs/Dialogs.tsx';
import { useMarking } from '../chat/labels/use-labels.ts';
import { NoticeStrip } from '../chat/status/NoticeStrip.tsx';
import { Tile } from '../chat/watch/Tile.tsx';
import { useAttend } from '../chat/watch/use-attend.ts';
import { useActions, useWindowState } from '../hooks/services.ts';
import { useDesktopRules } from '../hooks/use-desktop-rules.ts';
import { ClassificationBanner } from '../parts/ClassificationBanner.tsx';
import { FieldCare } from '../parts/FieldCare.tsx';
import { TestBuildMark } from '../parts/TestBuildMark.tsx';
import { nameOf } from '../state/directory.ts';
import { PARTS_TEXT } from '../text/parts.ts';
import { WATCH_TEXT } from '../text/watch.ts';

/** The conversations of a torn-off window. */
function Tiles(): ReactElement {
  const tiles = useWindowState((state) => state.view.tiles);
  const ready = useWindowState((state) => state.chat.self !== undefined);
  const policy = useWindowState(({ app }) => (app?.kind === 'running' ? app.policy : undefined));
  const [first] = tiles;
  const name = useWindowState((state) => (first === undefined ? '' : nameOf(state.chat, first.jid)));
  useAttend(tiles.map(({ jid }) => jid));
  useEffect(() => {
    document.title = name === '' ? PARTS_TEXT.sallyport : `${name} – ${PARTS_TEXT.sallyport}`;
  }, [name]);
  if (!ready || policy === undefined) {
    return (
      <main className="workspace-loading">
        <span className="progress-line" aria-hidden="true" />
      </main>
    );
  }
  return (
    <div className="workspace">
      <div className="strips">
        <NoticeStrip />
      </div>
      <main className="tile-window" aria-label={name}>
        {tiles.map((tile) => (
          <Tile key={tile.jid} target={tile} arranged={false} writing />
        ))}
      </main>
      <Dialogs policy={policy} />
    </div>
  );
}

/** Nothing of a conversation is to be seen. */
function Covered(): ReactElement {
  useEffect(() => {
    document.title = PARTS_TEXT.sallyport;
  }, []);
  return (
    <main className="tile-covered">
      <h1>{WATCH_TEXT.covered}</h1>
      <p className="hint">{WATCH_TEXT.coveredLead}</p>
    </main>
  );
}

/** A torn-off window: classification above and below, its conversations between, or a cover. */
export function TileApp({
  getTiles,
}: {
  readonly getTiles: () => Promise<readonly WatchTile[]>;
}): ReactElement {
  const app = useWindowState((state) => state.app);
  const actions = useActions();
  const marking = useMarking();
  const open = app?.kind === 'running' && app.signIn.step === 'online' && !app.screenLocked;
  useDesktopRules(app?.kind === 'running' ? app.policy.desktop : undefined, actions.desktopRefused);
  useEffect(() => {
    // After a cover the view begins anew.
    if (open)
      getTiles().then(
        (tiles) => actions.watch.openFloor(tiles),
        () => undefined,
      );
  }, [actions, getTiles, open]);
  return (
    <div className="frame">
      <ClassificationBanner banner={marking} place="top" />
      <div className="frame-middle">
        {app === undefined ? null : <TestBuildMark build={app.build} />}
        {open ? <Tiles /> : <Covered />}
      </div>
      <ClassificationBanner banner={marking} place="bottom" />
      <FieldCare />
    </div>
  );
}
