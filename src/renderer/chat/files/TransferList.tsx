import { type ReactElement, useMemo } from 'react';
import type { FileTransfer } from '../../../shared/file-contract.ts';
import type { BareJid } from '../../../shared/jid.ts';
import { useWindowState } from '../../hooks/services.ts';
import { FILES_TEXT } from '../../text/files.ts';
import { TransferRow } from './TransferRow.tsx';

/** Files on their way out of this conversation, and those that did not get through. */
export function TransferList({ jid }: { readonly jid: BareJid }): ReactElement | null {
  const transfers = useWindowState((state) => state.chat.collections.transfers);
  const shown = useMemo(
    (): readonly FileTransfer[] =>
      [...transfers.values()].filter(
        ({ direction, conversation }) => direction === 'out' && conversation === jid,
      ),
    [transfers, jid],
  );
  if (shown.length === 0) return null;
  return (
    <ul className="transfers" aria-label={FILES_TEXT.filesBeingSent}>
      {shown.map((transfer) => (
        <TransferRow key={transfer.id} transfer={transfer} />
      ))}
    </ul>
  );
}
