import type { ReactElement } from 'react';
import type { ChatMessage } from '../../../shared/chat-model.ts';
import { type FileTransfer, formatSize, type SharedFile } from '../../../shared/file-contract.ts';
import type { BareJid } from '../../../shared/jid.ts';
import { useActions, useWindowState } from '../../hooks/services.ts';
import { Icon } from '../../parts/Icon.tsx';
import { errorText } from '../../text/error-text.ts';
import { FILES_TEXT } from '../../text/files.ts';
import { useFilePolicy } from './use-file-policy.ts';

interface Props {
  readonly conversation: BareJid;
  readonly message: ChatMessage;
  readonly file: SharedFile;
  /** Who sent it, as the window calls them. */
  readonly sender: string;
}

function stateText(transfer: FileTransfer): string {
  switch (transfer.state) {
    case 'downloading':
      return FILES_TEXT.doneOf(formatSize(transfer.done), formatSize(transfer.size));
    case 'saved':
      return FILES_TEXT.savedAs(transfer.savedAs ?? transfer.name);
    case 'waiting':
      return FILES_TEXT.waiting;
    default:
      return transfer.error === undefined ? FILES_TEXT.notSaved : errorText(transfer.error).title;
  }
}

/** A file that a message tells of. It is fetched when the user says so, and never opened from here. */
export function FileCard({ conversation, message, file, sender }: Props): ReactElement {
  const actions = useActions();
  const allowed = useFilePolicy() !== undefined;
  const transfer = useWindowState((state) => {
    for (const one of state.chat.collections.transfers.values())
      if (one.message === message.id && one.conversation === conversation) return one;
    return undefined;
  });
  const running = transfer?.state === 'waiting' || transfer?.state === 'downloading';
  // The gate gives out, and tells senders to announce, what it found clean; a message alone proves nothing.
  const released = message.direction === 'out' || transfer?.state === 'saved';
  const word =
    transfer?.state === 'saved'
      ? FILES_TEXT.saveAgain
      : transfer?.state === 'failed'
        ? FILES_TEXT.tryAgain
        : FILES_TEXT.save;
  const save = () => actions.saveFile(conversation, message.id);
  return (
    <section className="file-card" aria-label={FILES_TEXT.fileFrom(file.name, sender)}>
      <Icon name="file" size={20} />
      <div className="file-text">
        <p className="file-name">
          <bdi title={file.name}>{file.name}</bdi>
        </p>
        <p className="file-facts">
          <span>{formatSize(file.size)}</span>
          <span className="file-type">{file.mediaType}</span>
          {released ? (
            <span className="file-clean">
              <Icon name="check" size={12} /> {FILES_TEXT.clean}
            </span>
          ) : null}
        </p>
        {transfer === undefined ? null : (
          <p className={`file-state file-state-${transfer.state}`} role="status">
            {stateText(transfer)}
          </p>
        )}
        {running ? (
          <progress
            max={Math.max(1, file.size)}
            value={transfer.done}
            aria-label={FILES_TEXT.saving(file.name)}
          />
        ) : null}
      </div>
      {running ? (
        <button
          type="button"
          className="button button-small"
          aria-label={FILES_TEXT.cancelOf(file.name)}
          onClick={() => actions.cancelTransfer(transfer.id)}
        >
          {FILES_TEXT.cancel}
        </button>
      ) : allowed ? (
        <button
          type="button"
          className="button button-small"
          aria-label={FILES_TEXT.ofFile(word, file.name)}
          onClick={save}
        >
          <Icon name="save" size={14} />
          {word}
        </button>
      ) : null}
    </section>
  );
}
