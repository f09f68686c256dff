import { type ReactElement, useState } from 'react';
import type { ErrorReport } from '../../../shared/errors.ts';
import type { FeedAddress, FeedItem } from '../../../shared/feed-contract.ts';
import { useActions } from '../../hooks/services.ts';
import { ErrorNotice } from '../../parts/ErrorNotice.tsx';
import { Modal } from '../../parts/Modal.tsx';
import { FEED_TEXT } from '../../text/feeds.ts';

/** Asks before a notice of this user is taken back. */
export function RetractDialog({
  address,
  item,
  onClose,
}: {
  readonly address: FeedAddress;
  readonly item: Pick<FeedItem, 'id' | 'title'>;
  readonly onClose: () => void;
}): ReactElement {
  const { feeds } = useActions();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ErrorReport>();
  const retract = async () => {
    if (busy) return;
    setBusy(true);
    const failure = await feeds.retract(address, item.id);
    setBusy(false);
    if (failure === undefined) onClose();
    else setError(failure);
  };
  return (
    <Modal title={FEED_TEXT.takeBackTitle} onClose={onClose}>
      <blockquote className="take-back-text" dir="auto">
        {item.title === '' ? FEED_TEXT.untitled : item.title}
      </blockquote>
      <p className="hint">{FEED_TEXT.takeBackLead}</p>
      {error === undefined ? null : <ErrorNotice error={error} />}
      <div className="button-row">
        <button type="button" className="button button-primary" aria-disabled={busy} onClick={retract}>
          {busy ? FEED_TEXT.takingBack : FEED_TEXT.takeBack}
        </button>
        <button type="button" className="button" onClick={onClose}>
          {FEED_TEXT.keep}
        </button>
      </div>
    </Modal>
  );
}
