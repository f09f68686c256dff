import type { ReactElement } from 'react';
import { Modal } from '../../parts/Modal.tsx';
import { BOARD_TEXT } from '../../text/whiteboard.ts';

interface Props {
  readonly onClear: () => void;
  readonly onClose: () => void;
}

/** Asks before the work of all is gone from the screen. */
export function ClearDialog({ onClear, onClose }: Props): ReactElement {
  return (
    <Modal title={BOARD_TEXT.clearTitle} size="small" onClose={onClose}>
      <p className="lead">{BOARD_TEXT.clearLead}</p>
      <div className="button-row">
        <button type="button" className="button" onClick={onClose}>
          {BOARD_TEXT.clearKeep}
        </button>
        <button
          type="button"
          className="button button-danger"
          onClick={() => {
            onClear();
            onClose();
          }}
        >
          {BOARD_TEXT.clear}
        </button>
      </div>
    </Modal>
  );
}
