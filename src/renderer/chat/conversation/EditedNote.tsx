import { type ReactElement, useState } from 'react';
import type { BareJid } from '../../../shared/jid.ts';
import type { MessageVersion } from '../../../shared/message-actions.ts';
import { MESSAGE_TEXT } from '../../text/messages.ts';
import { LabelTag } from '../labels/LabelTag.tsx';
import { MessageBody } from './MessageBody.tsx';

/** That a message was corrected, and all its texts. */
export function EditedNote({
  versions,
  conversation,
}: {
  readonly versions: readonly MessageVersion[];
  readonly conversation: BareJid;
}): ReactElement {
  const [open, setOpen] = useState(false);
  const last = versions.at(-1)?.at ?? 0;
  return (
    <>
      <button
        type="button"
        className="edited"
        aria-expanded={open}
        title={MESSAGE_TEXT.editedTitle(versions.length - 1, last)}
        onClick={() => setOpen(!open)}
      >
        {MESSAGE_TEXT.edited}
      </button>
      {open ? (
        <ol className="versions" aria-label={MESSAGE_TEXT.versions}>
          {versions.map((version, index) => (
            <li key={version.id ?? 'first'}>
              <span className="version-time">{MESSAGE_TEXT.version(version.at, index === 0)}</span>
              {version.label === undefined ? null : <LabelTag label={version.label} />}
              <MessageBody text={version.body} conversation={conversation} />
            </li>
          ))}
        </ol>
      ) : null}
    </>
  );
}
