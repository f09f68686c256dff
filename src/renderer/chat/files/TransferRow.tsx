import type { ReactElement } from 'react';
import { type FileTransfer, formatSize, type TransferState } from '../../../shared/file-contract.ts';
import { useActions } from '../../hooks/services.ts';
import { Icon, type IconName } from '../../parts/Icon.tsx';
import { errorText } from '../../text/error-text.ts';

const ICONS: Readonly<Record<TransferState, IconName>> = {
  waiting: 'clock',
  uploading: 'up',
  scanning: 'scan',
  quarantined: 'quarantine',
  downloading: 'down',
  saved: 'check',
  failed: 'failed',
};

function stateText({ state, error }: FileTransfer): string {
  switch (state) {
    case 'waiting':
      return 'Waiting for its turn';
    case 'uploading':
      return 'Sending to the file gate';
    case 'scanning':
      return 'Being scanned';
    case 'quarantined':
      return error === undefined ? 'In quarantine' : errorText(error).title;
    default:
      return error === undefined ? 'Not sent' : errorText(error).title;
  }
}

/** One file on its way out: what it is, where it is, what can be done. */
export function TransferRow({ transfer }: { readonly transfer: FileTransfer }): ReactElement {
  const actions = useActions();
  const { id, name, size, done, state, error } = transfer;
  const over = state === 'failed' || state === 'quarantined';
  return (
    <li className={`transfer transfer-${state}`}>
      <Icon name={ICONS[state]} />
      <div className="transfer-text">
        <p className="transfer-name">
          <bdi title={name}>{name}</bdi>
          <span className="transfer-size">
            {state === 'uploading' ? `${formatSize(done)} of ${formatSize(size)}` : formatSize(size)}
          </span>
        </p>
        <p className="transfer-state" role="status">
          {stateText(transfer)}
        </p>
        {over && error !== undefined ? <p className="transfer-action">{errorText(error).action}</p> : null}
        {state === 'uploading' ? <progress max={size} value={done} aria-label={`Sending ${name}`} /> : null}
        {state === 'scanning' ? <span className="progress-line" aria-hidden="true" /> : null}
      </div>
      {state === 'failed' && actions.canSendAgain(id) ? (
        <button
          type="button"
          className="button button-small"
          aria-label={`Try again ${name}`}
          onClick={() => actions.sendAgain(id)}
        >
          Try again
        </button>
      ) : null}
      <button
        type="button"
        className="button button-small"
        aria-label={over ? `Dismiss ${name}` : `Cancel ${name}`}
        onClick={() => actions.cancelTransfer(id)}
      >
        {over ? 'Dismiss' : 'Cancel'}
      </button>
    </li>
  );
}
