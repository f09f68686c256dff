import { type FormEvent, type ReactElement, useState } from 'react';
import type { ErrorReport } from '../../../shared/errors.ts';
import { type LayoutItem, MAX_LAYOUT_NAME, parseLayoutName } from '../../../shared/watch-contract.ts';
import { useActions, useWindowState } from '../../hooks/services.ts';
import { useRovingFocus } from '../../hooks/use-roving-focus.ts';
import { ErrorNotice } from '../../parts/ErrorNotice.tsx';
import { Icon } from '../../parts/Icon.tsx';
import { Modal } from '../../parts/Modal.tsx';
import { WATCH_TEXT } from '../../text/watch.ts';

function LayoutList({
  title,
  layouts,
}: {
  readonly title: string;
  readonly layouts: readonly LayoutItem[];
}): ReactElement | null {
  const actions = useActions();
  if (layouts.length === 0) return null;
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      <ul className="pick-list">
        {layouts.map(({ id, name, tiles, origin }) => (
          <li key={id}>
            <button type="button" className="pick" data-roving onClick={() => actions.watch.openFloor(tiles)}>
              <Icon name="tiles" size={14} />
              <bdi>{name}</bdi>
              <span className="hint">{tiles.length}</span>
            </button>
            {origin === 'own' ? (
              <button
                type="button"
                className="icon-button"
                aria-label={WATCH_TEXT.deleteLayout(name)}
                onClick={() => actions.watch.deleteLayout(name)}
              >
                <Icon name="close" size={12} />
              </button>
            ) : null}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Arrangements of the watch floor: those of the policy, the user's own, and what is there now under a name. */
export function LayoutsDialog({ onClose }: { readonly onClose: () => void }): ReactElement {
  const actions = useActions();
  const layouts = [...useWindowState((state) => state.chat.collections.layouts).values()];
  const empty = useWindowState((state) => state.view.tiles.length === 0);
  const list = useRovingFocus<HTMLDivElement>();
  const [name, setName] = useState('');
  const [error, setError] = useState<ErrorReport>();
  const valid = parseLayoutName(name.trim());
  const save = async (event: FormEvent) => {
    event.preventDefault();
    if (valid === undefined || empty) return;
    const refused = await actions.watch.saveLayout(valid);
    setError(refused);
    if (refused === undefined) setName('');
  };
  return (
    <Modal title={WATCH_TEXT.layouts} onClose={onClose} size="small">
      <div ref={list} className="form">
        <LayoutList
          title={WATCH_TEXT.layoutsPolicy}
          layouts={layouts.filter(({ origin }) => origin === 'policy')}
        />
        <LayoutList
          title={WATCH_TEXT.layoutsOwn}
          layouts={layouts.filter(({ origin }) => origin === 'own')}
        />
        {layouts.length === 0 ? <p className="hint">{WATCH_TEXT.noLayouts}</p> : null}
        <form onSubmit={save} className="layout-save">
          <label className="field-label" htmlFor="layout-name">
            {WATCH_TEXT.layoutName}
          </label>
          <div className="layout-save-row">
            <input
              id="layout-name"
              type="text"
              dir="auto"
              className="text-field"
              maxLength={MAX_LAYOUT_NAME}
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
            <button type="submit" className="button button-primary" disabled={valid === undefined || empty}>
              {WATCH_TEXT.save}
            </button>
          </div>
        </form>
        {error === undefined ? null : <ErrorNotice error={error} />}
      </div>
    </Modal>
  );
}
