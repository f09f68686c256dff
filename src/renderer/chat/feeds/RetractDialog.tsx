import type { ReactElement } from 'react';
import type { FeedAddress, FeedItem } from '../../../shared/feed-contract.ts';
import { useActions } from '../../hooks/services.ts';
import { useDeed } from '../../hooks/use-deed.ts';
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
  const deed = useDeed();
  const retract = async () => {
    if (await deed.run(() => feeds.retract(address, item.id))) onClose();
  };
  return (
    <Modal title={FEED_TEXT.takeBackTitle} onClose={onClose}>
      <blockquote className="take-back-text" dir="auto">
        {item.title === '' ? FEED_TEXT.untitled : item.title}
      </blockquote>
      <p className="hint">{FEED_TEXT.takeBackLead}</p>
      {deed.error === undefined ? null : <ErrorNotice error={deed.error} />}
      <div className="button-row">
        <button type="button" className="button button-danger" aria-disabled={deed.busy} onClick={retract}>
          {deed.busy ? FEED_TEXT.takingBack : FEED_TEXT.takeBack}
        </button>
        <button type="button" className="button" onClick={onClose}>
          {FEED_TEXT.keep}
        </button>
      </div>
    </Modal>
  );
}
