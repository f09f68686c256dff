import type { ReactElement } from 'react';
import { type FileTransfer, formatSize, type TransferState } from '../../../shared/file-contract.ts';
import { useActions } from '../../hooks/services.ts';
import { Icon, type IconName } from '../../parts/Icon.tsx';
import { errorText } from '../../text/error-text.ts';
import { FILES_TEXT } from '../../text/files.ts';

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
      return FILES_TEXT.waiting;
    case 'uploading':
      return FILES_TEXT.uploading;
    case 'scanning':
      return FILES_TEXT.scanning;
    case 'quarantined':
      return error === undefined ? FILES_TEXT.quarantined : errorText(error).title;
    default:
      return error === undefined ? FILES_TEXT.notSent : errorText(error).title;
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
            {state === 'uploading' ? FILES_TEXT.doneOf(formatSize(done), formatSize(size)) : formatSize(size)}
          </span>
        </p>
        <p className="transfer-state" role="status">
          {stateText(transfer)}
        </p>
        {over && error !== undefined ? <p className="transfer-action">{errorText(error).action}</p> : null}
        {state === 'uploading' ? (
          <progress max={size} value={done} aria-label={FILES_TEXT.sending(name)} />
        ) : null}
        {state === 'scanning' ? <span className="progress-line" aria-hidden="true" /> : null}
      </div>
      {state === 'failed' && actions.canSendAgain(id) ? (
        <button
          type="button"
          className="button button-small"
          aria-label={FILES_TEXT.tryAgainOf(name)}
          onClick={() => actions.sendAgain(id)}
        >
          {FILES_TEXT.tryAgain}
        </button>
      ) : null}
      <button
        type="button"
        className="button button-small"
        aria-label={over ? FILES_TEXT.dismissOf(name) : FILES_TEXT.cancelOf(name)}
        onClick={() => actions.cancelTransfer(id)}
      >
        {over ? FILES_TEXT.dismiss : FILES_TEXT.cancel}
      </button>
    </li>
  );
}
