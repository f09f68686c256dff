import type { ReactElement } from 'react';
import type { UpdateNotice } from '../../../shared/app-state.ts';
import { useActions, useWindowState } from '../../hooks/services.ts';
import { Icon } from '../../parts/Icon.tsx';
import { UPDATE_DISMISS, UPDATE_LABEL, updateDetail, updateTitle } from '../../text/update-text.ts';

interface Props {
  readonly update: UpdateNotice | undefined;
  /** The version that runs. */
  readonly installed: string;
}

/** What is put aside: the version and where to get it. A place that IT has corrected is told of again. */
function nameOf({ version, installFrom }: UpdateNotice): string {
  return `${version} ${installFrom}`;
}

/** A newer version that IT has ready, until it is dismissed. */
export function UpdateStrip({ update, installed }: Props): ReactElement | null {
  const actions = useActions();
  const dismissed = useWindowState((state) => state.view.dismissedUpdate);
  if (update === undefined || dismissed === nameOf(update)) return null;
  return (
    <section className="strip strip-news" aria-label={UPDATE_LABEL}>
      <Icon name="info" />
      <p role="status">
        <strong>{updateTitle(update)}</strong>
      </p>
      <p className="strip-detail">{updateDetail(update, installed)}</p>
      <button
        type="button"
        className="button button-small"
        onClick={() => actions.dismissUpdate(nameOf(update))}
      >
        {UPDATE_DISMISS}
      </button>
    </section>
  );
}
