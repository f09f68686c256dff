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

/** A newer version that IT has ready, until it is dismissed; another version is told of again. */
export function UpdateStrip({ update, installed }: Props): ReactElement | null {
  const actions = useActions();
  const dismissed = useWindowState((state) => state.view.dismissedUpdate);
  if (update === undefined || dismissed === update.version) return null;
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
        onClick={() => actions.dismissUpdate(update.version)}
      >
        {UPDATE_DISMISS}
      </button>
    </section>
  );
}
