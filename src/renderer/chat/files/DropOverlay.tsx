import type { ReactElement } from 'react';
import { formatSize } from '../../../shared/file-contract.ts';
import type { BareJid } from '../../../shared/jid.ts';
import { useWindowState } from '../../hooks/services.ts';
import { Icon } from '../../parts/Icon.tsx';
import { nameOf } from '../../state/directory.ts';
import { FILES_TEXT } from '../../text/files.ts';
import { useFilePolicy } from './use-file-policy.ts';

/** Says where files go that are let go of now. */
export function DropOverlay({ jid }: { readonly jid: BareJid }): ReactElement {
  const name = useWindowState((state) => nameOf(state.chat, jid));
  const policy = useFilePolicy();
  return (
    <div className="drop-overlay" aria-hidden="true">
      <Icon name="attach" size={24} />
      <p className="drop-title">
        {FILES_TEXT.sendTo} <bdi>{name}</bdi>
      </p>
      {policy === undefined ? null : (
        <p>{FILES_TEXT.eachFileIsCheckedFirst(formatSize(policy.maximumBytes))}</p>
      )}
    </div>
  );
}
